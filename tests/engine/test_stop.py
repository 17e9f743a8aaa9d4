"""The end of a run: in order, and in bounded time."""

import asyncio
import threading
import time

import pytest

from vgd_kernel.engine import closing
from vgd_kernel.model.events import LogRecord

pytestmark = pytest.mark.asyncio


async def test_work_is_cancelled_and_then_nodes_close_in_reverse_order(flow, node):
    closed = []

    def opens(ctx):
        async def source():
            try:
                await asyncio.Event().wait()
            finally:
                closed.append(f"{ctx.id} source")

        async def later():
            await asyncio.sleep(0)
            closed.append(f"{ctx.id} second")

        ctx.spawn(source(), source=True)
        ctx.on_close(lambda: closed.append(f"{ctx.id} first"))
        ctx.on_close(later)

    entries = [node("a", type="code"), node("b", type="code")]
    async with flow(entries, code={"a": opens, "b": opens}) as bench:
        await asyncio.sleep(0)
        await bench.run.stop()
        assert sorted(closed[:2]) == ["a source", "b source"]
        assert closed[2:] == ["b second", "b first", "a second", "a first"]
        await bench.run.stop()
        assert len(closed) == 6


async def test_a_close_that_hangs_is_named_and_left_behind(flow, node, monkeypatch):
    monkeypatch.setattr(closing, "STOP_LIMIT_S", 0.05)
    closed = []

    def opens(ctx):
        ctx.on_close(lambda: closed.append("first"))
        ctx.on_close(asyncio.Event().wait)

    async with flow([node("h", type="code", name="Hangs")], code={"h": opens}) as bench:
        began = time.monotonic()
        await bench.run.stop()
        assert time.monotonic() - began < 1
        assert closed == ["first"]
        (record,) = bench.of(LogRecord)
        assert record.text.startswith('node "Hangs" (code) did not end its close within 0.05 s')


async def test_a_task_that_does_not_end_is_named_and_left_behind(flow, node, monkeypatch):
    monkeypatch.setattr(closing, "STOP_LIMIT_S", 0.05)
    release = asyncio.Event()

    def stubborn(ctx):
        async def work():
            while not release.is_set():
                try:
                    await release.wait()
                except asyncio.CancelledError:
                    continue

        ctx.spawn(work())

    async with flow([node("h", type="code")], code={"h": stubborn}) as bench:
        await asyncio.sleep(0)
        await bench.run.stop()
        (record,) = bench.of(LogRecord)
        assert 'node "h" (code) did not end a task' in record.text
        release.set()
        assert await bench.run.idle(5)


async def test_a_close_that_raises_is_reported_and_the_others_close(flow, node):
    closed = []

    def opens(ctx):
        def fail():
            raise OSError("stuck")

        async def fail_later():
            raise OSError("stuck later")

        ctx.on_close(lambda: closed.append("first"))
        ctx.on_close(fail)
        ctx.on_close(fail_later)

    async with flow([node("h", type="code")], code={"h": opens}) as bench:
        await bench.run.stop()
        assert closed == ["first"]
        texts = [record.text for record in bench.of(LogRecord)]
        assert texts == ["OSError: stuck later", "OSError: stuck"]


async def test_a_close_that_never_returns_is_interrupted(flow, node, monkeypatch):
    monkeypatch.setattr(closing, "STOP_LIMIT_S", 0.05)
    closed = []

    def opens(ctx):
        def spin():
            while True:
                pass

        ctx.on_close(lambda: closed.append("first"))
        ctx.on_close(spin)

    async with flow([node("h", type="code")], code={"h": opens}) as bench:
        await bench.run.stop()
        assert closed == ["first"]
        assert "did not end its close" in bench.of(LogRecord)[0].text


async def test_nothing_begins_after_stop(flow, node):
    contexts, began = {}, []

    def keeps(ctx):
        contexts["ctx"] = ctx

    async def work():
        began.append("work")

    async with flow([node("a", type="code")], code={"a": keeps}) as bench:
        await bench.run.stop()
        ctx = contexts["ctx"]
        ctx.spawn(work())
        ctx.after(0, began.append, "after").cancel()
        ctx.every(0, began.append, "every")
        ctx.send({})
        await asyncio.sleep(0.01)
        assert began == []
        assert await bench.run.idle(0)


async def test_a_second_stop_waits_for_the_first(flow, node):
    closed = []

    def opens(ctx):
        async def later():
            await asyncio.sleep(0.01)
            closed.append("closed")

        ctx.on_close(later)

    async with flow([node("a", type="code")], code={"a": opens}) as bench:
        first = asyncio.ensure_future(bench.run.stop())
        await asyncio.sleep(0)
        await bench.run.stop()
        assert closed == ["closed"]
        await first


async def test_work_that_is_cancelled_before_its_first_step_is_closed(flow, node):
    works = []

    def begins(ctx):
        async def work():
            await asyncio.Event().wait()

        works.append(work())
        ctx.spawn(works[0], source=True)

    async with flow([node("a", type="code")], code={"a": begins}) as bench:
        await bench.run.stop()
    assert works[0].cr_frame is None


async def test_a_flow_that_sends_to_itself_without_end_is_stopped(flow, node):
    async with flow([node("a", ["b", "b"]), node("b", "a")], most_queued=50_000) as bench:
        bench.run.send("a", {})
        assert not await bench.run.idle(0.02)
        await bench.run.stop()
        counts = bench.run.counters()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert bench.run.counters() == counts
        assert await bench.run.idle(1)


async def test_a_handler_that_never_returns_does_not_keep_a_run_from_stopping(flow, node):
    def spins(ctx):
        def receive(msg):
            while True:
                pass

        return receive

    async with flow([node("s", type="code")], code={"s": spins}, node_time_limit_s=0.05) as bench:
        for _ in range(3):
            bench.run.send("s", {})
        await asyncio.sleep(0)
        await bench.run.stop()
        assert await bench.run.idle(1)


async def test_a_thread_that_goes_on_does_not_keep_a_run_from_stopping(flow, node, monkeypatch):
    monkeypatch.setattr("vgd_kernel.engine.closing.STOP_LIMIT_S", 0.05)
    release, began = threading.Event(), asyncio.Event()

    def blocks(ctx):
        async def receive(msg):
            began.set()
            await asyncio.to_thread(release.wait)

        return receive

    async with flow([node("t", type="code")], code={"t": blocks}) as bench:
        bench.run.send("t", {})
        await began.wait()
        await asyncio.wait_for(bench.run.stop(), 5)
        release.set()
