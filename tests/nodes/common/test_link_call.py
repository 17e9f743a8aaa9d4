"""The link call node, and the return of a link out node."""

from __future__ import annotations

from typing import Any

import pytest

from vgd_kernel.engine import Run, RunOptions, start
from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.model.events import LogRecord
from vgd_kernel.testing import VirtualClock

pytestmark = pytest.mark.asyncio


def node(id: str, type: str, wires: list[str], **config: Any) -> dict[str, Any]:
    return {"id": id, "type": type, "z": "t", "wires": [wires], **config}


def call(id: str = "call", **config: Any) -> dict[str, Any]:
    return node(id, "link call", ["out"], links=["in"], **config)


def double(suffix: str = "", **config: Any) -> list[dict[str, Any]]:
    """Return a flow that can be called: it doubles the payload."""
    rule = {"t": "set", "p": "payload", "pt": "msg", "to": "payload * 2", "tot": "jsonata"}
    return [
        node(f"in{suffix}", "link in", [f"set{suffix}"], **config),
        node(f"set{suffix}", "change", [f"ret{suffix}"], rules=[rule], z=config.get("z", "t")),
        node(f"ret{suffix}", "link out", [], mode="return", z=config.get("z", "t")),
    ]


class Play:
    """A flow in virtual time whose node ``out`` is watched."""

    def __init__(self, run: Run, clock: VirtualClock) -> None:
        self.run = run
        self.clock = clock
        self.out: list[dict[str, Any]] = []
        self.log: list[str] = []
        run.tap("out", self.out.append)
        run.observe(self._note)

    def _note(self, event: Any) -> None:
        if isinstance(event, LogRecord):
            self.log.append(event.text)

    async def send(self, id: str, msg: dict[str, Any]) -> None:
        self.run.send(id, msg)
        await self.clock.settle()


async def play(*entries: dict[str, Any]) -> Play:
    clock = VirtualClock()
    document = FlowDocument([*entries, node("out", "junction", [])])
    return Play(await start(document, installed(), RunOptions(clock=clock)), clock)


async def test_what_comes_back_is_sent_on() -> None:
    flow = await play(call(), *double())
    await flow.send("call", {"payload": 4, "topic": "t"})
    [msg] = flow.out
    assert (msg["payload"], msg["topic"]) == (8, "t")
    assert "_linkSource" not in msg
    assert await flow.run.idle(1)


async def test_calls_may_be_nested() -> None:
    inner = {"name": "inner", "timeout": "5"}
    outer = [
        node("in2", "link in", ["again"]),
        node("again", "link call", ["ret2"], links=["in"], **inner),
        node("ret2", "link out", [], mode="return"),
    ]
    flow = await play(call() | {"links": ["in2"]}, *outer, *double())
    await flow.send("call", {"payload": 4})
    assert [msg["payload"] for msg in flow.out] == [8]


@pytest.mark.parametrize("target", ["in", "doubler"])
async def test_a_dynamic_target_is_an_id_or_a_name(target: str) -> None:
    flow = await play(call(linkType="dynamic"), *double(name="doubler", z="elsewhere"))
    await flow.send("call", {"payload": 4, "target": target})
    assert [msg["payload"] for msg in flow.out] == [8]


async def test_a_name_on_the_same_tab_comes_first() -> None:
    there = double(name="doubler", z="elsewhere")
    here = [node("here", "link in", ["back"], name="doubler"),
            node("back", "link out", [], mode="return")]  # fmt: skip
    flow = await play(call(linkType="dynamic"), *there, *here)
    await flow.send("call", {"payload": 4, "target": "doubler"})
    assert [msg["payload"] for msg in flow.out] == [4]


@pytest.mark.parametrize(
    ("config", "msg", "text"),
    [
        ({"links": ["gone"]}, {}, "Error: target link-in node 'gone' not found"),
        ({"links": []}, {}, "Error: target link-in node '' not found"),
        ({"links": ["set"]}, {}, "Error: target link-in node 'set' not found"),
        ({"linkType": "dynamic"}, {"target": 5}, "Error: target link-in node '5' not found"),
        (
            {"linkType": "dynamic", "z": "third"},
            {"target": "doubler"},
            "Error: Multiple link-in nodes named 'doubler' found",
        ),
    ],
)
async def test_no_single_target_is_an_error(config: Any, msg: Any, text: str) -> None:
    flow = await play(
        call() | config, *double(name="doubler"), *double("2", name="doubler", z="other")
    )
    await flow.send("call", msg)
    assert flow.out == []
    assert flow.log == [text]


async def test_a_call_that_takes_too_long_is_an_error_and_its_return_still_passes() -> None:
    later = [
        node("in", "link in", ["wait"]),
        node("wait", "delay", ["ret"], pauseType="delay", timeout="9"),
        node("ret", "link out", [], mode="return"),
    ]
    flow = await play(call(timeout="5"), *later)
    await flow.send("call", {"payload": 4})
    await flow.clock.advance(6)
    assert flow.log == ["timeout"]
    assert flow.out == []
    await flow.clock.advance(6)
    assert [msg["payload"] for msg in flow.out] == [4]


@pytest.mark.parametrize("source", [[], None, [{"node": "gone", "id": "x"}], ["odd"]])
async def test_a_return_without_a_call_is_a_warning(source: Any) -> None:
    flow = await play(*double())
    await flow.send("ret", {"_linkSource": source})
    assert flow.log == ["Missing return node information"]


async def test_complete_nodes_hear_of_a_call_when_it_came_back() -> None:
    heard = node("done", "complete", ["out"], scope=["call"])
    quiet = call() | {"wires": [[]]}
    flow = await play(quiet, heard, *double())
    await flow.send("call", {"payload": 4})
    assert [msg["payload"] for msg in flow.out] == [4]
