"""A running flow takes another document: what changed is restarted, the rest goes on."""

import asyncio

import pytest

from vgd_kernel.engine import RunOptions, start
from vgd_kernel.model import FlowDocument
from vgd_kernel.model.errors import FlowInvalidError, PlatformError
from vgd_kernel.model.events import StatusChanged

pytestmark = pytest.mark.asyncio
TAB = {"id": "tab", "type": "tab", "label": ""}


def life(log):
    """Return a maker of a node that writes down when it starts and closes."""

    def make(ctx):
        log.append(f"+{ctx.id}")
        ctx.on_close(lambda: log.append(f"-{ctx.id}"))
        return ctx.send

    return make


def lives(log, *ids):
    return {id: life(log) for id in ids}


async def deploy(bench, entries, kind="nodes"):
    return await bench.run.deploy(FlowDocument(entries), kind)


async def test_only_the_node_that_changed_is_restarted(flow, node):
    log = []
    entries = [TAB, *(node(id, type="code") for id in "abc")]
    async with flow(entries, code=lives(log, "a", "b", "c")) as bench:
        log.clear()
        done = await deploy(bench, [TAB, node("a"), node("b", type="code", name="x"), entries[3]])
        assert log == ["-b", "-a", "+b"]
        assert set(done.stopped) == set(done.started) == {"a", "b"}


async def test_a_node_that_goes_on_keeps_what_is_queued_and_a_stopped_one_loses_it(flow, node):
    entries = [TAB, node("a", type="pass"), node("b", name="old")]
    async with flow(entries, tap="ab") as bench:
        for id in "ab":
            bench.run.send(id, {"payload": id})
        await deploy(bench, [TAB, entries[1], node("b", name="new")])
        assert await bench.run.idle(5)
        assert [msg["payload"] for msg in bench.got["a"]] == ["a"]
        assert bench.got["b"] == []


@pytest.mark.parametrize("before", [[], ["x"], ["x", "y"], ["y"]])
@pytest.mark.parametrize("after", [[], ["x"], ["x", "y"], ["y"]])
@pytest.mark.parametrize("kind", ["pass", "code"])
async def test_wires_change_while_the_node_goes_on(flow, node, before, after, kind):
    def sending(ctx):
        send = ctx.send

        def receive(msg):
            send(msg)

        return receive

    ends = [node("x"), node("y")]
    async with flow(
        [TAB, node("a", before, type=kind), *ends], code={"a": sending}, tap="xy"
    ) as bench:
        await bench.send("a", {"payload": 1})
        done = await deploy(bench, [TAB, node("a", after, type=kind), *ends])
        await bench.send("a", {"payload": 2})
        assert done.stopped == done.started == ()
        assert done.rewired == (("a",) if before != after else ())
        seen = {id: [msg["payload"] for msg in bench.got[id]] for id in "xy"}
        assert seen == {id: [1] * (id in before) + [2] * (id in after) for id in "xy"}
        counters = bench.run.counters()
        assert counters["a"].sent == (2,)
        assert [counters[id].received for id in "xy"] == [len(seen[id]) for id in "xy"]


async def test_a_wire_to_a_node_that_comes_later_works(flow, node):
    async with flow([TAB, node("a", "b")]) as bench:
        assert [problem.node for problem in bench.run.problems] == ["a"]
        await deploy(bench, [TAB, node("a", "b"), node("b")])
        bench.tap("b")
        await bench.send("a", {"payload": 1})
        assert len(bench.got["b"]) == 1
        assert bench.run.problems == ()


async def test_counters_and_taps_outlive_a_restart_of_their_node(flow, node):
    ends = [node("b", "c", name="old"), node("c")]
    async with flow([TAB, node("a", "b"), *ends], tap="b") as bench:
        await bench.send("a", {"payload": 1})
        await deploy(bench, [TAB, node("a", "b"), node("b", "c", name="new"), node("c")])
        await bench.send("a", {"payload": 2})
        assert [msg["payload"] for msg in bench.got["b"]] == [1, 2]
        counters = bench.run.counters()
        assert (counters["b"].received, counters["b"].sent, counters["c"].received) == (2, (2,), 2)


async def test_a_stopped_node_cannot_send_any_more(flow, node):
    kept = []

    def keeping(ctx):
        kept.append(ctx.send)

    async with flow([TAB, node("a", "b", type="code"), node("b")], code={"a": keeping}) as bench:
        bench.tap("b")
        await deploy(bench, [TAB, node("b")])
        kept[0]({"payload": "late"})
        assert await bench.run.idle(5)
        assert bench.got["b"] == []


async def test_timers_and_tasks_of_a_restarted_node_end_and_those_of_others_go_on(flow, node):
    rang, ended = [], []

    def ringing(ctx):
        ctx.after(0.01, rang.append, f"{ctx.id} {ctx.name}")

        async def work():
            try:
                await asyncio.sleep(0.02)
            finally:
                ended.append(f"{ctx.id} {ctx.name}")

        ctx.spawn(work())

    code = {"a": ringing, "b": ringing}
    async with flow([TAB, node("a", type="code"), node("b", type="code")], code=code) as bench:
        await asyncio.sleep(0)
        await deploy(bench, [TAB, node("a", type="code"), node("b", type="code", name="new")])
        assert ended == ["b "]
        assert await bench.run.idle(5)
        assert sorted(rang) == ["a ", "b new"]


