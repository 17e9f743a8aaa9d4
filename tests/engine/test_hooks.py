"""Message hooks: order, events, halting, errors, waiting."""

import asyncio
import re

import pytest

from vgd_kernel.engine.hooks import Hooks
from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.events import LogRecord
from vgd_kernel.model.hooks import HOOKS

pytestmark = pytest.mark.asyncio


def shown(kind, event):
    if kind == "onSend":
        return [shown("", each) for each in event]
    source, destination = getattr(event, "source", None), getattr(event, "destination", None)
    wire = f"{source.id}:{source.port}>" if source else ""
    return wire + (destination.id if destination else event.node.id)


def recording(bench, only=HOOKS):
    seen = []
    for kind in only:
        bench.run.hooks.add(
            f"{kind}.test", lambda event, kind=kind: seen.append((kind, shown(kind, event)))
        )
    return seen


async def test_hooks_are_called_in_node_reds_order(flow, node):
    async with flow([node("a", "b"), node("b")]) as bench:
        seen = recording(bench)
        await bench.send("a", {})
    assert seen == [
        ("onReceive", "a"),
        ("onSend", ["a:0>b"]),
        ("preRoute", "a:0>b"),
        ("preDeliver", "a:0>b"),
        ("postDeliver", "a:0>b"),
        ("onComplete", "a"),
        ("postReceive", "a"),
        ("onReceive", "b"),
        ("onComplete", "b"),
        ("postReceive", "b"),
    ]


async def test_one_send_to_several_wires_is_one_event_on_send(flow, node):
    async with flow([node("a", ["b", "c"]), node("b"), node("c")], tap=["b", "c"]) as bench:
        events = []
        bench.run.hooks.add("onSend", events.extend)
        await bench.send("a", {"payload": []})
        assert [event.clone_message for event in events] == [False, True]
        (b,), (c,) = bench.got["b"], bench.got["c"]
        assert b["payload"] is not c["payload"]


async def test_emit_over_several_outputs_is_one_event_on_send(flow, node):
    def both(ctx):
        return lambda msg: ctx.emit([{"payload": 1}, [{"payload": 2}, {"payload": 3}]])

    entries = [node("a", "b", "c", type="code"), node("b"), node("c")]
    async with flow(entries, code={"a": both}, tap=["b", "c"]) as bench:
        seen = recording(bench, ["onSend"])
        await bench.send("a", {})
        assert seen == [("onSend", ["a:0>b", "a:1>c", "a:1>c"])]
        assert [msg["payload"] for msg in bench.got["c"]] == [2, 3]
        ids = {msg["_msgid"] for msg in (*bench.got["b"], *bench.got["c"])}
        assert len(ids) == 1


@pytest.mark.parametrize("kind", ["onSend", "preRoute", "preDeliver"])
async def test_a_hook_that_returns_false_halts_the_message(flow, node, kind):
    async with flow([node("a", "b"), node("b")], tap=["b"]) as bench:
        bench.run.hooks.add(kind, lambda event: False)
        await bench.send("a", {})
        assert bench.got["b"] == []


async def test_on_receive_halts_before_the_handler(flow, node):
    async with flow([node("a", "b"), node("b")], tap=["b"]) as bench:
        bench.run.hooks.add("onReceive", lambda event: event.destination.id != "a")
        await bench.send("a", {})
        assert bench.got["b"] == []


async def test_a_hook_may_change_message_and_destination(flow, node):
    async with flow([node("a", "b"), node("b"), node("c")], tap=["b", "c"]) as bench:

        def detour(event):
            event.destination.id = "c"

        def replace(event):
            event.msg = {"payload": "other"}

        bench.run.hooks.add("preRoute", detour)
        bench.run.hooks.add("preDeliver", replace)
        await bench.send("a", {"payload": 1})
        assert bench.got["b"] == []
        assert [msg["payload"] for msg in bench.got["c"]] == ["other"]


async def test_a_hook_that_raises_is_an_error_of_the_sender(flow, node):
    def fails(event):
        raise ValueError("hook")

    async with flow([node("a", "b"), node("b")], tap=["b"]) as bench:
        bench.run.hooks.add("preRoute", fails)
        await bench.send("a", {})
        (record,) = bench.of(LogRecord)
        assert (record.node, record.text, bench.got["b"]) == ("a", "ValueError: hook", [])


