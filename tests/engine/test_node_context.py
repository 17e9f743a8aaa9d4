"""What a node sees of a run."""

import logging

import pytest

from vgd_kernel.model import UNDEFINED, Context
from vgd_kernel.model.errors import PlatformError
from vgd_kernel.model.events import DebugMessage, Displayed, LogRecord
from vgd_kernel.model.services import NotebookRunner
from vgd_kernel.testing import VirtualClock

pytestmark = pytest.mark.asyncio


@pytest.fixture
def grab():
    """Return a handler that keeps its context, and where it keeps it."""
    kept: dict[str, Context] = {}

    def handler(ctx):
        kept["ctx"] = ctx
        return ctx.send

    return handler, kept


async def test_a_node_knows_who_it_is_and_what_time_it_is(flow, node, grab):
    handler, kept = grab
    clock = VirtualClock(epoch_s=1000)
    async with flow([node("a", type="code", name="A")], code={"a": handler}, clock=clock):
        ctx = kept["ctx"]
        assert (ctx.id, ctx.node_type, ctx.name, ctx.flow_id) == ("a", "code", "A", "tab")
        await clock.advance(5)
        assert (ctx.now(), ctx.time()) == (5, 1005)


async def test_random_numbers_and_ids_repeat_with_the_seed(flow, node, grab):
    handler, kept = grab
    seen = []
    for _ in range(2):
        async with flow([node("a", type="code")], code={"a": handler}, seed=3):
            seen.append((kept["ctx"].random(), kept["ctx"].new_id()))
    assert seen[0] == seen[1]
    assert 0 <= seen[0][0] < 1


async def test_environment_values_reach_the_node(flow, node, grab):
    handler, kept = grab
    entries = [node("a", type="code")]
    async with flow(entries, code={"a": handler}, environment={"HOME_TOWN": "x"}):
        assert kept["ctx"].env("HOME_TOWN") == "x"
        assert kept["ctx"].env("NR_NODE_ID") == "a"
        assert kept["ctx"].env("GONE") is UNDEFINED


async def test_a_debug_message_is_a_clone(flow, node, grab):
    handler, kept = grab
    async with flow([node("a", type="code", name="A")], code={"a": handler}) as bench:
        msg = {"payload": [1]}
        kept["ctx"].debug(msg, msg["payload"], "payload")
        kept["ctx"].debug(msg, msg, "msg")
        msg["payload"].append(2)
        part, whole = bench.of(DebugMessage)
        assert (part.node, part.name, part.property, part.value) == ("a", "A", "payload", [1])
        assert whole.value is whole.msg
        assert whole.msg == {"payload": [1]}


async def test_log_lines_and_displays_reach_the_observers(flow, node, grab):
    handler, kept = grab
    async with flow([node("a", type="code")], code={"a": handler}) as bench:
        kept["ctx"].log("hello", level="warn", msg={"_msgid": "m"})
        kept["ctx"].display({"text/plain": "x"})
        (record,) = bench.of(LogRecord)
        assert (record.level, record.text, record.msgid) == ("warn", "hello", "m")
        assert bench.of(Displayed)[0].bundle == {"text/plain": "x"}


async def test_an_observer_that_raises_does_not_disturb_the_others(flow, node, grab, caplog):
    handler, kept = grab

    def broken(event):
        raise ValueError("observer")

    async with flow([node("a", type="code")], code={"a": handler}) as bench:
        forget = bench.run.observe(broken)
        late = []
        bench.run.observe(late.append)
        kept["ctx"].log("one")
        forget()
        kept["ctx"].log("two")
        assert [record.text for record in late] == ["one", "two"]
    assert caplog.text.count("an observer of a run raised on LogRecord") == 1


async def test_an_error_that_nobody_observes_goes_to_the_program_s_log(registry, node, caplog):
    from vgd_kernel.engine import start
    from vgd_kernel.model import FlowDocument

    run = await start(FlowDocument([node("n", type="number", value="x")]), registry)
    run._world.reports.log(None, "error", "nobody listens")
    await run.stop()
    assert ("vgd_kernel.engine.reports", logging.ERROR) in [r[:2] for r in caplog.record_tuples]


async def test_a_service_is_found_by_its_protocol(flow, node, grab):
    handler, kept = grab
    runner = object()
    entries = [node("a", type="code")]
    async with flow(entries, code={"a": handler}, services={NotebookRunner: runner}):
        assert kept["ctx"].service(NotebookRunner) is runner
    async with flow(entries, code={"a": handler}):
        with pytest.raises(PlatformError, match=r"needs the service NotebookRunner.* has none"):
            kept["ctx"].service(NotebookRunner)


async def test_a_value_that_is_no_message_is_an_error_of_the_node(flow, node, grab):
    handler, kept = grab
    async with flow([node("a", "b", type="code"), node("b")], code={"a": handler}) as bench:
        kept["ctx"].emit(5)
        assert "a value of type int; expected a message" in bench.of(LogRecord)[0].text
        assert bench.run.counters()["a"].errors == 1


async def test_a_node_without_outputs_drops_what_it_sends(flow, node):
    async with flow([node("o", type="link out", links=[])]) as bench:
        await bench.send("o", {})
        assert bench.run.counters()["o"].sent == ()
