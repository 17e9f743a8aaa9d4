"""Runs that are recorded, saved, gone through and replayed."""

import json

import pytest

from vgd_kernel.engine import RunOptions, start
from vgd_kernel.engine.recording import Recording
from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.model.cases import parse_case
from vgd_kernel.model.errors import FlowSyntaxError
from vgd_kernel.testing.clock import VirtualClock
from vgd_kernel.testing.replay import differences, replay
from vgd_kernel.testing.run_case import run_case

pytestmark = pytest.mark.asyncio


def doubling(ctx):
    def receive(msg):
        msg["payload"] *= 2
        ctx.send(msg)

    return receive


def chain(node):
    return [node("a", "d"), node("d", "b", type="code"), node("b")]


async def recorded(flow, node, *payloads, limit=100):
    clock = VirtualClock()
    async with flow(chain(node), code={"d": doubling}, clock=clock) as bench:
        recorder = bench.run.record(limit=limit)
        for payload in payloads:
            clock.ring_next(clock.now() + 1.0)
            await bench.send("a", {"payload": payload})
        return recorder.stop()


async def test_every_delivery_is_recorded_with_its_sender_and_time(flow, node):
    recording = await recorded(flow, node, 1, 2)
    assert [(d.time_s, d.origin, d.source, d.node, d.msg["payload"]) for d in recording] == [
        (1.0, "given", "", "a", 1),
        (1.0, "wire", "a", "d", 1),
        (1.0, "wire", "d", "b", 2),
        (2.0, "given", "", "a", 2),
        (2.0, "wire", "a", "d", 2),
        (2.0, "wire", "d", "b", 4),
    ]
    msgid = recording[0].msg["_msgid"]
    assert recording.path(msgid) == ("a", "d", "b")


async def test_the_newest_deliveries_are_kept(flow, node):
    recording = await recorded(flow, node, 1, 2, limit=2)
    assert [d.node for d in recording] == ["d", "b"]
    assert recording.lost == 4


async def test_time_can_be_gone_through_in_both_directions(flow, node):
    recording = await recorded(flow, node, 1, 2)
    moments = [recording.at(step) for step in range(len(recording) + 1)]
    assert moments[0].received == {}
    assert moments[6].received == {"a": 2, "d": 2, "b": 2}
    assert moments[6].last["b"]["payload"] == 4
    assert moments[3].last["b"]["payload"] == 2
    with pytest.raises(IndexError, match="expected 0 to 6"):
        recording.at(7)


async def test_a_recording_is_the_same_after_save_and_load(flow, node):
    recording = await recorded(flow, node, 1)
    text = json.dumps(recording.to_json())
    assert Recording.from_json(json.loads(text)) == recording


@pytest.mark.parametrize("raw", [{}, {"version": 1}, {"version": 2, "deliveries": []}])
async def test_what_is_no_recording_is_refused(raw):
    with pytest.raises(FlowSyntaxError, match="recording"):
        Recording.from_json(raw)


async def test_errors_that_are_caught_come_from_inside(flow, node):
    entries = [node("a", type="code"), node("c", type="catch")]
    async with flow(entries, code={"a": doubling}) as bench:
        recorder = bench.run.record()
        await bench.send("a", {})
        recording = recorder.stop()
    assert [(d.node, d.origin) for d in recording] == [("a", "given"), ("c", "inside")]
    assert [d.node for d in recording.inputs()] == ["a"]


async def test_nothing_is_recorded_after_the_stop(flow, node):
    async with flow(chain(node), code={"d": doubling}) as bench:
        recorder = bench.run.record()
        recorder.stop()
        await bench.send("a", {"payload": 1})
        assert len(recorder.stop()) == 0
        assert not bench.run.hooks


FLOW = [
    {"id": "t", "type": "tab"},
    {
        "id": "i", "type": "inject", "z": "t", "wires": [["d"]],
        "props": [{"p": "payload", "v": "21", "vt": "num"}],
    },
    {
        "id": "d", "type": "delay", "z": "t", "wires": [["c"]], "pauseType": "delay",
        "timeout": "1", "timeoutUnits": "hours",
    },
    {
        "id": "c", "type": "change", "z": "t", "wires": [["j"]],
        "rules": [{"t": "set", "p": "payload", "pt": "msg", "to": "payload * 2", "tot": "jsonata"}],
    },
    {"id": "j", "type": "junction", "z": "t", "wires": []},
]  # fmt: skip


async def real_recording():
    clock = VirtualClock()
    run = await start(FlowDocument(FLOW), installed(), RunOptions(clock=clock))
    recorder = run.record()
    run.inject("i", {})
    await clock.advance(5000)
    await run.stop()
    return recorder.stop()


async def test_what_a_source_sent_is_an_input_and_its_press_is_not():
    recording = await real_recording()
    assert [(d.node, d.origin, d.source) for d in recording.inputs()] == [("d", "source", "i")]


async def test_a_replay_gives_the_same_inputs_in_virtual_time():
    recording = await real_recording()
    again = await replay(recording, FlowDocument(FLOW))
    assert [d.node for d in again] == ["d", "c", "j"]
    assert [d.time_s for d in again] == pytest.approx([0, 3600, 3600], abs=1)
    assert [msg["payload"] for msg in again.of("j")] == [42]
    changed = [dict(entry) for entry in FLOW]
    changed[3]["rules"] = [{"t": "set", "p": "payload", "pt": "msg", "to": "no", "tot": "str"}]
    other = await replay(recording, FlowDocument(changed))
    assert set(differences(again, other)) == {"j"}
    assert differences(again, again) == {}


async def test_a_recording_becomes_a_test_case_that_passes():
    recording = await real_recording()
    raw = recording.to_test_case(["j"], name="the number is doubled after an hour")
    assert raw["stub"] == {"i": []}
    result = await run_case(FlowDocument(FLOW), parse_case(raw))
    assert result.passed, result
