"""The state of a deployment on its way between worker and server."""

import asyncio

import pytest

from vgd_kernel.engine.contexts import Contexts
from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive, Registry
from vgd_kernel.model.expand import expand
from vgd_kernel.services.cluster import states
from vgd_kernel.services.cluster.host import FlowHost
from vgd_kernel.services.cluster.hosted import Order
from vgd_kernel.services.cluster.states import HostedState, StateBook, from_rows, to_rows
from vgd_kernel.services.contexts.encoding import decode
from vgd_kernel.services.store import Store

pytestmark = pytest.mark.asyncio

NODES = [{"id": "t", "type": "tab"}, {"id": "n", "type": "counter", "z": "t", "wires": []}]


class Counter(Node):
    """Counts in its state and in its flow's context."""

    spec = NodeSpec(type="counter", category="test", color="#DDDDDD", icon="debug", outputs=0)

    def start(self, ctx: Context) -> Receive:
        def receive(msg: Message) -> None:
            ctx.state["n"] = ctx.state.get("n", 0) + 1
            ctx.context("flow").set("n", ctx.state["n"])
            ctx.context("flow").set("n", ctx.state["n"], "fast")

        return receive


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path)
    made.deployments.put("f", flow=[], labels={}, environment={}, owner="", now=1.0)
    yield made
    made.close()


def values(frames):
    """Return what a server has after frames."""
    found = {}
    for frame in frames:
        if frame["whole"]:
            found.clear()
        found.update(from_rows(frame["values"]))
    return {key: decode(data) for key, data in found.items() if data is not None}


async def test_a_follower_that_missed_something_gets_everything():
    state = HostedState({}, interval_s=60)
    contexts = Contexts(expand(NODES), {}, state.keeper.snapshot)
    state.keeper.begin(contexts)
    flow = contexts.store("flow", "n", "t")
    one, other = [], []
    state.follow("one", one.append, version=0)
    assert one == []
    flow.set("x", 1)
    await state.keeper.flush()
    state.leave("one")
    flow.set("x", 2)
    flow.set("y", b"\x00")
    await state.keeper.flush()
    state.follow("other", other.append, version=one[-1]["version"])
    assert values(one) == {("memory", "t", "x"): 1}
    assert values(other) == {("memory", "t", "x"): 2, ("memory", "t", "y"): b"\x00"}
    assert [frame["whole"] for frame in other] == [True]
    await state.keeper.end()


async def test_much_goes_in_several_frames(monkeypatch):
    monkeypatch.setattr(states, "FRAME_BYTES", 1000)
    state = HostedState({}, interval_s=60)
    contexts = Contexts(expand(NODES), {}, None)
    state.keeper.begin(contexts)
    for number in range(5):
        contexts.store("flow", "n", "t").set(f"x{number}", "x" * 400)
    frames = []
    state.follow("one", frames.append, version=-1)
    assert [frame["whole"] for frame in frames] == [True, False, False]
    assert [frame["version"] for frame in frames] == [1, 2, 3]
    assert len(values(frames)) == 5
    await state.keeper.end()


async def test_what_a_worker_pushes_is_there_for_the_next_one(store):
    book = StateBook(store.state)
    writing = asyncio.ensure_future(book.run())
    assert await book.begin("f", 1) == {}
    frame = {"version": 1, "whole": False, "values": to_rows({("memory", "t", "x"): b"\x01"})}
    book.take_up("f", 1, frame)
    assert await book.version("f", 1) == 1
    assert await book.begin("f", 2) == {("memory", "t", "x"): b"\x01"}
    book.take_up("f", 1, {**frame, "values": to_rows({("memory", "t", "x"): b"\x02"})})
    await book.drain()
    assert await book.begin("f", 3) == {("memory", "t", "x"): b"\x01"}
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)


async def test_a_new_revision_on_the_same_worker_goes_on_from_the_last_count():
    host = FlowHost(Registry({"counter": Counter}), {}, {})
    stores = {"kept": True, "fast": False}
    first = await host.start(Order("f", 1, 1, NODES, {}, {}, 60, stores))
    frames = []
    first.state.follow("server", frames.append, version=0)
    for _ in range(3):
        host.send("f", "n", {})
    assert await first.run.idle(5)
    changed = [*NODES, {"id": "m", "type": "counter", "z": "t", "wires": []}]
    second = await host.start(Order("f", 2, 2, changed, {}, {}, 60, stores))
    counted = {("kept", "t", "n"): 3, (":state", "n", "n"): 3}
    assert counted.items() <= values(frames).items()
    assert not any(key[0] == "fast" for key in values(frames))
    assert second.run.contexts.states == {"n": {"n": 3}}
    assert second.run.contexts.read("t") == {"n": 3}
    assert second.run.contexts.read("t", "fast") == {}
    await host.close()
