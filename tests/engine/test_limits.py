"""Queues that are full."""

import asyncio

import pytest

from vgd_kernel.engine.limits import Limits
from vgd_kernel.model.errors import QueueFullError
from vgd_kernel.model.events import LogRecord

pytestmark = pytest.mark.asyncio

TAB = {"id": "tab", "type": "tab"}


def tab(limit, policy, id="tab"):
    return {"id": id, "type": "tab", "vgd": {"queue": {"limit": limit, "policy": policy}}}


def payloads(bench, id):
    return [msg["payload"] for msg in bench.got[id]]


def numbered(count):
    return [{"payload": number} for number in range(count)]


def burst(count):
    """Return the code of a node that sends many messages for one."""

    def code(ctx):
        def receive(msg):
            for number in range(count):
                ctx.send({"payload": number})

        return receive

    return code


async def test_drop_newest_keeps_what_came_first(flow, node):
    async with flow([tab(10, "drop-newest"), node("a")], tap=["a"]) as bench:
        await bench.send("a", *numbered(100))
        assert payloads(bench, "a") == list(range(10))
        assert bench.run.accounting()["tab"].dropped == 90


async def test_drop_oldest_keeps_what_came_last(flow, node):
    async with flow([tab(10, "drop-oldest"), node("a")], tap=["a"]) as bench:
        await bench.send("a", *numbered(100))
        assert payloads(bench, "a") == list(range(90, 100))
        assert bench.run.accounting()["tab"].dropped == 90


async def test_the_limit_counts_inside_of_a_slice_too(flow, node):
    entries = [tab(100, "drop-newest"), node("s", "b", type="code"), node("b")]
    async with flow(entries, code={"s": burst(1000)}, tap=["b"]) as bench:
        await bench.send("s", {})
        assert 100 <= len(bench.got["b"]) <= 125
        assert payloads(bench, "b") == list(range(len(bench.got["b"])))


async def test_fail_gives_up_what_is_queued_and_tells_the_catch_nodes(flow, node):
    entries = [tab(10, "fail"), node("a", name="Slow"), node("c", type="catch")]
    async with flow(entries, tap=["a", "c"]) as bench:
        await bench.send("a", *numbered(100))
        assert bench.got["a"] == []
        (caught,) = bench.got["c"]
        text = caught["error"]["message"]
        assert text.startswith('node "Slow" (pass) had 100 messages in its queue and flow "tab"')
        assert caught["payload"] == 99
        assert caught["error"]["source"]["id"] == "a"
        await bench.send("a", {"payload": "next"})
        assert payloads(bench, "a") == ["next"]


async def test_wait_drops_nothing_and_tells_sources(flow, node):
    told = []

    def source(ctx):
        ctx.on_room(lambda room: told.append((room, ctx.has_room)))
        return

    entries = [tab(10, "wait"), node("s", type="code"), node("a")]
    async with flow(entries, code={"s": source}, tap=["a"]) as bench:
        await bench.send("a", *numbered(10))
        assert told == []
        await bench.send("a", *numbered(100))
        assert len(bench.got["a"]) == 110
        assert told == [(False, False), (True, True)]
        assert bench.run.accounting()["tab"].dropped == 0


async def test_a_source_waits_until_half_is_worked_off(flow, node):
    sent = 0

    def source(ctx):
        async def read():
            nonlocal sent
            while sent < 1000:
                await ctx.room()
                for _ in range(20):
                    sent += 1
                    ctx.send({"payload": sent})

        ctx.spawn(read())
        return

    waiting = []

    def look(ctx):
        def receive(msg):
            waiting.append(ctx._world.limits.of("tab").queued)

        return receive

    entries = [tab(10, "wait"), node("s", "a", type="code"), node("a", type="code")]
    async with flow(entries, code={"s": source, "a": look}) as bench:
        assert await bench.run.idle(5)
        assert len(waiting) == 1000
        assert max(waiting) <= 30


async def test_one_full_flow_leaves_the_others_alone(flow, node):
    entries = [tab(10, "drop-newest"), {"id": "other", "type": "tab"}]
    entries += [node("a"), node("b") | {"z": "other"}]
    async with flow(entries, tap=["a", "b"]) as bench:
        for msg in numbered(100):
            bench.run.send("a", dict(msg))
            bench.run.send("b", dict(msg))
        assert await bench.run.idle(5)
        assert (len(bench.got["a"]), len(bench.got["b"])) == (10, 100)


async def test_messages_in_asynchronous_handlers_count(flow, node):
    release = asyncio.Event()

    def slow(ctx):
        async def receive(msg):
            await release.wait()
            ctx.send(msg)

        return receive

    entries = [tab(10, "drop-newest"), node("s", "b", type="code"), node("b")]
    async with flow(entries, code={"s": slow}, tap=["b"]) as bench:
        for msg in numbered(20):
            bench.run.send("s", msg)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        account = bench.run.accounting()["tab"]
        assert (account.in_flight, account.dropped) == (10, 10)
        release.set()
        assert await bench.run.idle(5)
        assert payloads(bench, "b") == list(range(10))
        assert bench.run.accounting()["tab"].in_flight == 0