async def test_flow_and_global_context_stay_and_a_restarted_nodes_own_goes(flow, node):
    seen = {}

    def storing(ctx):
        def receive(msg):
            for scope in ("node", "flow", "global"):
                store = ctx.context(scope)
                store.set("n", (store.get("n") or 0) + 1)
                seen[scope] = store.get("n")

        return receive

    def entries(name):
        return [TAB, node("a", type="code", name=name)]

    async with flow(entries("old"), code={"a": storing}) as bench:
        await bench.send("a", {})
        await deploy(bench, entries("old"))
        await bench.send("a", {})
        assert seen == {"node": 2, "flow": 2, "global": 2}
        await deploy(bench, entries("new"))
        await bench.send("a", {})
        assert seen == {"node": 1, "flow": 3, "global": 3}


async def test_the_context_of_a_removed_tab_is_forgotten(flow, node):
    def storing(ctx):
        ctx.context("flow").set("n", 1)

    async with flow([TAB, node("a", type="code")], code={"a": storing}) as bench:
        assert bench.run.contexts.read("tab") == {"n": 1}
        await deploy(bench, [])
        assert bench.run.contexts.read("tab") == {}


async def test_the_status_of_a_removed_node_is_cleared(flow, node):
    def showing(ctx):
        ctx.status("red", "dot", "here")

    async with flow([TAB, node("a", type="code")], code={"a": showing}) as bench:
        await deploy(bench, [TAB])
        assert bench.run.statuses() == {}
        assert [event.text for event in bench.of(StatusChanged)] == [""]


async def test_listeners_that_come_and_go_are_heard_at_once(flow, node):
    def failing(ctx):
        def receive(msg):
            raise ValueError("no")

        return receive

    entries = [TAB, node("a", type="code"), node("b")]
    listeners = [node("c", type="catch"), node("d", type="complete", scope=["b"])]
    async with flow(entries, code={"a": failing}) as bench:
        await deploy(bench, [*entries, *listeners])
        bench.tap("c", "d")
        await bench.send("a", {})
        await bench.send("b", {})
        assert [len(bench.got[id]) for id in "cd"] == [1, 1]
        await deploy(bench, entries)
        await bench.send("b", {})
        assert [len(bench.got[id]) for id in "cd"] == [1, 1]


async def test_a_full_deployment_restarts_every_node_config_nodes_last(flow, node):
    log = []
    entries = [TAB, {"id": "conf", "type": "hub"}, node("a", type="code")]
    async with flow(entries, code=lives(log, "conf", "a")) as bench:
        await deploy(bench, entries, "full")
        assert log == ["+conf", "+a", "-a", "-conf", "+conf", "+a"]


async def test_a_change_in_a_subflow_restarts_its_instances(flow, node):
    def entries(name):
        return [
            TAB,
            {"id": "sub", "type": "subflow", "in": [{"wires": [{"id": "in"}]}], "out": []},
            {"id": "in", "type": "code", "z": "sub", "name": name, "wires": [[]]},
            node("one", type="subflow:sub"),
            node("other"),
        ]

    log = []
    async with flow(entries("old"), code=lives(log, "one-in")) as bench:
        done = await deploy(bench, entries("new"))
        assert log == ["+one-in", "-one-in", "+one-in"]
        assert set(done.stopped) == {"one", "one-in"}


async def test_a_node_that_did_not_start_is_tried_again(flow, node):
    tries = []

    def failing_once(ctx):
        tries.append(ctx.id)
        if len(tries) == 1:
            raise ValueError("not yet")
        return ctx.send

    entries = [TAB, node("a", type="code"), node("b")]
    async with flow(entries, code={"a": failing_once}) as bench:
        assert len(bench.run.problems) == 1
        await deploy(bench, entries)
        assert bench.run.problems == ()
        assert tries == ["a", "a"]


async def test_a_config_that_becomes_wrong_is_a_problem_until_it_is_mended(flow, node):
    def entries(value):
        return [TAB, node("a", "b", type="number", value=value), node("b")]

    async with flow(entries(1), tap="b") as bench:
        await deploy(bench, entries("wrong"))
        assert [problem.field for problem in bench.run.problems] == ["value"]
        await deploy(bench, entries(2))
        await bench.send("a", {})
        assert [msg["payload"] for msg in bench.got["b"]] == [2]
        assert bench.run.problems == ()


async def test_strict_refuses_a_bad_document_and_what_runs_goes_on(registry, node):
    options = RunOptions(strict=True)
    run = await start(FlowDocument([TAB, node("a")]), registry, options)
    with pytest.raises(FlowInvalidError, match="nowhere-type"):
        await run.deploy(FlowDocument([TAB, node("a", type="nowhere-type")]))
    assert set(run.counters()) == {"a"}
    await run.deploy(FlowDocument([TAB, node("a"), node("b")]), "nodes")
    assert set(run.counters()) == {"a", "b"}
    await run.stop()


async def test_a_stopped_run_takes_no_document(flow, node):
    async with flow([TAB, node("a")]) as bench:
        await bench.run.stop()
        with pytest.raises(PlatformError, match="has stopped"):
            await deploy(bench, [TAB])


async def test_later_changes_of_a_document_do_not_reach_the_run(flow, node, registry):
    document = FlowDocument([TAB, node("a", name="old")])
    run = await start(document, registry)
    document.update("a", {"name": "new"})
    done = await run.deploy(document, "nodes")
    assert done.stopped == ("a",)
    assert (await run.deploy(document, "nodes")).stopped == ()
    await run.stop()


async def test_deployments_at_the_same_time_happen_one_after_the_other(flow, node):
    log = []

    def slow(ctx):
        async def close():
            await asyncio.sleep(0)
            log.append(f"-{ctx.name}")

        log.append(f"+{ctx.name}")
        ctx.on_close(close)

    def entries(name):
        return [TAB, node("a", type="code", name=name)]

    async with flow(entries("1"), code={"a": slow}) as bench:
        await asyncio.gather(*(deploy(bench, entries(name)) for name in "23"))
        assert log == ["+1", "-1", "+2", "-2", "+3"]
