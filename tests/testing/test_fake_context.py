"""A context without an engine."""

import asyncio

import pytest

from vgd_kernel.model import UNDEFINED, Context
from vgd_kernel.model.errors import PlatformError
from vgd_kernel.model.services import NotebookRunner
from vgd_kernel.testing import FakeContext


def test_it_is_a_context():
    ctx: Context = FakeContext()
    assert ctx.id == "node"


def test_messages_are_written_down_per_port():
    ctx = FakeContext(outputs=2)
    ctx.send({"payload": 1})
    ctx.emit([None, [{"payload": 2, "_msgid": "a"}, {"payload": 3}]])
    assert ctx.sent[0] == [{"payload": 1}]
    assert ctx.sent[1] == [{"payload": 2, "_msgid": "a"}, {"payload": 3, "_msgid": "a"}]


def test_timers_ring_when_the_clock_is_moved():
    ctx = FakeContext()
    rung = []
    ctx.after(1.5, rung.append, "after")
    repeated = ctx.every(1, rung.append, "every")
    ctx.at(lambda now: now - now % 2 + 2, lambda: rung.append("at"))
    ctx.advance(2)
    assert rung == ["every", "after", "at", "every"]
    repeated.cancel()
    ctx.advance(1)
    assert len(rung) == 4


def test_what_was_not_given_is_missing():
    ctx = FakeContext(environment={"A": 1})
    assert (ctx.env("A"), ctx.env("B")) == (1, UNDEFINED)
    with pytest.raises(PlatformError, match="no service NotebookRunner in this test"):
        ctx.service(NotebookRunner)


def test_context_stores_keep_values_by_path():
    ctx = FakeContext()
    ctx.context("flow").set("a.b", 1)
    assert ctx.context("flow").get("a") == {"b": 1}
    assert ctx.context("global").keys() == []


@pytest.mark.asyncio
async def test_close_cancels_work_and_calls_the_closers_in_reverse():
    ctx = FakeContext()
    closed = []

    async def work():
        try:
            await never()
        finally:
            closed.append("work")

    async def never():
        await asyncio.Event().wait()

    async def last():
        closed.append("last")

    ctx.spawn(work())
    ctx.on_close(lambda: closed.append("first"))
    ctx.on_close(last)
    await asyncio.sleep(0)
    await ctx.close()
    assert closed == ["work", "last", "first"]
