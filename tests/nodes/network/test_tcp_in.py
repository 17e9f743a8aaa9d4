"""The tcp and udp nodes on real sockets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from vgd_kernel.testing.nodered.fixtures import free_ports, make_certificate

OpenFlow = Callable[..., AbstractAsyncContextManager[Any]]

pytestmark = pytest.mark.asyncio


def port() -> int:
    return int(free_ports("")["HTTP"])


def server(at: int, **given: Any) -> dict[str, Any]:
    return {"id": "in", "type": "tcp in", "server": "server", "port": str(at), "datatype": "utf8",
            "newline": "\\n", "wires": [["out"]], **given}  # fmt: skip


async def talk(at: int, *pieces: bytes, read: int = 0) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", at)
    for piece in pieces:
        writer.write(piece)
    answer = await asyncio.wait_for(reader.readexactly(read), 5) if read else b""
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_delimiter_comes_back_when_that_is_chosen(open_flow: OpenFlow) -> None:
    at = port()
    async with open_flow(server(at, trim=True)) as flow:
        await talk(at, "ä\nb".encode())
        first, rest = await flow.received(2)
        await flow.shows("in", "0 connections")
    assert (first["payload"], rest["payload"]) == ("ä\n", "b")
    assert first["_session"] == rest["_session"]
    assert "1 connection" in flow.statuses("in")


async def test_a_port_in_use_is_an_error_and_the_flow_runs(open_flow: OpenFlow) -> None:
    with socket.create_server(("", 0)) as taken:
        at = taken.getsockname()[1]
        async with open_flow(server(at)) as flow:
            assert f"unable to listen on port {at}" in flow.logs("error")[0]
            flow.run.send("out", {"payload": 1})
            assert (await flow.received())[0]["payload"] == 1


async def test_a_reply_goes_to_its_session_and_a_reset_ends_it(open_flow: OpenFlow) -> None:
    at = port()
    reply = {"id": "reply", "type": "tcp out", "beserver": "reply", "wires": []}
    async with open_flow(server(at), reply) as flow:
        reader, writer = await asyncio.open_connection("127.0.0.1", at)
        writer.write(b"hi\n")
        session = (await flow.received())[0]["_session"]
        flow.run.send("reply", {"payload": 42, "_session": session})
        assert await asyncio.wait_for(reader.readexactly(2), 5) == b"42"
        flow.run.send("reply", {"reset": True})
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), 5)
        writer.close()


async def test_a_client_returns_to_a_server_that_was_away(open_flow: OpenFlow) -> None:
    at = port()
    client = {"id": "in", "type": "tcp in", "server": "client", "host": "127.0.0.1",
              "port": str(at), "datatype": "utf8", "wires": [["out"]]}  # fmt: skip

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()
        await writer.wait_closed()

    async with open_flow(client) as flow:
        await flow.shows("in", "common.status.disconnected")
        listening = await asyncio.start_server(serve, "127.0.0.1", at)
        assert (await flow.received())[0]["payload"] == "hello"
        listening.close()
        await listening.wait_closed()


@pytest.mark.parametrize(
    ("choice", "answer"),
    [
        ({"out": "char", "splitc": ";"}, "ab;"),
        ({"out": "char", "splitc": "0x3b"}, "ab;"),
        ({"out": "count", "splitc": "2"}, "ab"),
        ({"out": "time", "splitc": "60"}, "ab;cd"),
        ({"out": "sit", "splitc": "0"}, "ab;cd"),
    ],
)
async def test_an_answer_is_complete_when_the_node_says_so(
    open_flow: OpenFlow, choice: dict[str, str], answer: str
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.read(10):
            writer.write(b"ab;cd")
            await reader.read()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    at = listening.sockets[0].getsockname()[1]
    node = {"id": "ask", "type": "tcp request", "server": "127.0.0.1", "port": str(at),
            "ret": "string", "wires": [["out"]], **choice}  # fmt: skip
    async with open_flow(node) as flow:
        flow.run.send("ask", {"payload": "go", "keep": 1})
        msg = (await flow.received())[0]
    listening.close()
    await listening.wait_closed()
    assert (msg["payload"], msg["keep"]) == (answer, 1)


async def test_a_request_that_nobody_takes_is_an_error(open_flow: OpenFlow) -> None:
    at = port()
    node = {"id": "ask", "type": "tcp request", "server": "127.0.0.1", "port": str(at),
            "wires": [["out"]]}  # fmt: skip
    async with open_flow(node) as flow:
        flow.run.send("ask", {"payload": "go"})
        caught = (await flow.received())[0]
        assert flow.statuses("ask")[-1] == "common.status.error"
    assert caught["error"]["message"] == f"connect failed 127.0.0.1:{at}"


async def test_tls_needs_a_certificate_that_the_client_trusts(
    open_flow: OpenFlow, tmp_path: Path
) -> None:
    await make_certificate(tmp_path)
    at, files = port(), {"cert": str(tmp_path / "cert.pem"), "key": str(tmp_path / "key.pem")}
    ask = {"type": "tcp request", "port": str(at), "out": "immed", "wires": [[]]}
    async with open_flow(
        {"id": "own", "type": "tls-config", **files},
        {"id": "trusts", "type": "tls-config", "ca": files["cert"]},
        {"id": "checks", "type": "tls-config"},
        server(at, tls="own"),
        {"id": "good", "server": "localhost", "tls": "trusts", **ask},
        {"id": "bad", "server": "localhost", "tls": "checks", **ask},
    ) as flow:
        flow.run.send("good", {"payload": "secret\n"})
        assert (await flow.received())[0]["payload"] == "secret"
        flow.run.send("bad", {"payload": "secret\n"})
        await flow.received(2)
    assert "connect failed" in flow.messages[1]["error"]["message"]


async def test_a_datagram_without_an_address_is_a_warning(open_flow: OpenFlow) -> None:
    async with open_flow({"id": "o", "type": "udp out", "wires": []}) as flow:
        flow.run.send("o", {"payload": 1})
        flow.run.send("o", {"payload": 1, "ip": "127.0.0.1"})
        flow.run.send("o", {"payload": 1, "ip": "127.0.0.1", "port": 70000})
        assert await flow.run.idle(2)
    assert flow.logs("warn") == [
        "udp: ip address not set", "udp: port not set", "udp: port number not valid",
    ]  # fmt: skip


async def test_datagrams_go_to_names_too(open_flow: OpenFlow) -> None:
    at = port()
    listener = {"id": "in", "type": "udp in", "port": str(at), "datatype": "utf8",
                "wires": [["out"]]}  # fmt: skip
    sender = {"id": "o", "type": "udp out", "addr": "localhost", "port": str(at), "wires": []}
    async with open_flow(listener, sender) as flow:
        flow.run.send("o", {"payload": 7})
        msg = (await flow.received())[0]
    assert msg["payload"] == "7"
    assert msg["fromip"] == f"{msg['ip']}:{msg['port']}"