async def test_a_slow_asynchronous_node_makes_sources_wait(flow, node):
    release = asyncio.Event()

    def slow(ctx):
        async def receive(msg):
            await release.wait()

        return receive

    entries = [tab(10, "wait"), node("s", type="code")]
    async with flow(entries, code={"s": slow}) as bench:
        for msg in numbered(11):
            bench.run.send("s", msg)
        while bench.run.accounting()["tab"].queued:
            await asyncio.sleep(0)
        assert bench.run.accounting()["tab"].full
        room = asyncio.ensure_future(bench.run.room("s"))
        await asyncio.sleep(0)
        assert not room.done()
        release.set()
        await asyncio.wait_for(room, 5)
        assert await bench.run.idle(5)


async def test_a_full_asynchronous_node_fails_each_message_under_fail(flow, node):
    release = asyncio.Event()

    def slow(ctx):
        async def receive(msg):
            await release.wait()

        return receive

    entries = [tab(2, "fail"), node("s", type="code"), node("c", type="catch")]
    async with flow(entries, code={"s": slow}, tap=["c"]) as bench:
        for msg in numbered(3):
            bench.run.send("s", msg)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        while not bench.got["c"]:
            await asyncio.sleep(0)
        assert "in the hands of asynchronous nodes" in bench.got["c"][0]["error"]["message"]
        release.set()


async def test_a_loop_that_doubles_its_messages_ends_with_a_name(flow, node):
    entries = [TAB, node("d", ["d", "d"], name="Doubler"), node("c", type="catch")]
    async with flow(entries, tap=["c"], most_queued=20_000) as bench:
        bench.run.send("d", {})
        assert await bench.run.idle(20)
        (caught,) = bench.got["c"]
        assert 'node "Doubler" (pass) had' in caught["error"]["message"]
        assert "this run more than 20,000" in caught["error"]["message"]
        assert bench.run.accounting()["tab"].dropped > 20_000


async def test_the_fuse_gives_up_the_flow_that_has_most_and_no_other(flow, node):
    entries = [TAB, {"id": "other", "type": "tab"}]
    entries += [node("d", ["d", "d"]), node("b") | {"z": "other"}]
    async with flow(entries, tap=["b"], most_queued=20_000) as bench:
        bench.run.send("d", {})
        for _ in range(50):
            bench.run.send("b", {})
            await asyncio.sleep(0)
        assert await bench.run.idle(20)
        assert len(bench.got["b"]) == 50


async def test_a_handler_that_queues_without_end_is_interrupted_and_named(flow, node):
    def floods(ctx):
        def receive(msg):
            while True:
                ctx.send(msg)

        return receive

    entries = [TAB, node("f", "b", type="code", name="Flood"), node("b")]
    async with flow(entries, code={"f": floods}, most_queued=20_000) as bench:
        await bench.send("f", {})
        texts = [record.text for record in bench.of(LogRecord)]
        assert texts[0].startswith('node "Flood" (code) queued more than 20,000 messages')
        assert any('node "b" (pass) had' in text for text in texts)


async def test_timers_are_never_dropped(flow, node):
    rung = []

    def later(ctx):
        def receive(msg):
            for number in range(50):
                ctx.after(0, rung.append, number)

        return receive

    entries = [tab(4, "drop-newest"), node("a", type="code")]
    async with flow(entries, code={"a": later}) as bench:
        await bench.send("a", {})
        assert sorted(rung) == list(range(50))


async def test_the_limit_of_the_run_counts_for_tabs_without_one(flow, node):
    entries = [TAB, node("a")]
    options = {"queue_limit": 5, "queue_policy": "drop-newest"}
    async with flow(entries, tap=["a"], **options) as bench:
        await bench.send("a", *numbered(20))
        assert len(bench.got["a"]) == 5


async def test_nodes_in_subflows_count_for_the_tab_of_the_instance(flow, node):
    subflow = {"id": "sf", "type": "subflow", "in": [{"wires": [{"id": "x"}]}], "out": []}
    entries = [
        tab(10, "drop-newest"), subflow, node("x") | {"z": "sf"}, node("i", type="subflow:sf"),
    ]  # fmt: skip
    async with flow(entries, tap=["i-x"]) as bench:
        await bench.send("i", *numbered(50))
        assert len(bench.got["i-x"]) == 10


async def test_a_wrong_limit_is_a_problem_and_the_limit_of_the_run_counts(flow, node):
    entries = [tab(0, "wait"), node("a")]
    async with flow(entries, tap=["a"], queue_limit=5, queue_policy="drop-newest") as bench:
        assert [problem.field for problem in bench.run.problems] == ["vgd.queue.limit"]
        await bench.send("a", *numbered(20))
        assert len(bench.got["a"]) == 5


async def test_a_long_queue_below_its_limit_is_not_counted(flow, node, monkeypatch):
    looks = []
    check = Limits.check
    monkeypatch.setattr(
        Limits, "check", lambda self, queue, handled: looks.append(1) or check(self, queue, handled)
    )
    async with flow([TAB, node("a", "b"), node("b")]) as bench:
        await bench.send("a", *numbered(50_000))
        assert looks == []


async def test_the_error_is_a_queue_full_error(flow, node):
    async with flow([tab(1, "fail"), node("a")]) as bench:
        seen = []
        bench.run._world.reports.error = lambda node, error, msg: seen.append(type(error))
        await bench.send("a", {}, {}, {})
        assert seen == [QueueFullError]
