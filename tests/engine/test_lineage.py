"""Where messages come from."""

import asyncio

import pytest

pytestmark = pytest.mark.asyncio


def renews(ctx):
    return lambda msg: ctx.send({"payload": 1})


def parents(run, msgid):
    return [(ancestor.node, ancestor.parent) for ancestor in run.lineage(msgid)]


async def test_new_messages_lead_back_to_what_came_in(flow, node):
    entries = [
        node("a", "p", type="code"), node("p", "b"), node("b", "c", type="code"), node("c"),
    ]  # fmt: skip
    async with flow(entries, code={"a": renews, "b": renews}, tap=["p", "c"]) as bench:
        await bench.send("a", {"_msgid": "root"})
        (made,), (last,) = bench.got["p"], bench.got["c"]
        assert parents(bench.run, last["_msgid"]) == [
            ("b", made["_msgid"]), ("a", "root"), ("", ""),
        ]  # fmt: skip


async def test_a_message_that_is_handed_on_keeps_its_origin(flow, node):
    async with flow([node("a", "b"), node("b")], tap=["b"]) as bench:
        await bench.send("a", {"_msgid": "root"})
        assert bench.got["b"][0]["_msgid"] == "root"
        assert parents(bench.run, "root") == [("", "")]


async def test_asynchronous_handlers_are_known(flow, node):
    def waits(ctx):
        async def receive(msg):
            await asyncio.sleep(0)
            ctx.send({})

        return receive

    async with flow(
        [node("w", "b", type="code"), node("b")], code={"w": waits}, tap=["b"]
    ) as bench:
        await bench.send("w", {"_msgid": "root"})
        (msg,) = bench.got["b"]
        assert parents(bench.run, msg["_msgid"]) == [("w", "root"), ("", "")]


async def test_timers_of_a_node_are_known(flow, node):
    def later(ctx):
        return lambda msg: ctx.after(0, lambda: ctx.send({}))

    async with flow(
        [node("t", "b", type="code"), node("b")], code={"t": later}, tap=["b"]
    ) as bench:
        await bench.send("t", {})
        (msg,) = bench.got["b"]
        assert parents(bench.run, msg["_msgid"]) == [("t", "")]


@pytest.mark.parametrize(("size", "node_id"), [(0, ""), (1, "a")])
async def test_what_is_remembered_is_bounded(flow, node, size, node_id):
    entries = [node("a", "b", type="code"), node("b")]
    async with flow(entries, code={"a": renews}, tap=["b"], lineage=size) as bench:
        await bench.send("a", {"_msgid": "x"}, {"_msgid": "y"})
        first, second = (msg["_msgid"] for msg in bench.got["b"])
        assert bench.run.lineage(first)[0].node == ""
        assert bench.run.lineage(second)[0].node == node_id
