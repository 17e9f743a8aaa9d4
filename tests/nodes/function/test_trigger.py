"""The trigger node."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from vgd_kernel.engine import RunOptions, start
from vgd_kernel.model import FlowDocument, Message, installed
from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.nodes.function.trigger import Trigger
from vgd_kernel.testing import VirtualClock, run_node

pytestmark = pytest.mark.asyncio

Step = tuple[float, dict[str, Any]]


async def play(
    config: dict[str, Any], *steps: Step, until_s: float = 10
) -> list[tuple[float, Any]]:
    """Hand messages to a node at times; return what it sent: time and payload, per output."""
    clock = VirtualClock()
    entry = {"id": "n", "type": "trigger", "z": "t", "op1type": "str", "op2type": "str", **config}
    entry["wires"] = [["a"], ["b"]][: config.get("outputs", 1)]
    ends = [{"id": id, "type": "junction", "z": "t", "wires": [[]]} for id in "ab"]
    run = await start(FlowDocument([entry, *ends]), installed(), RunOptions(clock=clock))
    assert run.problems == ()
    sent: list[tuple[float, Any]] = []

    def note(mark: str, msg: Message) -> None:
        sent.append((round(clock.now(), 3), f"{mark}{msg.get('payload')}"))

    run.tap("a", partial(note, ""))
    run.tap("b", partial(note, "second "))
    for when, msg in steps:
        await clock.advance(when - clock.now())
        run.send("n", msg)
        await clock.settle()
    await clock.advance(until_s - clock.now())
    await run.stop()
    return sent


def at(when: float, payload: Any = "x", **extra: Any) -> Step:
    return when, {"payload": payload, **extra}


ON_OFF = {"op1": "on", "op2": "off", "duration": "1", "units": "s"}


@pytest.mark.parametrize(
    ("config", "steps", "expected"),
    [
        ({}, [at(0), at(0.5)], [(0, "on"), (1, "off")]),
        ({}, [at(0), at(1.5)], [(0, "on"), (1, "off"), (1.5, "on"), (2.5, "off")]),
        ({"extend": "true"}, [at(0), at(0.5)], [(0, "on"), (1.5, "off")]),
        ({"duration": "0"}, [at(0), at(5), at(6, reset=1), at(7)], [(0, "on"), (7, "on")]),
        ({"outputs": 2}, [at(0)], [(0, "on"), (1, "second off")]),
        ({}, [at(0), at(0.5, reset=True)], [(0, "on")]),
        ({"reset": "7"}, [at(0), at(0.5, 7)], [(0, "on")]),
        ({"op1type": "nul"}, [at(0)], [(1, "off")]),
        ({"op2type": "nul"}, [at(0)], [(0, "on")]),
        ({"op1type": "pay"}, [at(0, "own")], [(0, "own"), (1, "off")]),
        ({"op2type": "pay"}, [at(0, "own"), at(0.5, "late")], [(0, "on"), (1, "own")]),
        ({"op2type": "payl"}, [at(0, "own"), at(0.5, "late")], [(0, "on"), (1, "late")]),
        (
            {"op2type": "payl", "extend": "true"},
            [at(0, "own"), at(0.5, "late")],
            [(0, "on"), (1.5, "late")],
        ),
        ({"op1": "{{topic}}!"}, [at(0, topic="t")], [(0, "t!"), (1, "off")]),
        ({"op2": "5", "op2type": "num"}, [at(0)], [(0, "on"), (1, "5")]),
        ({"op1": "true", "op1type": "val"}, [at(0)], [(0, "True"), (1, "off")]),
        ({"overrideDelay": True}, [at(0, delay=3000)], [(0, "on"), (3, "off")]),
        ({}, [at(0, delay=3000)], [(0, "on"), (1, "off")]),
        (
            {"duration": "-1"},
            [at(0), at(2.5, reset=1)],
            [(0, "on"), (1, "on"), (2, "on")],
        ),
        (
            {"bytopic": "topic"},
            [at(0, topic="a"), at(0.5, topic="b"), at(0.6, topic="a")],
            [(0, "on"), (0.5, "on"), (1, "off"), (1.5, "off")],
        ),
    ],
)
async def test_what_is_sent_when(config: dict[str, Any], steps: list[Step], expected: Any) -> None:
    assert await play({**ON_OFF, **config}, *steps) == expected


async def test_a_new_node_waits_a_quarter_of_a_second() -> None:
    assert await play({}, at(0)) == [(0, "1"), (0.25, "0")]


async def test_the_second_message_keeps_the_fields_of_the_first() -> None:
    node = Trigger.parse({**ON_OFF})
    msgs = [{"payload": 1, "topic": "a"}, {"payload": 2, "topic": "b"}]
    outcome = await run_node(node, msgs, advance_s=2)
    assert [msg["topic"] for msg in outcome.outputs[0]] == ["a", "a"]


async def test_the_status_counts_running_topics() -> None:
    node = Trigger.parse({**ON_OFF, "bytopic": "topic"})
    outcome = await run_node(node, [{"topic": "a"}, {"topic": "b"}], advance_s=2)
    assert [(s.fill, s.text) for s in outcome.statuses] == [
        ("blue", ""), ("blue", "2"), ("blue", ""), ("", ""), ("", ""),
    ]  # fmt: skip


async def test_a_broken_value_is_a_problem_of_its_field() -> None:
    with pytest.raises(NodeConfigError, match='"op1": Expected property name'):
        Trigger.parse({"op1": "{", "op1type": "json"})
