"""Breakpoints: hold, look, change, step, go on."""

import asyncio

import pytest

from vgd_kernel.model.errors import ExpressionError, UnknownNodeError
from vgd_kernel.model.events import BreakpointHit, to_records

pytestmark = pytest.mark.asyncio


def chain(node):
    return [node("a", "b"), node("b", "c"), node("c")]


def payloads(bench, id):
    return [msg["payload"] for msg in bench.got[id]]


async def send(bench, id, *values):
    for value in values:
        bench.run.send(id, {"payload": value})
    assert await bench.run.idle(5)


async def test_messages_are_held_before_a_node_while_the_rest_goes_on(flow, node):
    entries = [*chain(node), node("x")]
    async with flow(entries, tap=["a", "b", "c", "x"]) as bench:
        debugger = bench.run.debugger
        point = debugger.add("b")
        await send(bench, "a", 1, 2)
        await send(bench, "x", 3)
        assert (payloads(bench, "a"), payloads(bench, "b"), payloads(bench, "x")) == (
            [1, 2],
            [],
            [3],
        )
        assert [held.msg["payload"] for held in debugger.held()] == [1, 2]
        (first, _) = bench.of(BreakpointHit)
        assert (first.node, first.source, first.msg["payload"]) == ("b", "", 1)
        assert to_records(first)[0]["kind"] == "breakpoint"
        assert debugger.step()
        assert await bench.run.idle(5)
        assert (payloads(bench, "b"), payloads(bench, "c")) == ([1], [1])
        debugger.resume()
        assert await bench.run.idle(5)
        assert payloads(bench, "c") == [1, 2]
        await send(bench, "a", 4)
        assert len(debugger.held()) == 1
        debugger.remove(point.id)
        assert await bench.run.idle(5)
        assert payloads(bench, "c") == [1, 2, 4]
        assert not bench.run.hooks


async def test_a_breakpoint_on_a_wire_holds_what_comes_over_it(flow, node):
    entries = [node("a", "c"), node("b", "c"), node("c")]
    async with flow(entries, tap=["c"]) as bench:
        bench.run.debugger.add("c", source="a")
        await send(bench, "a", "over a")
        await send(bench, "b", "over b")
        assert payloads(bench, "c") == ["over b"]
        bench.run.debugger.clear()
        assert await bench.run.idle(5)
        assert payloads(bench, "c") == ["over b", "over a"]


@pytest.mark.parametrize(
    ("condition", "language"),
    [('msg["payload"] > 3', "python"), ("payload > 3", "jsonata")],
)
async def test_a_condition_chooses_messages_and_those_behind_wait(flow, node, condition, language):
    async with flow(chain(node), tap=["b"]) as bench:
        debugger = bench.run.debugger
        debugger.add("b", condition=condition, language=language)
        await send(bench, "a", 1, 5, 2)
        assert payloads(bench, "b") == [1]
        assert [held.msg["payload"] for held in debugger.held()] == [5, 2]
        assert len(bench.of(BreakpointHit)) == 1
        debugger.resume()
        assert await bench.run.idle(5)
        assert payloads(bench, "b") == [1, 5, 2]


async def test_a_condition_that_fails_on_a_message_does_not_hold_it(flow, node):
    async with flow(chain(node), tap=["c"]) as bench:
        bench.run.debugger.add("b", condition='msg["nothing"] > 3')
        await send(bench, "a", 1)
        assert payloads(bench, "c") == [1]


async def test_held_messages_can_be_changed_and_dropped(flow, node):
    async with flow(chain(node), tap=["c"]) as bench:
        debugger = bench.run.debugger
        debugger.add("b")
        await send(bench, "a", 1, 2)
        first, second = debugger.held()
        debugger.edit(first.id, {"payload": "other"})
        debugger.drop(second.id)
        debugger.clear()
        assert await bench.run.idle(5)
        assert payloads(bench, "c") == ["other"]


async def test_the_whole_run_stands_still_and_goes_on_step_by_step(flow, node):
    entries = [*chain(node), node("x")]
    async with flow(entries, tap=["a", "b", "c", "x"]) as bench:
        debugger = bench.run.debugger
        debugger.add("b", pause_all=True)
        bench.run.send("a", {"payload": 1})
        for value in range(3):
            bench.run.send("x", {"payload": value})
        assert await bench.run.idle(5)
        assert debugger.paused
        assert (payloads(bench, "b"), payloads(bench, "x")) == ([], [0, 1, 2])
        bench.run.send("x", {"payload": 3})
        assert not await bench.run.idle(0.05)
        assert payloads(bench, "x") == [0, 1, 2]
        assert debugger.step()
        assert (payloads(bench, "b"), payloads(bench, "x")) == ([1], [0, 1, 2])
        assert debugger.step()
        assert debugger.step()
        assert not debugger.step()
        assert (payloads(bench, "c"), payloads(bench, "x")) == ([1], [0, 1, 2, 3])
        debugger.clear()
        assert await bench.run.idle(5)


async def test_a_paused_run_goes_on_where_it_stood(flow, node):
    async with flow([node("a", "b"), node("b", "a")]) as bench:
        bench.run.send("a", {})
        bench.run.debugger.pause()
        assert not await bench.run.idle(0.02)
        count = bench.run.counters()["a"].received
        await asyncio.sleep(0.02)
        assert bench.run.counters()["a"].received == count
        bench.run.debugger.resume()
        await asyncio.sleep(0.02)
        assert bench.run.counters()["a"].received > count


async def test_a_failure_after_a_breakpoint_is_an_error_of_the_node(flow, node):
    def fails(ctx):
        def receive(msg):
            raise ValueError("no")

        return receive

    entries = [node("f", type="code"), node("c", type="catch")]
    async with flow(entries, code={"f": fails}, tap=["c"]) as bench:
        bench.run.debugger.add("f")
        await send(bench, "f", 1)
        assert bench.got["c"] == []
        bench.run.debugger.step()
        assert await bench.run.idle(5)
        assert bench.got["c"][0]["error"]["source"]["id"] == "f"


async def test_wrong_places_and_conditions_are_refused(flow, node):
    async with flow(chain(node)) as bench:
        with pytest.raises(UnknownNodeError, match="no node 'z'"):
            bench.run.debugger.add("z")
        with pytest.raises(UnknownNodeError, match="no wire from"):
            bench.run.debugger.add("a", source="c")
        with pytest.raises(ExpressionError, match="does not parse"):
            bench.run.debugger.add("a", condition="msg[")
        assert not bench.run.hooks
