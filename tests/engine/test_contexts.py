"""Context stores and node states, and the snapshot of them."""

import pytest

from vgd_kernel.model import UNDEFINED
from vgd_kernel.model.expand import expand

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
    counted = {"count": {"n": 1}}
    assert list(snapshot.pop("entries")) == ["a"]
    assert snapshot == {
        "version": 2,
        "states": {"a": {"seen": 1}},
        "contexts": {"memory": {"a:tab": counted, "tab": counted, "global": counted}},
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
        kept = bench.run.snapshot()["contexts"]["memory"]
        assert kept == {"i": {"mine": "i-w"}, "tab": {"outer": "i-w"}}


async def test_a_node_in_a_subflow_has_the_context_that_node_red_gives_it(flow, node):
    def writes(ctx):
        return lambda msg: ctx.context("node").set("me", ctx.id)

    entries = [
        {"id": "s", "type": "subflow", "in": [{"wires": [{"id": "w"}]}], "out": []},
        node("w", type="code") | {"z": "s"},
        node("i", type="subflow:s"),
    ]
    async with flow(entries, code={"i-w": writes}) as bench:
        await bench.send("i", {})
        assert bench.run.snapshot()["contexts"]["memory"] == {"w:i": {"me": "i-w"}}


async def test_the_seed_of_the_global_context_is_seen_and_not_kept(flow, node):
    async with flow([node("a")], global_context={"seeded": 1, "other": 2}) as bench:
        store = bench.run.contexts.store("global", "a", "tab")
        store.set("seeded", 5)
        store.set("get", 6)
        assert store.keys() == ["seeded", "other"]
        assert store.get("get") == 6
        store.set("seeded", UNDEFINED)
        assert store.get("seeded") == 1
        assert bench.run.contexts.read("global") == {"seeded": 1, "other": 2}
        assert bench.run.snapshot()["contexts"]["memory"] == {"global": {"get": 6}}


async def test_the_global_context_stands_around_a_tab(flow, node):
    async with flow([node("a")]) as bench:
        store = bench.run.contexts.store("flow", "a", "tab")
        store.set("$parent.x", 1)
        assert bench.run.contexts.read("global") == {"x": 1}
        assert store.get("$parent.x") == 1
        assert store.get("$parent.$parent.x") is UNDEFINED


async def test_named_stores_are_apart_and_an_unknown_one_is_the_default_with_a_warning(flow, node):
    def writes(ctx):
        def receive(msg):
            store = ctx.context("flow")
            store.set("x", 1)
            store.set("x", 2, "fast")
            store.set("#:(fast)::y", 3)
            store.set("y", 4, "nowhere")
            store.set("z", 5, "nowhere")
            msg["payload"] = [store.get("#:(fast)::x"), store.keys("fast"), store.get("y")]
            ctx.send(msg)

        return receive

    entries = [node("a", "b", type="code"), node("b")]
    stores = {"slow": None, "fast": None}
    async with flow(entries, code={"a": writes}, tap=["b"], context_stores=stores) as bench:
        await bench.send("a", {})
        assert bench.got["b"][0]["payload"] == [2, ["x", "y"], 4]
        snapshot = bench.run.snapshot()
        assert snapshot["contexts"] == {
            "slow": {"tab": {"x": 1, "y": 4, "z": 5}},
            "fast": {"tab": {"x": 2, "y": 3}},
        }
        warnings = [e.text for e in bench.events if getattr(e, "level", "") == "warn"]
        assert len(warnings) == 1
        assert 'unknown context store "nowhere"' in warnings[0]


async def test_the_default_store_can_be_any_of_them(flow, node):
    stores = {"slow": None, "fast": None}
    async with flow([node("a")], context_stores=stores, default_store="fast") as bench:
        bench.run.contexts.store("flow", "a", "tab").set("x", 1)
        assert bench.run.contexts.read("tab", "fast") == {"x": 1}
        assert bench.run.contexts.read("tab", "slow") == {}


async def test_what_a_changed_flow_has_no_more_is_dropped(flow, node):
    entries = [
        {"id": "tab", "type": "tab"},
        node("a"),
        node("b") | {"d": True},
        node("c") | {"z": "gone"},
    ]
    async with flow(entries) as bench:
        contexts = bench.run.contexts
        for id, container in (("a", "tab"), ("b", "tab"), ("c", "gone")):
            for scope in ("node", "flow", "global"):
                contexts.store(scope, id, container).set(id, 1)
            contexts.state(id)["n"] = 1
        contexts.clean(expand(entries[:2]))
        snapshot = contexts.snapshot()
        assert list(snapshot.pop("entries")) == ["a"]
        assert snapshot == {
            "version": 2,
            "states": {"a": {"n": 1}},
            "contexts": {
                "memory": {
                    "a:tab": {"a": 1},
                    "tab": {"a": 1, "b": 1},
                    "global": {"a": 1, "b": 1, "c": 1},
                }
            },
        }


@pytest.mark.parametrize(("stores", "kept"), [({}, {}), ({"file": None}, {"x": 1})])
async def test_a_node_that_ends_loses_its_context_unless_stores_are_configured(
    flow, node, stores, kept
):
    async with flow([node("a")], context_stores=stores) as bench:
        contexts = bench.run.contexts
        contexts.store("node", "a", "tab").set("x", 1)
        contexts.store("flow", "a", "tab").set("y", 1)
        contexts.state("a")["n"] = 1
        contexts.forget_node("a", "tab")
        assert contexts.states == {}
        assert contexts.read("a:tab") == kept
        assert contexts.read("tab") == {"y": 1}


async def test_a_value_is_deleted_from_outside(flow, node):
    async with flow([node("a")]) as bench:
        bench.run.contexts.store("flow", "a", "tab").set("x.y", 1)
        bench.run.contexts.delete("tab", "x.y")
        assert bench.run.contexts.read("tab") == {"x": {}}
