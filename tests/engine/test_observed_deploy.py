"""What watches a run goes on watching when the run takes another document."""

import pytest

from vgd_kernel.model import FlowDocument

pytestmark = pytest.mark.asyncio


def tab(limit):
    return {
        "id": "tab", "type": "tab", "vgd": {"queue": {"limit": limit, "policy": "drop-newest"}},
    }  # fmt: skip


async def test_hooks_see_nodes_that_a_deployment_brings(flow, node):
    seen = []
    hook = {"preDeliver": lambda e: seen.append((e.source.id, e.destination.id))}
    async with flow([node("a", "b"), node("b")], hooks=hook) as bench:
        entries = [node("a", "b"), node("b", "c"), node("c", "d"), node("d")]
        await bench.run.deploy(FlowDocument(entries))
        await bench.send("a", {})
    assert seen == [("a", "b"), ("b", "c"), ("c", "d")]


async def test_a_new_limit_of_a_tab_counts_after_a_deployment(flow, node):
    async with flow([tab(10), node("a")], tap=["a"]) as bench:
        await bench.run.deploy(FlowDocument([tab(3), node("a")]))
        await bench.send("a", *({} for _ in range(20)))
        assert bench.run.accounting()["tab"].dropped == 17
        assert bench.run.accounting()["tab"].limit == 3


async def test_metrics_name_new_nodes_and_forget_those_that_are_gone(flow, node):
    async with flow([node("a", "b"), node("b")]) as bench:
        await bench.send("a", {})
        bench.run.metrics()
        await bench.run.deploy(FlowDocument([node("a", "c"), node("c")]))
        await bench.send("a", {})
        metrics = bench.run.metrics()
    assert set(metrics) == {"a", "c"}
    assert metrics["c"].received == 1
