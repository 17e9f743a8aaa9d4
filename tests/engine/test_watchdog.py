"""Nodes that never return."""

import asyncio
import gc
import threading
import time

import pytest

from vgd_kernel.engine.watchdog import Interrupted, Watch
from vgd_kernel.model.errors import NodeTimeoutError
from vgd_kernel.model.events import LogRecord

pytestmark = pytest.mark.asyncio


def spins(ctx):
    def receive(msg):
        while msg["payload"] == "spin":
            pass
        ctx.send(msg)

    return receive


async def test_a_node_that_never_returns_is_interrupted_and_the_run_goes_on(flow, node):
    entries = [node("s", "b", type="code", name="Spinner"), node("b"), node("c", type="catch")]
    async with flow(entries, code={"s": spins}, tap=["b", "c"], node_time_limit_s=0.1) as bench:
        began = time.monotonic()
        await bench.send("s", {"payload": "spin"}, {"payload": "go"})
        assert 0.1 <= time.monotonic() - began < 2
        (caught,) = bench.got["c"]
        assert caught["error"]["message"].startswith(
            'node "Spinner" (code) did not return within 0.1 s and was interrupted'
        )
        assert [msg["payload"] for msg in bench.got["b"]] == ["go"]


async def test_a_handler_that_swallows_exceptions_is_interrupted_too(flow, node):
    def swallows(ctx):
        def receive(msg):
            while True:
                try:
                    while True:
                        pass
                except Exception:  # noqa: BLE001 - what such a node does
                    continue

        return receive

    async with flow(
        [node("s", type="code")], code={"s": swallows}, node_time_limit_s=0.05
    ) as bench:
        await bench.send("s", {})
        (record,) = bench.of(LogRecord)
        assert "did not return within 0.05 s" in record.text


async def test_a_node_that_floods_the_queue_forever_is_interrupted(flow, node):
    def floods(ctx):
        def receive(msg):
            while True:
                ctx.send(msg)
                time.sleep(0.001)

        return receive

    async with flow(
        [node("s", "b", type="code"), node("b")], code={"s": floods}, node_time_limit_s=0.05
    ) as bench:
        await bench.send("s", {})
        counters = bench.run.counters()
        assert counters["s"].errors == 1
        assert counters["b"].received == counters["s"].sent[0] > 0


async def test_a_timer_that_never_returns_is_interrupted(flow, node):
    def later(ctx):
        def spin():
            while True:
                pass

        return lambda msg: ctx.after(0, spin)

    async with flow([node("s", type="code")], code={"s": later}, node_time_limit_s=0.05) as bench:
        await bench.send("s", {})
        assert "did not return" in bench.of(LogRecord)[0].text


async def test_many_fast_messages_are_not_a_slow_node(flow, node):
    async with flow([node("a", "b"), node("b", "a")], node_time_limit_s=0.02) as bench:
        bench.run.send("a", {})
        assert not await bench.run.idle(0.2)
        assert bench.of(LogRecord) == []


async def test_an_asynchronous_node_may_wait_longer_than_the_limit(flow, node):
    def waits(ctx):
        async def receive(msg):
            await asyncio.sleep(0.1)
            ctx.send(msg)

        return receive

    entries = [node("w", "b", type="code"), node("b")]
    async with flow(entries, code={"w": waits}, tap=["b"], node_time_limit_s=0.02) as bench:
        await bench.send("w", {})
        assert len(bench.got["b"]) == 1


async def test_code_outside_a_handler_is_never_interrupted(flow, node):
    async with flow([node("a")], node_time_limit_s=0.02) as bench:
        await bench.send("a", {})
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            pass


async def test_slices_of_other_threads_are_interrupted_in_their_thread(flow, node):
    entries = [node("s", type="code")]
    texts = []

    async def elsewhere():
        async with flow(entries, code={"s": spins}, node_time_limit_s=0.05) as bench:
            await bench.send("s", {"payload": "spin"})
            texts.extend(record.text for record in bench.of(LogRecord))

    thread = threading.Thread(target=lambda: asyncio.run(elsewhere()))
    thread.start()
    await asyncio.to_thread(thread.join)
    assert "did not return" in texts[0]


async def test_the_thread_ends_with_the_last_watch():
    gc.collect()  # watches of runs that other tests left behind
    watch = Watch(0.01)
    (thread,) = (t for t in threading.enumerate() if t.name == "vgd-watchdog")
    watch.close()
    await asyncio.to_thread(thread.join, 5)
    assert not thread.is_alive()


async def test_a_position_that_moved_on_is_not_interrupted():
    watch = Watch(None)
    watch.limit_s = 1.0
    entries = iter([1, 2, 3])
    next(entries)
    watch.begin(entries)
    watch.look(0.0)
    next(entries)
    watch.look(10.0)
    watch.end()
    watch.look(20.0)


async def test_a_position_that_stays_is_interrupted():
    watch = Watch(None)
    watch.limit_s = 1.0
    entries = iter([1, 2, 3])
    next(entries)
    watch.begin(entries)
    watch.look(0.0)
    with pytest.raises(Interrupted):
        watch.look(10.0)
    watch.end()


async def test_the_error_is_a_node_timeout_error(flow, node):
    seen = []

    def spin(ctx):
        def receive(msg):
            try:
                while True:
                    pass
            finally:
                seen.append("cleaned up")

        return receive

    async with flow([node("s", type="code")], code={"s": spin}, node_time_limit_s=0.05) as bench:
        bench.run._world.reports.error = lambda node, error, msg: seen.append(type(error))
        await bench.send("s", {})
    assert seen == ["cleaned up", NodeTimeoutError]


async def test_a_node_that_does_not_return_from_its_start_is_left_out(flow, node):
    def spins_at_start(ctx):
        while True:
            pass

    entries = [node("s", type="code"), node("b")]
    async with flow(entries, code={"s": spins_at_start}, tap=["b"], node_time_limit_s=0.1) as bench:
        assert "did not start: node" in bench.run.problems[0].seen
        await bench.send("b", {})
        assert len(bench.got["b"]) == 1
