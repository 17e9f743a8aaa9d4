"""Context stores and node states, and the snapshot of them."""

import pytest

from vgd_kernel.engine.context_store import MemoryStore
from vgd_kernel.model import UNDEFINED

pytestmark = pytest.mark.asyncio


def counts(ctx):
    def receive(msg):
        ctx.state["seen"] = ctx.state.get("seen", 0) + 1
        for scope in ("node", "flow", "global"):
            store = ctx.context(scope)
            before = store.get("count.n")
            store.set("count.n", 1 if before is UNDEFINED else before + 1)
        msg["payload"] = [ctx.state["seen"], *(ctx.context(s).get("count.n") for s in SCOPES)]
        ctx.send(msg)

    return receive


SCOPES = ("node", "flow", "global")


async def test_each_scope_keeps_its_own_values(flow, node):
    entries = [
        node("a", "out", type="code"),
        node("b", "out", type="code"),
        node("c", "out", type="code") | {"z": "other"},
        node("out"),
    ]
    code = dict.fromkeys("abc", counts)
    async with flow(entries, code=code, tap=["out"]) as bench:
        for id in ("a", "b", "c"):
            await bench.send(id, {})
        payloads = [msg["payload"] for msg in bench.got["out"]]
        assert payloads == [[1, 1, 1, 1], [1, 1, 2, 2], [1, 1, 1, 3]]


async def test_a_snapshot_is_gone_on_from(flow, node):
    entries = [node("a", "out", type="code"), node("out")]
    async with flow(entries, code={"a": counts}) as bench:
        await bench.send("a", {})
        snapshot = bench.run.snapshot()
    assert snapshot == {
        "version": 1,
        "states": {"a": {"seen": 1}},
        "contexts": {
            "node": {"a": {"count": {"n": 1}}},
            "flow": {"tab": {"count": {"n": 1}}},
            "global": {"count": {"n": 1}},
        },
    }
    async with flow(entries, code={"a": counts}, tap=["out"], snapshot=snapshot) as bench:
        await bench.send("a", {})
        assert bench.got["out"][0]["payload"] == [2, 2, 2, 2]
    assert snapshot["states"] == {"a": {"seen": 1}}


async def test_what_is_no_plain_data_is_not_in_the_snapshot_and_is_named(flow, node, caplog):
    cyclic = []
    cyclic.append(cyclic)

    def keeps(ctx):
        ctx.state.update(good=[1, {"a": b"x"}], bad=object(), cyclic=cyclic)

    async with flow([node("a", type="code")], code={"a": keeps}) as bench:
        assert bench.run.snapshot()["states"] == {"a": {"good": [1, {"a": b"x"}]}}
    assert "state a: 'bad' is no plain data" in caplog.text
    assert "state a: 'cyclic' is no plain data" in caplog.text


async def test_the_global_context_starts_from_the_options(flow, node):
    def asks(ctx):
        def receive(msg):
            msg["payload"] = ctx.context("global").get("settings.unit")
            ctx.send(msg)

        return receive

    entries = [node("a", "b", type="code"), node("b")]
    seed = {"settings": {"unit": "C"}}
    async with flow(entries, code={"a": asks}, tap=["b"], global_context=seed) as bench:
        await bench.send("a", {})
        assert bench.got["b"][0]["payload"] == "C"


async def test_a_subflow_instance_has_its_own_flow_context_and_sees_that_around_it(flow, node):
    def writes(ctx):
        def receive(msg):
            ctx.context("flow").set("mine", ctx.id)
            ctx.context("flow").set("$parent.outer", ctx.id)
            msg["payload"] = ctx.context("flow").get("$parent.outer")
            ctx.send(msg)

        return receive

    entries = [
        {"id": "s", "type": "subflow", "in": [{"wires": [{"id": "w"}]}], "out": []},
        node("w", type="code") | {"z": "s"},
        node("i", type="subflow:s"),
    ]
    async with flow(entries, code={"i-w": writes}) as bench:
        await bench.send("i", {})
        kept = bench.run.snapshot()["contexts"]["flow"]
        assert kept == {"i": {"mine": "i-w"}, "tab": {"outer": "i-w"}}


async def test_undefined_deletes_and_a_missing_parent_is_undefined():
    store = MemoryStore({"a": {"b": 1}})
    store.set("a.b", UNDEFINED)
    assert store.get("a", "file") == {}
    assert store.get("$parent.a") is UNDEFINED
    store.set("$parent.a", 1)
    assert store.keys() == ["a"]
