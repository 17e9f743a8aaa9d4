"""Runs as a whole: messages in, messages out, counts, problems, start and stop."""

import asyncio

import pytest

from vgd_kernel.engine import NodeCounters, RunOptions, start
from vgd_kernel.model import FlowDocument
from vgd_kernel.model.errors import FlowInvalidError, UnknownNodeError
from vgd_kernel.model.events import LogRecord

pytestmark = pytest.mark.asyncio


async def test_a_message_goes_along_the_wires_as_the_same_object(flow, node):
    msg = {"payload": 1}
    async with flow([node("a", "b"), node("b", "c"), node("c")], tap=["c"]) as bench:
        await bench.send("a", msg)
        assert bench.got["c"][0] is msg


async def test_a_message_from_outside_gets_an_id_when_it_has_none(flow, node):
    async with flow([node("a")], tap=["a"]) as bench:
        await bench.send("a", {}, {"_msgid": "mine"})
        given, kept = (msg["_msgid"] for msg in bench.got["a"])
        assert len(given) == 16
        assert kept == "mine"


async def test_the_first_wire_gets_the_original_and_further_ones_clones(flow, node):
    entries = [node("a", ["b", "c", "d"]), node("b"), node("c"), node("d")]
    msg = {"payload": [1]}
    async with flow(entries, tap="bcd") as bench:
        await bench.send("a", msg)
        assert bench.got["b"][0] is msg
        assert bench.got["c"] == bench.got["d"] == [msg]
        assert bench.got["c"][0]["payload"] is not msg["payload"]


async def test_counters_count_messages_per_node_and_port_and_errors(flow, node):
    def fails_on_two(ctx):
        def receive(msg):
            if msg["payload"] == 2:
                raise ValueError("two")
            ctx.outputs[1](msg)

        return receive

    entries = [node("a", ["b", "c"]), node("b", "c", "c", type="code"), node("c")]
    async with flow(entries, code={"b": fails_on_two}) as bench:
        await bench.send("a", {"payload": 1}, {"payload": 2})
        assert bench.run.counters() == {
            "a": NodeCounters(received=2, sent=(2,), errors=0),
            "b": NodeCounters(received=2, sent=(0, 1), errors=1),
            "c": NodeCounters(received=3, sent=(3,), errors=0),
        }


async def test_messages_to_a_node_that_does_not_run_are_refused(flow, node):
    async with flow([node("a")]) as bench:
        with pytest.raises(UnknownNodeError, match=r'no node "x" runs here; .*"a"'):
            bench.run.send("x", {})


async def test_an_unknown_type_is_left_out_while_the_rest_runs(flow, node):
    entries = [node("a", ["x", "b"]), node("x", "b", type="nowhere"), node("b")]
    async with flow(entries, tap=["b"]) as bench:
        await bench.send("a", {})
        assert len(bench.got["b"]) == 1
        assert [(p.node, p.code) for p in bench.run.problems] == [("x", "unknown-type")]


async def test_a_bad_config_is_left_out_and_names_node_and_field(flow, node):
    async with flow([node("a", "n"), node("n", type="number", value="many")]) as bench:
        await bench.send("a", {})
        (problem,) = bench.run.problems
        assert (problem.node, problem.field) == ("n", "value")


async def test_a_wire_to_a_missing_node_is_a_problem_and_the_rest_runs(flow, node):
    async with flow([node("a", ["gone", "b"]), node("b")], tap=["b"]) as bench:
        await bench.send("a", {})
        assert len(bench.got["b"]) == 1
        assert [p.code for p in bench.run.problems] == ["missing-target"]


@pytest.mark.parametrize("bad", [{"type": "nowhere"}, {"type": "number", "value": "many"}])
async def test_strict_refuses_to_start_anything(registry, node, bad):
    document = FlowDocument([node("a"), node("b", **bad)])
    with pytest.raises(FlowInvalidError) as caught:
        await start(document, registry, RunOptions(strict=True))
    assert [p.node for p in caught.value.problems] == ["b"]


async def test_a_node_that_does_not_start_is_left_out_and_reported(flow, node):
    def broken(ctx):
        raise OSError("no such device")

    entries = [node("a", ["b", "c"]), node("b", type="code"), node("c")]
    async with flow(entries, code={"b": broken}, tap=["c"]) as bench:
        await bench.send("a", {})
        assert len(bench.got["c"]) == 1
        assert "did not start: OSError: no such device" in str(bench.run.problems[0])


