"""Catch, status and complete nodes: who hears what (Node-RED's scopes)."""

import pytest

from vgd_kernel.engine.routing import MOST_CATCHES
from vgd_kernel.model.events import LogRecord

pytestmark = pytest.mark.asyncio


def fails(text="broken"):
    def handler(ctx):
        def receive(msg):
            raise ValueError(text)

        return receive

    return handler


def shows(**status):
    def handler(ctx):
        def receive(msg):
            ctx.status(**status)
            ctx.send(msg)

        return receive

    return handler


async def test_a_catch_node_of_the_tab_gets_a_clone_with_the_error(flow, node):
    entries = [node("f", type="code", name="F"), node("c", type="catch")]
    msg = {"_msgid": "m", "payload": [1], "error": "before"}
    async with flow(entries, code={"f": fails()}, tap=["c"]) as bench:
        await bench.send("f", msg)
        (caught,) = bench.got["c"]
        assert caught["error"].pop("stack").strip().endswith("ValueError: broken")
        assert caught == {
            "_msgid": "m",
            "payload": [1],
            "_error": "before",
            "error": {
                "message": "ValueError: broken",
                "source": {"id": "f", "type": "code", "name": "F", "count": 1},
            },
        }
        assert caught["payload"] is not msg["payload"]
        assert bench.of(LogRecord) == []


async def test_a_reported_error_is_caught_only_with_its_message(flow, node):
    def reports(ctx):
        def receive(msg):
            ctx.error("with", msg)
            ctx.error("without")

        return receive

    entries = [node("f", type="code"), node("c", type="catch")]
    async with flow(entries, code={"f": reports}, tap=["c"]) as bench:
        await bench.send("f", {})
        assert [m["error"]["message"] for m in bench.got["c"]] == ["with"]
        assert "stack" not in bench.got["c"][0]["error"]
        assert [record.text for record in bench.of(LogRecord)] == ["without"]


async def test_a_catch_node_hears_only_its_own_tab(flow, node):
    entries = [node("f", type="code"), node("c", type="catch") | {"z": "other"}]
    async with flow(entries, code={"f": fails()}, tap=["c"]) as bench:
        await bench.send("f", {})
        assert bench.got["c"] == []
        assert len(bench.of(LogRecord)) == 1


async def test_a_catch_node_with_a_scope_hears_only_the_nodes_it_names(flow, node):
    entries = [
        node("f", type="code"),
        node("g", type="code"),
        node("named", type="catch", scope=["f"]),
        node("all", type="catch"),
        node("rest", type="catch", uncaught=True),
    ]
    async with flow(
        entries, code={"f": fails(), "g": fails()}, tap=["named", "all", "rest"]
    ) as bench:
        await bench.send("f", {})
        await bench.send("g", {})
        heard = {id: [m["error"]["source"]["id"] for m in got] for id, got in bench.got.items()}
        assert heard == {"named": ["f"], "all": ["f", "g"], "rest": []}


async def test_an_uncaught_catch_node_hears_what_no_other_takes(flow, node):
    entries = [
        node("f", type="code"),
        node("g", type="code"),
        node("rest", type="catch", uncaught=True),
        node("named", type="catch", scope=["f"]),
    ]
    async with flow(entries, code={"f": fails(), "g": fails()}, tap=["named", "rest"]) as bench:
        await bench.send("f", {})
        await bench.send("g", {})
        assert [len(bench.got[id]) for id in ("named", "rest")] == [1, 1]
        assert bench.got["rest"][0]["error"]["source"]["id"] == "g"


GROUPS = [
    {"id": "outer", "type": "group", "z": "tab"},
    {"id": "inner", "type": "group", "z": "tab", "g": "outer"},
    {"id": "aside", "type": "group", "z": "tab"},
]


async def test_a_group_catch_node_hears_its_group_and_the_groups_within(flow, node):
    entries = [
        *GROUPS,
        node("deep", type="code", g="inner"),
        node("shallow", type="code", g="outer"),
        node("free", type="code"),
        node("co", type="catch", scope="group", g="outer"),
        node("ci", type="catch", scope="group", g="inner"),
        node("ca", type="catch", scope="group", g="aside"),
    ]
    code = {id: fails() for id in ("deep", "shallow", "free")}
    order = []
    async with flow(entries, code=code, tap=["co", "ci", "ca"]) as bench:
        for id in ("co", "ci"):
            bench.run.tap(id, lambda msg, id=id: order.append(id))
        for id in code:
            await bench.send(id, {})
        heard = {id: [m["error"]["source"]["id"] for m in got] for id, got in bench.got.items()}
        assert heard == {"co": ["deep", "shallow"], "ci": ["deep"], "ca": []}
        assert order[:2] == ["ci", "co"]
        assert [record.node for record in bench.of(LogRecord)] == ["free"]


