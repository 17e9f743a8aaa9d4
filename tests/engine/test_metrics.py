"""What is known of the nodes of a run."""

import asyncio
from time import perf_counter

import pytest

from vgd_kernel.engine.live import FRAMES_PER_SECOND, LiveFrames
from vgd_kernel.testing.clock import VirtualClock

pytestmark = pytest.mark.asyncio


def spin(ctx):
    def receive(msg):
        end = perf_counter() + 0.002
        while perf_counter() < end:
            pass
        ctx.send(msg)

    return receive


def fail(ctx):
    def receive(msg):
        raise ValueError("no")

    return receive


async def test_counts_and_errors_are_exact(flow, node):
    entries = [node("a", ["b", "f"]), node("b"), node("f", type="code")]
    async with flow(entries, code={"f": fail}) as bench:
        await bench.send("a", {}, {}, {})
        metrics = bench.run.metrics()
    assert {id: (m.received, m.errors) for id, m in metrics.items()} == {
        "a": (3, 0), "b": (3, 0), "f": (3, 3),
    }  # fmt: skip
    (port,) = metrics["a"].ports
    assert (port.wires, port.sent) == (("b", "f"), 3)


async def test_a_slow_node_has_a_high_p50_and_most_of_the_time(flow, node):
    entries = [node("a", "s"), node("s", "b", type="code"), node("b")]
    async with flow(entries, code={"s": spin}) as bench:
        await bench.send("a", *({} for _ in range(20)))
        metrics = bench.run.metrics()
    assert metrics["s"].timed > 0
    assert 2000 <= metrics["s"].p50_us <= metrics["s"].p99_us
    assert metrics["s"].cpu_share > 0.5
    assert metrics["a"].p50_us < 1000


async def test_an_asynchronous_handler_is_timed_to_its_end(flow, node):
    def wait(ctx):
        async def receive(msg):
            await asyncio.sleep(0.01)
            ctx.send(msg)

        return receive

    async with flow([node("w", "b", type="code"), node("b")], code={"w": wait}) as bench:
        await bench.send("w", {}, {})
        metrics = bench.run.metrics()["w"]
    assert metrics.timed == 2
    assert metrics.p50_us >= 9000


async def test_bytes_are_those_of_the_messages(flow, node):
    async with flow([node("a", "b"), node("b")]) as bench:
        await bench.send("a", *({"payload": "x" * 10_000} for _ in range(3)))
        metrics = bench.run.metrics()
    for found in (metrics["a"].bytes, metrics["b"].bytes, metrics["a"].ports[0].bytes):
        assert 30_000 < found < 40_000


async def test_rates_are_over_the_last_second_or_more(flow, node):
    clock = VirtualClock()
    async with flow([node("a", "b"), node("b")], clock=clock) as bench:
        await bench.send("a", *({} for _ in range(10)))
        clock.ring_next(2.0)
        first = bench.run.metrics()["a"]
        await bench.send("a", *({} for _ in range(30)))
        clock.ring_next(5.0)
        second = bench.run.metrics()["a"]
    assert (first.rate, second.rate) == (5.0, 10.0)
    assert second.ports[0].rate == 10.0


async def test_metrics_are_json(flow, node):
    async with flow([node("a", "b"), node("b")]) as bench:
        record = bench.run.metrics(["a"])["a"].to_json()
    assert record["ports"] == ({"wires": ("b",), "sent": 0, "rate": 0.0, "bytes": 0},)


async def test_a_frame_a_second_carries_the_metrics_of_nodes_that_got_messages(flow, node):
    clock = VirtualClock()
    async with flow([node("a", "b"), node("b"), node("c")], clock=clock) as bench:
        frames = LiveFrames(bench.run)
        assert set(frames.next_frame(whole=True)["metrics"]) == {"a", "b", "c"}
        await bench.send("a", {})
        clock.ring_next(1.0)
        found = [frames.next_frame() for _ in range(FRAMES_PER_SECOND)]
        (moving,) = [frame["metrics"] for frame in found if frame and "metrics" in frame]
        assert {id: record["rate"] for id, record in moving.items()} == {"a": 1.0, "b": 1.0}
        bench.run.metrics()
        clock.ring_next(5.0)
        bench.run.metrics()
        clock.ring_next(9.0)
        found = [frames.next_frame() for _ in range(FRAMES_PER_SECOND)]
        (still,) = [frame["metrics"] for frame in found if frame and "metrics" in frame]
        assert {id: record["rate"] for id, record in still.items()} == {"a": 0.0, "b": 0.0}
        frames.close()