async def test_what_a_node_sends_at_its_start_reaches_nodes_that_start_later(flow, node):
    got = []

    def sends(ctx):
        ctx.send({"payload": "early"})

    entries = [node("a", "b", type="code"), node("b", type="code")]
    async with flow(entries, code={"a": sends, "b": lambda ctx: got.append}) as bench:
        assert await bench.run.idle(5)
        assert [msg["payload"] for msg in got] == ["early"]


async def test_disabled_nodes_and_tabs_do_not_run_and_cut_their_wires(flow, node):
    entries = [
        {"id": "off", "type": "tab", "disabled": True},
        node("a", ["b", "c"]),
        node("b", "c", d=True),
        node("c"),
        node("e", "c") | {"z": "off"},
    ]
    async with flow(entries, tap=["c"]) as bench:
        await bench.send("a", {})
        assert len(bench.got["c"]) == 1
        assert set(bench.run.counters()) == {"a", "c"}
        assert bench.run.problems == ()


async def test_a_tap_sees_messages_that_were_queued_before_it(flow, node):
    async with flow([node("a", "b"), node("b")]) as bench:
        bench.run.send("a", {"payload": 1})
        bench.tap("a")
        assert await bench.run.idle(5)
        assert [msg["payload"] for msg in bench.got["a"]] == [1]


async def test_an_ended_tap_sees_nothing_more(flow, node):
    seen = []
    async with flow([node("a", "b"), node("b")]) as bench:
        forget = bench.run.tap("b", seen.append)
        await bench.send("a", {})
        forget()
        await bench.send("a", {})
        assert len(seen) == 1


async def test_a_tap_that_raises_does_not_disturb_the_node(flow, node, caplog):
    def broken(msg):
        raise ValueError("tap")

    async with flow([node("a", "b"), node("b")], tap=["b"]) as bench:
        bench.run.tap("a", broken)
        await bench.send("a", {})
        assert len(bench.got["b"]) == 1
        assert bench.run.counters()["a"].errors == 0
    assert "a tap of a run raised" in caplog.text


async def test_two_nodes_may_share_one_handler_and_keep_their_own_errors(flow, node):
    def fails(msg):
        raise ValueError("shared")

    entries = [node("a", type="code"), node("b", type="code")]
    async with flow(entries, code={"a": lambda ctx: fails, "b": lambda ctx: fails}) as bench:
        await bench.send("b", {})
        counters = bench.run.counters()
        assert (counters["a"].errors, counters["b"].errors) == (0, 1)


async def test_an_error_that_nobody_catches_becomes_a_log_record(flow, node):
    def fails(ctx):
        def receive(msg):
            raise ValueError("no")

        return receive

    async with flow([node("a", type="code")], code={"a": fails}) as bench:
        await bench.send("a", {"_msgid": "m1"})
        (record,) = bench.of(LogRecord)
        assert (record.level, record.node, record.msgid) == ("error", "a", "m1")
        assert record.text == "ValueError: no"


async def test_what_is_no_message_is_an_error_of_the_node_that_sends_it(flow, node):
    def sends_a_number(ctx):
        return lambda msg: ctx.send(5)

    entries = [node("a", "b", type="code"), node("b"), node("c", type="catch")]
    async with flow(entries, code={"a": sends_a_number}, tap=["c"]) as bench:
        await bench.send("a", {})
        assert bench.got["c"][0]["error"]["source"]["id"] == "a"
        assert bench.run.counters()["b"].errors == 0


async def test_an_observer_among_the_options_hears_the_start(flow, node):
    events = []

    def logs(ctx):
        ctx.log("starting")

    async with flow([node("a", type="code")], code={"a": logs}, observer=events.append):
        assert [event.text for event in events] == ["starting"]


async def test_nothing_is_handled_after_stop(flow, node):
    seen = []
    async with flow([node("a")]) as bench:
        bench.run.tap("a", seen.append)
        bench.run.send("a", {})
        await bench.run.stop()
        bench.run.send("a", {})
        await asyncio.sleep(0)
        assert seen == []
        assert await bench.run.idle(1)


async def test_a_flow_that_goes_round_lets_the_loop_breathe(flow, node):
    async with flow([node("a", "b"), node("b", "a")]) as bench:
        bench.run.send("a", {})
        assert not await bench.run.idle(0.05)
        assert bench.run.counters()["a"].received > 1000


async def test_ids_are_the_same_with_the_same_seed(flow, node):
    ids = []
    for _ in range(2):
        async with flow([node("a")], tap=["a"], seed=7) as bench:
            await bench.send("a", {})
            ids.append((bench.run.id, bench.got["a"][0]["_msgid"]))
    assert ids[0] == ids[1]
