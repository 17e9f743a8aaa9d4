"""The loop's own clock."""

import asyncio
import time

import pytest

from vgd_kernel.engine.clock import Clock, LoopClock

pytestmark = pytest.mark.asyncio


async def test_it_is_the_loop_s_time_and_alarm():
    loop = asyncio.get_running_loop()
    clock: Clock = LoopClock(loop)
    rung = asyncio.Event()
    clock.call_at(clock.now(), rung.set)
    await asyncio.wait_for(rung.wait(), 5)
    assert abs(clock.now() - loop.time()) < 1
    assert abs(clock.time() - time.time()) < 1


async def test_timers_of_nodes_ring_in_real_time(flow, node):
    def delays(ctx):
        return lambda msg: ctx.after(0.02, ctx.send, msg)

    entries = [node("d", "b", type="code"), node("b")]
    async with flow(entries, code={"d": delays}, tap=["b"]) as bench:
        began = time.monotonic()
        await bench.send("d", {})
        assert time.monotonic() - began >= 0.02
        assert len(bench.got["b"]) == 1
