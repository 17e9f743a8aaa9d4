"""The mqtt nodes with a real broker."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from vgd_kernel.testing.nodered.fixtures import Broker, free_ports

OpenFlow = Callable[..., AbstractAsyncContextManager[Any]]

CONNECTED = "node-red:common.status.connected"
DISCONNECTED = "node-red:common.status.disconnected"

pytestmark = pytest.mark.asyncio


def port() -> int:
    return int(free_ports("")["HTTP"])


def flow_entries(port: int, **broker: Any) -> list[dict[str, Any]]:
    return [
        {"id": "br", "type": "mqtt-broker", "broker": "127.0.0.1", "port": port, **broker},
        {"id": "pub", "type": "mqtt out", "topic": "", "broker": "br", "wires": []},
        {"id": "sub", "type": "mqtt in", "topic": "t/#", "qos": "2", "datatype": "auto-detect",
         "broker": "br", "wires": [["out"]]},
    ]  # fmt: skip


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("version", ["3", "4", "5"])
async def test_a_message_goes_there_and_back(
    open_flow: OpenFlow, tmp_path: Path, qos: int, version: str
) -> None:
    at = port()
    entries = flow_entries(at, protocolVersion=version)
    async with Broker(at, tmp_path), open_flow(*entries) as flow:
        await flow.shows("sub", CONNECTED)
        flow.run.send("pub", {"topic": "t/a", "payload": {"v": qos}, "qos": qos})
        msg = (await flow.received())[0]
    assert (msg["topic"], msg["payload"], msg["qos"]) == ("t/a", {"v": qos}, qos)


async def test_a_thousand_messages_of_qos_1_all_come_in_order(
    open_flow: OpenFlow, tmp_path: Path
) -> None:
    at = port()
    entries = flow_entries(at, protocolVersion="5")
    async with (
        Broker(at, tmp_path, extra="max_queued_messages 5000\n"),
        open_flow(*entries) as flow,
    ):
        await flow.shows("sub", CONNECTED)
        for number in range(1000):
            flow.run.send("pub", {"topic": "t/n", "payload": number, "qos": 1})
        await flow.received(1000)
    assert [msg["payload"] for msg in flow.messages] == list(range(1000))


async def test_messages_of_qos_1_wait_for_a_broker_that_is_away(
    open_flow: OpenFlow, tmp_path: Path
) -> None:
    at = port()
    async with open_flow(*flow_entries(at)) as flow:
        async with Broker(at, tmp_path):
            await flow.shows("sub", CONNECTED)
        await flow.until(lambda: flow.statuses("pub")[-1] != CONNECTED)
        flow.run.send("pub", {"topic": "t/0", "payload": "lost", "qos": 0})
        flow.run.send("pub", {"topic": "t/1", "payload": "kept", "qos": 1})
        assert DISCONNECTED in flow.statuses("sub")
        async with Broker(at, tmp_path):
            msg = (await flow.received())[0]
    assert msg["payload"] == "kept"


async def test_what_is_no_json_is_an_error_where_json_is_asked_for(
    open_flow: OpenFlow, tmp_path: Path
) -> None:
    at = port()
    entries = flow_entries(at)
    entries[2]["datatype"] = "json"
    async with Broker(at, tmp_path), open_flow(*entries) as flow:
        await flow.shows("sub", CONNECTED)
        flow.run.send("pub", {"topic": "t/a", "payload": "{oops"})
        flow.run.send("pub", {"topic": "t/a", "payload": b"\xff"})
        first, second = await flow.received(2)
    assert "Failed to parse JSON string" in first["error"]["message"]
    assert "Invalid JSON string" in second["error"]["message"]


async def test_birth_close_and_kept_messages_are_published(
    open_flow: OpenFlow, tmp_path: Path
) -> None:
    at = port()
    spoken = {
        "birthTopic": "t/birth", "birthPayload": "here", "birthRetain": "true",
        "closeTopic": "t/close", "closePayload": "bye", "closeQos": "1",
    }  # fmt: skip
    async with Broker(at, tmp_path), open_flow(*flow_entries(at)) as flow:
        await flow.shows("sub", CONNECTED)
        async with open_flow(*flow_entries(at, **spoken)) as other:
            await other.shows("sub", CONNECTED)
        await flow.received(2)
        flow.run.send("pub", {"topic": "t/end", "payload": 1})
        await flow.received(3)
    assert [m["payload"] for m in flow.messages] == ["here", "bye", 1]


async def test_a_birth_message_of_qos_1_is_sent_once(open_flow: OpenFlow, tmp_path: Path) -> None:
    at = port()
    birth = {"birthTopic": "t/birth", "birthPayload": "here", "birthQos": "1"}
    async with Broker(at, tmp_path), open_flow(*flow_entries(at, **birth)) as flow:
        await flow.shows("sub", CONNECTED)
        flow.run.send("pub", {"topic": "t/after", "payload": "x", "qos": 1})
        msgs = await flow.received(2)
    assert [msg["topic"] for msg in msgs] == ["t/birth", "t/after"]


async def test_the_will_is_published_when_a_client_vanishes(
    open_flow: OpenFlow, tmp_path: Path
) -> None:
    at = port()
    will = {"willTopic": "t/will", "willPayload": "gone", "willQos": "1"}
    async with Broker(at, tmp_path), open_flow(*flow_entries(at)) as flow:
        await flow.shows("sub", CONNECTED)
        async with open_flow(*flow_entries(at, clientid="same", **will)) as one:
            await one.shows("sub", CONNECTED)
            async with open_flow(*flow_entries(at, clientid="same", autoConnect=True)):
                assert (await flow.received())[0]["payload"] == "gone"


async def test_a_topic_that_is_none_is_a_warning(open_flow: OpenFlow, tmp_path: Path) -> None:
    at = port()
    entries = flow_entries(at)
    entries[2]["topic"] = "a/b#"
    async with Broker(at, tmp_path), open_flow(*entries) as flow:
        await flow.shows("pub", CONNECTED)
        flow.run.send("pub", {"topic": "a/+", "payload": 1})
        assert await flow.run.idle(2)
    assert flow.logs("warn") == ["Invalid topic specified", "Invalid topic specified"]


async def test_a_node_without_a_broker_is_an_error(open_flow: OpenFlow) -> None:
    async with open_flow({"id": "pub", "type": "mqtt out", "broker": "none", "wires": []}) as flow:
        assert flow.logs("error") == ["missing broker configuration"]


async def test_actions_subscribe_disconnect_and_connect(
    open_flow: OpenFlow, tmp_path: Path
) -> None:
    at = port()
    entries = flow_entries(at, autoConnect=False)
    entries[2] |= {"inputs": 1, "topic": ""}
    async with Broker(at, tmp_path), open_flow(*entries) as flow:
        flow.run.send("sub", {"action": "connect"})
        await flow.shows("sub", CONNECTED)
        flow.run.send("sub", {"action": "subscribe", "topic": "x"})
        flow.run.send("sub", {"action": "connect", "broker": {}})
        flow.run.send("pub", {"topic": "x", "payload": "1"})
        refused, came = await flow.received(2)
        flow.run.send("sub", {"action": "disconnect"})
        await flow.until(lambda: flow.statuses("sub")[-1] == DISCONNECTED)
    assert "Disconnect from broker" in refused["error"]["message"]
    assert came["payload"] == 1
