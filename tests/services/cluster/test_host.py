"""The flow host and the link to it, in one process."""

import asyncio
import contextlib

import pytest
import pytest_asyncio

from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive, Registry
from vgd_kernel.model.errors import FlowError, UnknownNodeError, WorkerLostError
from vgd_kernel.services.cluster.card import WorkerCard
from vgd_kernel.services.cluster.endpoint import Endpoint
from vgd_kernel.services.cluster.host import FlowHost
from vgd_kernel.services.cluster.hosted import MAX_RECORD_BYTES, PENDING_EVENTS, Order
from vgd_kernel.services.cluster.link import Link
from vgd_kernel.services.cluster.pulse import Pulse

pytestmark = pytest.mark.asyncio


class Show(Node):
    """Shows what it gets."""

    spec = NodeSpec(type="show", category="test", color="#DDDDDD", icon="debug", outputs=0)

    def start(self, ctx: Context) -> Receive:
        def receive(msg: Message) -> None:
            ctx.debug(msg, msg.get("payload"), "payload")

        return receive


FLOW = [
    {"id": "t", "type": "tab"},
    {"id": "s", "type": "show", "z": "t", "name": "screen", "wires": []},
]


def order(epoch=1, name="f", flow=FLOW):
    return Order(name, epoch, 1, flow, {})


@pytest_asyncio.fixture
async def host():
    made = FlowHost(Registry({"show": Show}), {}, {})
    yield made
    await made.close()


async def records(flow, count):
    """Return the first records of a flow."""
    found, enough = [], asyncio.Event()

    def push(batch):
        found.extend(batch)
        if len(found) >= count:
            enough.set()

    flow.follow("test", push, after=0)
    async with asyncio.timeout(5):
        await enough.wait()
    return found


async def test_a_follower_gets_what_was_before_and_what_comes(host):
    flow = await host.start(order())
    assert host.send("f", "screen", {"payload": 1}) == "s"
    (first,) = await records(flow, 1)
    host.send("f", "s", {"payload": 2})
    both = await records(flow, 2)
    assert [record["body"]["value"] for record in both] == [1, 2]
    assert [record["seq"] for record in both] == [1, 2]
    assert first == both[0]


async def test_a_newer_epoch_takes_the_place_of_an_older_one_and_never_the_other_way(host):
    first = await host.start(order(1))
    assert await host.start(order(1)) is first
    assert await host.start(order(2)) is not first
    with pytest.raises(FlowError, match="epoch 2"):
        await host.start(order(1))
    assert not await host.stop("f", epoch=1)
    assert await host.stop("f", epoch=2)
    assert host.hosted() == []


async def test_what_does_not_run_here_is_named(host):
    with pytest.raises(FlowError, match="does not run on this worker"):
        host.send("f", "s", {})


async def test_a_flood_of_messages_is_cut_and_the_log_says_so(host):
    flow = await host.start(order())
    for number in range(PENDING_EVENTS + 50):
        host.send("f", "s", {"payload": number})
    await flow.run.idle(5)
    found = await records(flow, PENDING_EVENTS)
    assert found[-1]["kind"] == "log"
    assert found[-1]["body"]["text"].startswith("50 messages came too fast")
    assert found[-2]["body"]["value"] == PENDING_EVENTS + 49


async def test_a_huge_message_is_recorded_by_its_beginning(host):
    flow = await host.start(order())
    host.send("f", "s", {"payload": "x" * MAX_RECORD_BYTES})
    (record,) = await records(flow, 1)
    assert record["body"]["value"]["type"] == "cut"
    assert record["body"]["value"]["bytes"] > MAX_RECORD_BYTES


async def test_a_watcher_gets_a_whole_frame_and_then_what_changes(host):
    flow = await host.start(order())
    frames, changed = [], asyncio.Event()

    def push(frame):
        frames.append(frame)
        if len(frames) == 2:
            changed.set()

    flow.watch("test", push)
    host.send("f", "s", {"payload": 1})
    async with asyncio.timeout(5):
        await changed.wait()
    assert frames[0]["nodes"]["s"]["received"] == 0
    assert frames[1]["nodes"]["s"]["received"] == 1
    flow.leave("test")