async def test_hooks_may_wait(flow, node):
    go_on = asyncio.Event()

    async def waits(event):
        await go_on.wait()

    held = []
    async with flow([node("a", "b"), node("b")], tap=["b"]) as bench:
        bench.run.hooks.add("preDeliver", waits)
        bench.run.hooks.add("preDeliver", lambda event, done: held.append(done))
        bench.run.send("a", {})
        assert not await bench.run.idle(0.01)
        go_on.set()
        assert await bench.run.idle(5)
        assert bench.got["b"] == []
        held.pop()()
        assert await bench.run.idle(5)
        assert len(bench.got["b"]) == 1


@pytest.mark.parametrize(("answer", "errors"), [(False, 0), ("text", 1), (ValueError("x"), 1)])
async def test_done_halts_or_fails(flow, node, answer, errors):
    async with flow([node("a", "b"), node("b")], tap=["b"]) as bench:
        bench.run.hooks.add("preDeliver", lambda event, done: done(answer))
        await bench.send("a", {})
        assert (len(bench.got["b"]), bench.run.counters()["a"].errors) == (0, errors)


async def test_completion_comes_with_the_error_of_the_handler(flow, node):
    def fails(ctx):
        def receive(msg):
            raise ValueError("no")

        return receive

    def waits(ctx):
        async def receive(msg):
            await asyncio.sleep(0)

        return receive

    entries = [node("f", type="code"), node("w", type="code"), node("d", type="deferred")]
    code = {"f": fails, "w": waits, "d": lambda ctx: ctx.done}
    async with flow(entries, code=code) as bench:
        ends = []
        bench.run.hooks.add(
            "onComplete", lambda event: ends.append((event.node.id, type(event.error).__name__))
        )
        await bench.send("f", {})
        await bench.send("w", {})
        await bench.send("d", {})
    assert ends == [("f", "ValueError"), ("w", "NoneType"), ("d", "NoneType")]


async def test_without_hooks_nothing_is_left_in_the_way(flow, node):
    async with flow([node("a", ["b", "b"]), node("b", "c"), node("c")], tap=["c"]) as bench:
        before = [port.send.__code__ for n in bench.run._nodes.values() for port in n.ports]
        targets = [n.inbox.target for n in bench.run._nodes.values()]
        seen = recording(bench)
        await bench.send("a", {})
        assert seen
        bench.run.hooks.remove("*.test")
        count = len(seen)
        await bench.send("a", {})
        assert len(seen) == count
        assert len(bench.got["c"]) == 4
        after = [port.send.__code__ for n in bench.run._nodes.values() for port in n.ports]
        assert after == before
        assert [n.inbox.target for n in bench.run._nodes.values()][:2] == targets[:2]


async def test_counts_go_on_with_hooks(flow, node):
    async with flow([node("a", "b"), node("b")]) as bench:
        await bench.send("a", {})
        recording(bench)
        await bench.send("a", {})
        counters = bench.run.counters()
    assert (counters["a"].sent, counters["b"].received) == ((2,), 2)


async def test_hooks_come_with_the_options(flow, node):
    seen = []
    hooks = {"onReceive.mine": lambda event: seen.append(event.destination.node.type)}
    async with flow([node("a")], hooks=hooks) as bench:
        await bench.send("a", {})
        assert bench.run.hooks.has("onReceive.mine")
    assert seen == ["pass"]


def alone():
    return Hooks(lambda: None, lambda work: None)


async def test_unknown_names_and_second_labels_are_refused():
    hooks = alone()
    with pytest.raises(FlowError, match="no hook 'onSent'; expected one of onSend, preRoute"):
        hooks.add("onSent", print)
    hooks.add("onSend.a", print)
    with pytest.raises(FlowError, match="is there already"):
        hooks.add("onSend.a", print)
    with pytest.raises(FlowError, match=re.escape("cannot remove hook 'onSend'")):
        hooks.remove("onSend")


async def test_a_removed_hook_is_not_called_by_a_message_on_its_way():
    hooks, seen = alone(), []
    hooks.add("onSend.first", lambda event: hooks.remove("onSend.second"))
    hooks.add("onSend.second", seen.append)
    hooks.trigger("onSend", [], lambda: seen.append("then"), seen.append)
    assert seen == ["then"]
