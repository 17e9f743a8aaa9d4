"""One node on the engine, alone."""

import asyncio

import pytest

from vgd_kernel.model import Context, Node, NodeSpec, Receive
from vgd_kernel.model.errors import FlowInvalidError
from vgd_kernel.nodes.common.inject import Inject
from vgd_kernel.nodes.function.delay import Delay
from vgd_kernel.nodes.function.trigger import Trigger
from vgd_kernel.testing import run_node

pytestmark = pytest.mark.asyncio


class Later(Node):
    """Sends to its second output after a while."""

    spec = NodeSpec(type="later", category="test", color="#DDDDDD", icon="delay", outputs=2)
    wait_s: float = 5.0

    def start(self, ctx: Context) -> Receive:
        def receive(msg):
            if msg["payload"] == "bad":
                raise ValueError("bad")
            ctx.status(text="waiting")
            ctx.after(self.wait_s, ctx.outputs[1], msg)

        return receive


class Waits(Node):
    """Waits for real work."""

    spec = NodeSpec(type="waits", category="test", color="#DDDDDD", icon="delay")

    def start(self, ctx: Context) -> Receive:
        async def receive(msg):
            msg["payload"] = await asyncio.to_thread(lambda: "done")
            ctx.send(msg)

        return receive


async def test_messages_come_out_per_port_in_virtual_time():
    outcome = await run_node(Later(), [{"payload": 1}], advance_s=4.9)
    assert outcome.outputs == [[], []]
    outcome = await run_node(Later(), [{"payload": 1}], advance_s=5)
    assert [msg["payload"] for msg in outcome.outputs[1]] == [1]
    assert [status.text for status in outcome.statuses] == ["waiting"]


async def test_errors_are_collected():
    outcome = await run_node(Later(), [{"payload": "bad"}])
    assert outcome.errors == ["ValueError: bad"]


async def test_real_work_is_waited_for():
    outcome = await run_node(Waits(), [{}, {}])
    assert [msg["payload"] for msg in outcome.outputs[0]] == ["done", "done"]


async def test_work_that_does_not_end_is_an_error():
    class Hangs(Waits):
        spec = NodeSpec(type="hangs", category="test", color="#DDDDDD", icon="delay")

        def start(self, ctx: Context) -> Receive:
            async def receive(msg):
                await asyncio.Event().wait()

            return receive

    with pytest.raises(TimeoutError, match="hangs was still at work after"):
        await run_node(Hangs(), [{}], timeout_s=0.01)


async def test_a_node_that_does_not_start_raises():
    class Broken(Later):
        """Does not start."""

        spec = NodeSpec(type="broken", category="test", color="#DDDDDD", icon="delay")

        def start(self, ctx: Context) -> Receive:
            raise OSError("no such device")

    with pytest.raises(FlowInvalidError, match="OSError: no such device"):
        await run_node(Broken(), [])


async def test_schedules_delays_and_triggers_need_no_waiting():
    day_s = 24 * 3600
    outcome = await run_node(Inject(crontab="0 8 * * *"), [], advance_s=2 * day_s)
    assert len(outcome.outputs[0]) == 2
    outcome = await run_node(Inject(repeat="60", once=True), [], advance_s=150)
    assert len(outcome.outputs[0]) == 3
    outcome = await run_node(
        Delay(timeout="1", timeoutUnits="hours"), [{"payload": 1}], advance_s=3600
    )
    assert [msg["payload"] for msg in outcome.outputs[0]] == [1]
    outcome = await run_node(
        Trigger(op1="on", op2="off", duration="1", units="hr"), [{"payload": 1}], advance_s=3600
    )
    assert [msg["payload"] for msg in outcome.outputs[0]] == ["on", "off"]