@contextlib.asynccontextmanager
async def served(host, *, token="secret"):
    """Serve a host, with a pulse, and give its card."""
    pulse = Pulse("127.0.0.1")
    card = WorkerCard("w", "127.0.0.1", 0, pulse.port, token)
    endpoint = Endpoint(host, card, on_shutdown=lambda: None, on_scheduler=lambda _: None)
    pulse.start()
    await endpoint.start()
    try:
        yield endpoint, pulse
    finally:
        await endpoint.close()
        pulse.stop()


@contextlib.asynccontextmanager
async def linked(card, pushed=None, silent_after_s=1.0):
    link = await Link.connect(card)
    on_push = pushed.append if pushed is not None else lambda _: None
    running = asyncio.ensure_future(link.run(on_push, silent_after_s=silent_after_s))
    await asyncio.sleep(0)  # it begins to read
    try:
        yield link, running
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


START = {"name": "f", "epoch": 1, "revision": 1, "flow": FLOW, "environment": {}}


async def test_a_link_starts_sends_and_stops(host):
    pushed = []
    async with served(host) as (endpoint, _), linked(endpoint.card, pushed) as (link, _):
        assert link.card == endpoint.card
        assert (await link.request("start", **START))["problems"] == []
        assert await link.request("send", name="f", node="screen", msg={"payload": 1}) == "s"
        await host.get("f").run.idle(5)
        assert await link.request("stop", name="f", epoch=1)
        async with asyncio.timeout(5):
            while not pushed:
                await asyncio.sleep(0.01)
        assert pushed[0]["records"][0]["body"]["value"] == 1


async def test_errors_of_the_worker_come_back_as_themselves(host):
    async with served(host) as (endpoint, _), linked(endpoint.card) as (link, _):
        await link.request("start", **START)
        with pytest.raises(UnknownNodeError, match='no node "nobody"'):
            await link.request("send", name="f", node="nobody", msg={})
        with pytest.raises(FlowError, match="does not run"):
            await link.request("status", name="other")


async def test_a_wrong_token_opens_nothing(host):
    async with served(host) as (endpoint, _):
        card = WorkerCard("w", "127.0.0.1", endpoint.card.port, 1, "guessed")
        with pytest.raises(WorkerLostError, match="closed the connection"):
            await Link.connect(card)


async def test_a_new_link_is_told_what_runs(host):
    await host.start(order(7))
    async with served(host) as (endpoint, _), linked(endpoint.card) as (link, _):
        assert [(flow["name"], flow["epoch"]) for flow in link.hosted] == [("f", 7)]


async def test_a_worker_that_ends_is_noticed_at_once_and_open_requests_fail(host):
    async with served(host) as (endpoint, _), linked(endpoint.card) as (link, running):
        await endpoint.close()
        async with asyncio.timeout(0.5):
            assert "closed" in await running
        with pytest.raises(WorkerLostError, match="went away"):
            await link.request("status", name="f")


async def test_a_pulse_that_is_silent_ends_the_link(host):
    class Mute(Pulse):
        def start(self):
            pass  # it listens, but never beats, like a process that was stopped

        def stop(self):
            self._listener.close()

    pulse = Mute("127.0.0.1")
    card = WorkerCard("w", "127.0.0.1", 0, pulse.port, "secret")
    endpoint = Endpoint(host, card, on_shutdown=lambda: None, on_scheduler=lambda _: None)
    await endpoint.start()
    async with linked(endpoint.card, silent_after_s=0.05) as (_, running), asyncio.timeout(5):
        assert "no pulse" in await running
    await endpoint.close()
    pulse.stop()


async def test_nobody_listening_is_said(host):
    with pytest.raises(WorkerLostError, match="does not answer"):
        await Link.connect(WorkerCard("w", "127.0.0.1", 1, 1, ""))
