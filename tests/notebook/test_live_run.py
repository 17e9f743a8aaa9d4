"""A running flow from Python: messages as they come, calls and their answers."""

import asyncio

import pytest

from vgd_kernel import Flow
from vgd_kernel.model.errors import CallError, UnknownNodeError


def double(msg):
    """Doubles the payload."""
    msg["payload"] = msg["payload"] * 2
    return msg


@pytest.fixture
def flow():
    made = Flow("first")
    made.add("inject", name="start") >> double >> made.add("debug", name="out")
    yield made
    made.stop()


@pytest.fixture
def service():
    """Return a flow that answers calls by links."""
    made = Flow("service")
    back = {"mode": "return", "name": "back"}
    made.add("link in", name="ask") >> double >> made.add("link out", **back)
    yield made
    made.stop()


def test_a_run_is_a_context_manager(flow):
    with flow.run() as run:
        run.send("start", 4)
        run.wait()
        assert run.values("out") == [8]
    assert not run.running


@pytest.mark.asyncio
async def test_a_run_is_an_asynchronous_context_manager(flow):
    async with flow.run() as run:
        assert (await run.acall(4))["payload"] == 8
    assert not run.running
    await run.astop()


@pytest.mark.asyncio
async def test_messages_are_iterated_as_they_come_until_the_run_stops(flow):
    run = flow.run()
    run.send("start", 1)
    run.wait()
    seen = []
    async for msg in run.messages("out"):
        seen.append(msg["payload"])
        if len(seen) < 4:
            run.send("start", len(seen) + 1)
        else:
            await run.astop()
    assert seen == [2, 4, 6, 8]


@pytest.mark.asyncio
async def test_messages_of_a_run_that_has_stopped_end_at_once(flow):
    run = flow.run()
    run.send("start", 1)
    run.wait()
    run.stop()
    assert [msg["payload"] async for msg in run.messages("out")] == [2]
    assert run.messages("out")[0]["payload"] == 2


def test_messages_are_followed_without_async(flow):
    with flow.run() as run:
        messages = run.messages("double")
        assert messages == []
        run.send("start", 3)
        run.wait()
        assert next(messages.follow())["payload"] == 3
        assert [msg["payload"] for msg in messages.follow(timeout_s=0)] == [3]
        assert [msg["payload"] for msg in run.messages("double")] == [3]


def test_a_call_returns_the_message_that_reaches_the_output(flow):
    assert flow.call({"payload": 5, "topic": "t"})["topic"] == "t"
    assert flow.call(5, input="double", output="out")["payload"] == 10
    assert flow.live is None


def test_a_call_returns_what_a_link_out_node_gives_back(service):
    answer = service.call(6)
    assert answer["payload"] == 12
    assert "_linkSource" not in answer


def test_calls_ask_the_run_that_is_there(service):
    with service.run() as run:
        assert service.call(1)["payload"] == 2
        assert service.live is run


def test_a_call_ends_with_the_error_of_a_node(service):
    with pytest.raises(CallError, match='node "double": TypeError'):
        service.call({"payload": None})


def test_a_call_without_an_answer_in_time_is_an_error(service):
    service["back"].remove()
    service.add("debug", name="lost")
    with pytest.raises(CallError, match=r"no answer from node 'ask' within 0\.02 s"):
        service.call(1, output="lost", timeout_s=0.02)


def test_a_call_must_know_its_nodes():
    flow = Flow("empty")
    flow.add("debug", name="one")
    flow.add("debug", name="two")
    with pytest.raises(UnknownNodeError, match="input=NODE"):
        flow.call(1)
    with pytest.raises(UnknownNodeError, match="output=NODE"):
        flow.call(1, input="one")


def test_a_map_answers_in_order_while_calls_overlap():
    flow = Flow("slow")
    code = "import asyncio\nawait asyncio.sleep((3 - msg['payload']) / 1000)\nreturn msg"
    back = flow.add("link out", mode="return")
    flow.add("link in") >> flow.add("python", code=code) >> back
    assert flow.map(range(4)) == [0, 1, 2, 3]
    assert flow.map([], concurrency=1) == []
    messages = flow.map([{"payload": 1, "topic": "t"}])
    assert (messages[0]["payload"], messages[0]["topic"]) == (1, "t")


def test_a_map_names_the_item_that_failed(service):
    with pytest.raises(CallError, match=r"item 1 \(None\): node \"double\": TypeError"):
        service.map([1, None, 3])
    first, error, last = service.map([1, None, 3], errors="return")
    assert (first, last) == (2, 6)
    assert isinstance(error, CallError)


@pytest.mark.asyncio
async def test_async_calls_run_beside_each_other(service):
    async with service.run():
        answers = await asyncio.gather(*(service.acall(n) for n in range(5)))
        assert [answer["payload"] for answer in answers] == [0, 2, 4, 6, 8]
        assert await service.amap([1, 2]) == [2, 4]
    assert (await service.acall(1))["payload"] == 2
    assert await service.amap([4]) == [8]


def test_a_changed_flow_is_deployed_into_the_run(flow):
    with flow.run() as run:
        run.send("start", 1)
        run.wait()
        flow.update("double", {"name": "other"})
        assert run.deploy(flow).stopped == ("double",)
        run.send("start", 2)
        run.wait()
        assert run.values("out") == [2, 4]
        assert run.counters()["out"].received == 2


def test_a_breakpoint_holds_messages_that_are_edited_and_stepped(flow):
    with flow.run() as run:
        point = run.debugger.add("out", condition="msg['payload'] > 2")
        run.send("start", 1)
        run.send("start", 2)
        run.wait()
        (held,) = run.debugger.held()
        assert run.debugger.breakpoints == (point,)
        assert run.values("out") == [2]
        run.debugger.edit(held.id, {"payload": 40})
        assert run.debugger.step()
        run.wait()
        assert run.values("out") == [2, 40]
        run.debugger.clear()
        assert not run.debugger.paused


def test_plain_values_become_the_payload_column_of_a_frame(flow):
    with flow.run() as run:
        run.send("start", 1)
        run.send("start", 2)
        run.wait()
        assert run.frame("out")["payload"].tolist() == [2, 4]
