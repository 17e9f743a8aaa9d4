"""Timers and work of nodes, on virtual time."""

import asyncio

import pytest

from vgd_kernel.engine.timers import Timers
from vgd_kernel.model.events import LogRecord
from vgd_kernel.testing import VirtualClock

pytestmark = pytest.mark.asyncio


@pytest.fixture
def clock():
    return VirtualClock(epoch_s=1000)


async def test_after_calls_once_and_keeps_the_run_busy(flow, node, clock):
    def delays(ctx):
        return lambda msg: ctx.after(5, ctx.send, msg)

    entries = [node("d", "b", type="code"), node("b")]
    async with flow(entries, code={"d": delays}, tap=["b"], clock=clock) as bench:
        bench.run.send("d", {"payload": 1})
        await clock.advance(4.9)
        assert bench.got["b"] == []
        assert not await bench.run.idle(0)
        await clock.advance(0.1)
        assert len(bench.got["b"]) == 1
        assert await bench.run.idle(0)
        await clock.advance(100)
        assert len(bench.got["b"]) == 1


async def test_a_cancelled_timer_does_not_call_and_makes_the_run_idle(flow, node, clock):
    timers = []

    def delays(ctx):
        return lambda msg: timers.append(ctx.after(5, ctx.send, msg))

    entries = [node("d", "b", type="code"), node("b")]
    async with flow(entries, code={"d": delays}, tap=["b"], clock=clock) as bench:
        bench.run.send("d", {})
        await clock.settle()
        waiting = asyncio.ensure_future(bench.run.idle(5))
        await clock.settle()
        assert not waiting.done()
        timers[0].cancel()
        timers[0].cancel()
        assert await waiting
        await clock.advance(10)
        assert bench.got["b"] == []


async def test_a_timer_that_is_due_can_still_be_cancelled_by_a_message_before_it(flow, node, clock):
    rung = []

    def handler(ctx):
        timer = ctx.after(1, rung.append, "rung")
        return lambda msg: timer.cancel()

    async with flow([node("a", type="code")], code={"a": handler}, clock=clock) as bench:
        bench.run.send("a", {})
        assert clock.ring_next(1)
        await clock.settle()
        assert rung == []


async def test_every_calls_again_and_again_and_does_not_keep_the_run_busy(flow, node, clock):
    rung = []

    def ticks(ctx):
        ctx.every(2, lambda: rung.append(ctx.now()))

    async with flow([node("t", type="code")], code={"t": ticks}, clock=clock) as bench:
        await clock.advance(7)
        assert rung == [2, 4, 6]
        assert await bench.run.idle(0)


async def test_at_calls_at_wall_clock_times(flow, node, clock):
    rung = []

    def ticks(ctx):
        ctx.at(lambda now: now - now % 600 + 600, lambda: rung.append(ctx.time()))

    async with flow([node("t", type="code")], code={"t": ticks}, clock=clock) as bench:
        await clock.advance(1300)
        assert rung == [1200, 1800]
        assert await bench.run.idle(0)


async def test_an_error_in_a_timer_is_an_error_of_its_node(flow, node, clock):
    def later(ctx):
        def fail():
            raise ValueError("late")

        ctx.after(1, fail)

    async with flow([node("t", type="code")], code={"t": later}, clock=clock) as bench:
        await clock.advance(1)
        (record,) = bench.of(LogRecord)
        assert (record.node, record.text) == ("t", "ValueError: late")
        assert bench.run.counters()["t"].errors == 1


async def test_no_timer_rings_after_stop(flow, node, clock):
    rung = []

    def ticks(ctx):
        ctx.every(1, rung.append, "every")
        ctx.after(1, rung.append, "after")
        ctx.at(lambda now: now + 1, lambda: rung.append("at"))

    async with flow([node("t", type="code")], code={"t": ticks}, clock=clock) as bench:
        await bench.run.stop()
        await clock.advance(10)
        assert rung == []
        assert clock.next_s is None


async def test_spawned_work_keeps_the_run_busy_unless_it_is_a_source(flow, node):
    gate = asyncio.Event()

    def works(ctx):
        async def work():
            await gate.wait()
            ctx.send({"payload": "done"})

        async def source():
            await asyncio.Event().wait()

        ctx.spawn(work())
        ctx.spawn(source(), source=True)

    entries = [node("w", "b", type="code"), node("b")]
    async with flow(entries, code={"w": works}, tap=["b"]) as bench:
        assert not await bench.run.idle(0.01)
        gate.set()
        assert await bench.run.idle(5)
        assert [msg["payload"] for msg in bench.got["b"]] == ["done"]


async def test_an_error_in_spawned_work_is_an_error_of_its_node(flow, node):
    def works(ctx):
        async def work():
            raise ValueError("work")

        ctx.spawn(work())

    async with flow([node("w", type="code")], code={"w": works}) as bench:
        assert await bench.run.idle(5)
        assert [record.text for record in bench.of(LogRecord)] == ["ValueError: work"]


async def test_an_asynchronous_handler_takes_messages_beside_each_other(flow, node):
    gates = {1: asyncio.Event(), 2: asyncio.Event()}

    def waits(ctx):
        async def receive(msg):
            await gates[msg["payload"]].wait()
            if msg["payload"] == 1:
                raise ValueError("one")
            ctx.send(msg)

        return receive

    entries = [node("w", "b", type="code"), node("b"), node("c", type="catch")]
    async with flow(entries, code={"w": waits}, tap=["b", "c"]) as bench:
        bench.run.send("w", {"payload": 1})
        bench.run.send("w", {"payload": 2})
        gates[2].set()
        assert not await bench.run.idle(0.01)
        assert [msg["payload"] for msg in bench.got["b"]] == [2]
        gates[1].set()
        assert await bench.run.idle(5)
        assert bench.got["c"][0]["error"]["message"] == "ValueError: one"


class StallingClock:
    """A clock that a test sets; it keeps what is asked for."""

    def __init__(self):
        self.now_s = 0.0
        self.alarms = []

    def now(self):
        return self.now_s

    def call_at(self, when_s, call):
        self.alarms.append((when_s, call))


async def test_a_repeated_timer_keeps_its_phase_when_the_loop_stalls():
    clock, queued = StallingClock(), []
    Timers(clock, activity=None).every(queued.append, 1.0, print, ())
    clock.now_s = 10.3
    clock.alarms[-1][1]()  # nine rings late
    clock.alarms[-1][1]()
    assert [when_s for when_s, _ in clock.alarms] == [1.0, 10.0, 11.0]
    assert len(queued) == 2