async def test_a_nearer_group_counts_before_an_uncaught_one_further_out(flow, node):
    entries = [
        *GROUPS,
        node("deep", type="code", g="inner"),
        node("tab-wide", type="catch", uncaught=True),
        node("near", type="catch", g="inner"),
    ]
    async with flow(entries, code={"deep": fails()}, tap=["tab-wide", "near"]) as bench:
        await bench.send("deep", {})
        assert [len(bench.got[id]) for id in ("near", "tab-wide")] == [1, 0]


async def test_an_error_that_comes_round_too_often_ends_in_the_log(flow, node):
    entries = [node("f", type="code"), node("c", "f", type="catch")]
    async with flow(entries, code={"f": fails()}, tap=["c"]) as bench:
        await bench.send("f", {})
        counts = [m["error"]["source"]["count"] for m in bench.got["c"]]
        assert counts == list(range(1, MOST_CATCHES))
        assert [record.level for record in bench.of(LogRecord)] == ["warn", "error"]


async def test_an_error_of_a_global_config_node_reaches_the_tabs_of_its_users(flow, node):
    contexts = {}

    def hub(ctx):
        contexts["hub"] = ctx

    entries = [
        {"id": "h", "type": "hub"},
        node("u1", server="h"),
        node("u2", server="h") | {"z": "two"},
        node("c1", type="catch"),
        node("c2", type="catch") | {"z": "two"},
        node("c3", type="catch") | {"z": "three"},
    ]
    async with flow(entries, code={"h": hub}, tap=["c1", "c2", "c3"]) as bench:
        contexts["hub"].error("lost", {})
        assert await bench.run.idle(5)
        assert [len(bench.got[id]) for id in ("c1", "c2", "c3")] == [1, 1, 0]
        assert bench.got["c1"][0]["error"]["source"]["id"] == "h"


async def test_a_status_reaches_observers_and_status_nodes(flow, node):
    entries = [
        node("f", type="code"),
        node("s", type="status"),
        node("n", type="status", scope=["g"]),
    ]
    code = {"f": shows(fill="red", shape="dot", text="off")}
    async with flow(entries, code=code, tap=["s", "n"]) as bench:
        await bench.send("f", {})
        (told,) = bench.got["s"]
        assert told["status"] == {
            "fill": "red",
            "shape": "dot",
            "text": "off",
            "source": {"id": "f", "type": "code"},
        }
        assert len(told["_msgid"]) == 16
        assert bench.got["n"] == []
        assert bench.run.statuses()["f"].text == "off"


async def test_a_complete_node_hears_messages_that_were_handled(flow, node):
    def fails_on_two(ctx):
        def receive(msg):
            if msg["payload"] == 2:
                raise ValueError("two")

        return receive

    async def waits(msg):
        pass

    entries = [
        node("f", type="code"),
        node("w", type="code"),
        node("other", type="code"),
        node("c", type="complete", scope=["f", "w"]),
    ]
    code = {"f": fails_on_two, "w": lambda ctx: waits, "other": lambda ctx: waits}
    async with flow(entries, code=code, tap=["c"]) as bench:
        await bench.send("f", {"payload": 1}, {"payload": 2})
        await bench.send("w", {"payload": 3})
        await bench.send("other", {"payload": 4})
        heard = [(m["payload"], m["complete"]["source"]["id"]) for m in bench.got["c"]]
        assert heard == [(1, "f"), (3, "w")]


async def test_a_node_that_defers_is_complete_when_it_says_so(flow, node):
    def deferring(ctx):
        def receive(msg):
            if msg["payload"] == 2:
                ctx.done(msg)

        return receive

    entries = [node("f", type="deferred"), node("c", type="complete", scope=["f"])]
    async with flow(entries, code={"f": deferring}, tap=["c"]) as bench:
        await bench.send("f", {"payload": 1}, {"payload": 2})
        (told,) = bench.got["c"]
        assert told["payload"] == 2
        assert told["complete"]["source"] == {"id": "f", "type": "deferred", "name": ""}
