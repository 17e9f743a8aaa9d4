"""Runs of adjacent JavaScript functions: messages stay in the isolate, as if they did not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from vgd_kernel.engine import Run, RunOptions, start
from vgd_kernel.model import FlowDocument, Message, installed
from vgd_kernel.model.events import Event, LogRecord
from vgd_kernel.model.services import JavaScriptFactory
from vgd_kernel.services.sandbox import MiniRacerFactory

pytestmark = pytest.mark.asyncio

ADD = "msg.payload += 1; return msg;"


def chain(*bodies: str, **last: Any) -> list[dict[str, Any]]:
    """Return functions ``f0``, ``f1``, … in a row, then the junction ``end``."""
    ids = [f"f{index}" for index in range(len(bodies))]
    nodes: list[dict[str, Any]] = [
        {"id": id, "type": "function", "z": "t", "func": body, "wires": [[after]]}
        for id, body, after in zip(ids, bodies, [*ids[1:], "end"], strict=True)
    ]
    nodes[-1] |= last
    end = {"id": "end", "type": "junction", "z": "t", "wires": [[]]}
    return [{"id": "t", "type": "tab", "label": "t"}, *nodes, end]


@asynccontextmanager
async def running(flow: list[dict[str, Any]], events: list[Event]) -> AsyncIterator[Run]:
    services = {JavaScriptFactory: MiniRacerFactory()}
    options = RunOptions(services=services, observer=events.append)
    run = await start(FlowDocument(flow), installed(), options)
    try:
        yield run
    finally:
        await run.stop()


async def played(
    flow: list[dict[str, Any]], payloads: list[Any], *taps: str
) -> tuple[dict[str, list[Any]], Run, list[Event]]:
    """Send payloads to ``f0``; return what arrived at the taps and at ``end``."""
    events: list[Event] = []
    seen: dict[str, list[Any]] = {id: [] for id in (*taps, "end")}
    async with running(flow, events) as run:
        for id, arrived in seen.items():

            def take(msg: Message, arrived: list[Any] = arrived) -> None:
                arrived.append(msg["payload"])

            run.tap(id, take)
        for payload in payloads:
            run.send("f0", {"payload": payload})
        assert await run.idle(10)
        return seen, run, events


async def test_messages_pass_in_order_and_every_node_counts_them() -> None:
    seen, run, _ = await played(chain(ADD, ADD, ADD), list(range(2500)))
    assert seen["end"] == list(range(3, 2503))
    counts = run.counters()
    assert [counts[id].received for id in ("f0", "f1", "f2", "end")] == [2500] * 4
    assert [counts[id].sent for id in ("f0", "f1", "f2")] == [(2500,)] * 3


async def test_a_tapped_function_shows_every_message() -> None:
    seen, _, _ = await played(chain(ADD, ADD, ADD), [1, 2, 3], "f1")
    assert seen == {"f1": [2, 3, 4], "end": [4, 5, 6]}


async def test_several_messages_at_once_do_not_overtake_others() -> None:
    first = (
        "node.send({payload: 1}); node.send([[{payload: 2}, {payload: 3}]]); return {payload: 4};"
    )
    seen, _, _ = await played(chain(first, "return msg;"), [0])
    assert seen["end"] == [1, 2, 3, 4]


async def test_a_value_set_by_one_function_is_seen_by_the_next() -> None:
    first = "flow.set('n', (flow.get('n') || 0) + msg.payload); return msg;"
    seen, _, _ = await played(chain(first, "msg.payload = flow.get('n'); return msg;"), [1, 1, 1])
    # as in Node-RED, where all three are with the first function before one is with the second
    assert seen["end"] == [3, 3, 3]


async def test_a_loop_of_one_message_fails_it_and_the_others_go_on() -> None:
    second = "while (msg.payload === 1) {} return msg;"
    flow = chain("return msg;", second, timeout=0.2)
    seen, _, events = await played(flow, [0, 1, 2])
    assert seen["end"] == [0, 2]
    errors = [e for e in events if isinstance(e, LogRecord) and e.level == "error"]
    assert [(e.node, "longer than 0.2 s" in e.text) for e in errors] == [("f1", True)]


async def test_an_endless_ring_of_functions_lets_the_loop_breathe() -> None:
    flow = chain("return msg;", "return msg;", wires=[["f0"]])
    events: list[Event] = []
    async with running(flow, events) as run:
        run.send("f0", {"payload": 0})
        assert not await run.idle(0.1)
        assert run.counters()["f1"].received > 1000


async def test_a_growing_value_of_the_own_context_is_known_outside_in_the_end() -> None:
    keep = "const a = context.get('a') || []; a.push(msg.payload); context.set('a', a); return msg;"
    events: list[Event] = []
    async with running(chain(keep.replace(" context.set('a', a);", ""), ADD), events) as run:
        run.send("f0", {"payload": 0})
        assert await run.idle(10)
        assert run.contexts.read("f0:t") == {}
    async with running(chain(keep, ADD), events) as run:
        for number in range(3000):
            run.send("f0", {"payload": number})
        assert await run.idle(10)
        run.send("f0", {"payload": 3000})
        assert await run.idle(10)
        assert run.contexts.read("f0:t") == {"a": list(range(3001))}
        run.contexts.delete("f0:t", "a")
        run.send("f0", {"payload": 1})
        assert await run.idle(10)
        assert run.contexts.read("f0:t") == {"a": [1]}
