"""Sources of messages that feel a flow which is full."""

import asyncio
import socket

import pytest

from vgd_kernel.app import start_run
from vgd_kernel.engine import RunOptions, start
from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.testing.clock import VirtualClock

pytestmark = pytest.mark.asyncio

TAB = {"id": "t", "type": "tab", "vgd": {"queue": {"limit": 4, "policy": "wait"}}}


async def test_an_inject_node_leaves_ticks_out_while_its_flow_is_full():
    clock = VirtualClock()
    entries = [
        {"id": "t", "type": "tab", "vgd": {"queue": {"limit": 4, "policy": "wait"}}},
        {"id": "i", "type": "inject", "z": "t", "repeat": "1", "wires": [["j"]]},
        {"id": "j", "type": "junction", "z": "t", "wires": []},
    ]
    run = await start(FlowDocument(entries), installed(), RunOptions(clock=clock))
    load = run._world.limits.of("t")
    await clock.advance(2.5)
    assert run.counters()["j"].received == 2
    load.in_flight = 5
    load.fill()
    await clock.advance(3)
    assert run.counters()["j"].received == 2
    load.in_flight = 0
    load.settle()
    await clock.advance(2)
    assert run.counters()["j"].received == 4
    await run.stop()


async def test_lines_of_a_file_come_no_faster_than_they_are_worked_off(tmp_path):
    path = tmp_path / "lines"
    path.write_text("\n".join(f"{number:063d}" for number in range(5000)))
    entries = [
        TAB,
        {"id": "f", "type": "file in", "z": "t", "filename": str(path), "filenameType": "str",
         "format": "lines", "wires": [["j"]]},
        {"id": "j", "type": "junction", "z": "t", "wires": []},
    ]  # fmt: skip
    run = await start(FlowDocument(entries), installed())
    most = 0

    def look(msg):
        nonlocal most
        most = max(most, run._scheduler.pending)

    run.tap("j", look)
    run.send("f", {})
    assert await run.idle(10)
    assert run.counters()["j"].received == 5000
    assert run.accounting()["t"].dropped == 0
    assert most < 4000
    await run.stop()


async def test_a_tcp_connection_is_not_read_while_the_flow_is_full():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    entries = [
        TAB,
        {"id": "i", "type": "tcp in", "z": "t", "server": "server", "port": str(port),
         "datamode": "stream", "datatype": "utf8", "newline": "\n", "wires": [["j"]]},
        {"id": "j", "type": "junction", "z": "t", "wires": []},
    ]  # fmt: skip
    run = await start_run(FlowDocument(entries), installed())
    load = run._world.limits.of("t")
    arrived = asyncio.Event()
    run.tap("j", lambda msg: arrived.set())
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"one\n")
    await asyncio.wait_for(arrived.wait(), 5)
    arrived.clear()
    load.in_flight = 5
    load.fill()
    writer.write(b"two\n")
    await writer.drain()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(arrived.wait(), 0.1)
    load.in_flight = 0
    load.settle()
    await asyncio.wait_for(arrived.wait(), 5)
    writer.close()
    await run.stop()
