"""Subflow instances in a run."""

import pytest

from vgd_kernel.model.events import LogRecord

pytestmark = pytest.mark.asyncio


def fails(ctx):
    def receive(msg):
        ctx.status(text="failing")
        raise ValueError("inside")

    return receive


def subflow(**fields):
    ports = {"in": [{"wires": [{"id": "x"}]}], "out": [{"wires": [{"id": "x", "port": 0}]}]}
    return {"id": "s", "type": "subflow", **ports, **fields}


async def test_messages_go_through_an_instance(flow, node):
    entries = [
        subflow(),
        node("x") | {"z": "s"},
        node("one", "two", type="subflow:s"),
        node("two", "end", type="subflow:s"),
        node("end"),
    ]
    async with flow(entries, tap=["end", "two-x"]) as bench:
        await bench.send("one", {"payload": 1})
        assert [msg["payload"] for msg in bench.got["end"]] == [1]
        assert len(bench.got["two-x"]) == 1
        assert bench.run.counters()["one"].received == 1


async def test_what_nobody_takes_inside_goes_to_the_flow_around(flow, node):
    entries = [
        subflow(),
        node("x", type="code") | {"z": "s"},
        node("i", type="subflow:s"),
        node("named", type="catch", scope=["i"]),
        node("status", type="status", scope=["i"]),
    ]
    async with flow(entries, code={"i-x": fails}, tap=["named", "status"]) as bench:
        await bench.send("i", {})
        assert bench.got["named"][0]["error"]["source"]["id"] == "i-x"
        assert bench.got["status"][0]["status"]["text"] == "failing"
        assert bench.of(LogRecord) == []


async def test_what_is_taken_inside_does_not_go_out(flow, node):
    entries = [
        subflow(),
        node("x", type="code") | {"z": "s"},
        node("inside", type="catch") | {"z": "s"},
        node("i", type="subflow:s"),
        node("outside", type="catch"),
    ]
    async with flow(entries, code={"i-x": fails}, tap=["i-inside", "outside"]) as bench:
        await bench.send("i", {})
        assert [len(bench.got[id]) for id in ("i-inside", "outside")] == [1, 0]


@pytest.mark.parametrize(
    ("msg", "shown"),
    [
        ({"payload": "ready"}, ("", "", "ready")),
        ({"payload": {"fill": "red", "text": "off"}}, ("red", "", "off")),
        ({"payload": {}}, ("", "", "")),
        ({"payload": [1, 2]}, ("", "", "[ 1, 2 ]")),
        ({"payload": list(range(20))}, ("", "", "[\n   0,  1,  2,  3,  4,  5,  6,\n...")),
        ({"status": {"shape": "dot", "text": "on"}}, ("", "dot", "on")),
    ],
)
async def test_a_message_at_the_status_output_is_the_status_of_the_instance(flow, node, msg, shown):
    entries = [
        subflow(status={"wires": [{"id": "x", "port": 0}]}),
        node("x") | {"z": "s"},
        node("i", type="subflow:s"),
    ]
    async with flow(entries) as bench:
        await bench.send("i", msg)
        status = bench.run.statuses()["i"]
        assert (status.fill, status.shape, status.text) == shown


async def test_with_a_status_output_statuses_inside_do_not_go_out(flow, node):
    entries = [
        subflow(status={"wires": []}),
        node("x", type="code") | {"z": "s"},
        node("i", type="subflow:s"),
        node("status", type="status"),
    ]
    async with flow(entries, code={"i-x": fails}, tap=["status"]) as bench:
        await bench.send("i", {})
        assert bench.got["status"] == []
        assert bench.run.statuses()["i-x"].text == "failing"


async def test_links_carry_messages_between_tabs(flow, node):
    entries = [
        node("o", type="link out", links=["in1"]),
        node("in1", "end", type="link in", links=["o"]) | {"z": "two"},
        node("end") | {"z": "two"},
    ]
    async with flow(entries, tap=["end"]) as bench:
        await bench.send("o", {"payload": 1})
        assert [msg["payload"] for msg in bench.got["end"]] == [1]
