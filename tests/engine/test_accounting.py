"""Memory and time of the flows of a run."""

import asyncio
from time import perf_counter

import pytest

pytestmark = pytest.mark.asyncio

TABS = [{"id": "tab", "type": "tab"}, {"id": "other", "type": "tab"}]


def spin(ctx):
    def receive(msg):
        end = perf_counter() + 0.002
        while perf_counter() < end:
            pass

    return receive


async def test_time_goes_to_the_flow_whose_nodes_took_it(flow, node):
    entries = [*TABS, node("s", type="code"), node("b") | {"z": "other"}]
    async with flow(entries, code={"s": spin}) as bench:
        await bench.send("s", *({} for _ in range(10)))
        await bench.send("b", *({} for _ in range(10)))
        accounts = bench.run.accounting()
    assert accounts["tab"].cpu_s >= 0.01
    assert accounts["tab"].cpu_share > 0.8
    assert accounts["tab"].cpu_share + accounts["other"].cpu_share == pytest.approx(1.0)
    assert [account.nodes for account in accounts.values()] == [1, 1]


async def test_messages_that_wait_are_memory(flow, node):
    async with flow([*TABS, node("a")]) as bench:
        for _ in range(100):
            bench.run.send("a", {"payload": "x" * 10_000})
        account = bench.run.accounting()["tab"]
        assert account.queued == 100
        assert 1_000_000 < account.queued_bytes < 1_200_000
        assert account.bytes == account.queued_bytes
        assert await bench.run.idle(5)
        assert bench.run.accounting()["tab"].queued == 0


async def test_contexts_and_states_are_memory(flow, node):
    def keeps(ctx):
        def receive(msg):
            ctx.context("flow").set("kept", "x" * 10_000)
            ctx.context("node").set("kept", "x" * 10_000)
            ctx.state["kept"] = "x" * 10_000
            ctx.context("global").set("kept", "x" * 1_000_000)

        return receive

    async with flow([*TABS, node("a", type="code")], code={"a": keeps}) as bench:
        assert bench.run.accounting()["tab"].context_bytes == 0
        await bench.send("a", {})
        accounts = bench.run.accounting()
    assert 30_000 < accounts["tab"].context_bytes < 35_000
    assert accounts["other"].context_bytes == 0


async def test_messages_in_asynchronous_handlers_are_in_flight(flow, node):
    release = asyncio.Event()

    def waits(ctx):
        async def receive(msg):
            await release.wait()

        return receive

    async with flow([*TABS, node("a", type="code")], code={"a": waits}) as bench:
        bench.run.send("a", {})
        bench.run.send("a", {})
        while bench.run.accounting()["tab"].in_flight < 2:
            await asyncio.sleep(0)
        release.set()
        assert await bench.run.idle(5)
        record = bench.run.accounting()["tab"].to_json()
    assert (record["in_flight"], record["limit"], record["policy"]) == (0, 100_000, "wait")
