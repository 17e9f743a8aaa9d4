"""Test cases of a flow, played in virtual time."""

import copy

import pytest

from vgd_kernel.model import FlowDocument
from vgd_kernel.model.cases import Expected, FlowCase, Given
from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.testing import run_case, run_cases

pytestmark = pytest.mark.asyncio

HOUR_S = 3600

FLOW = [
    {"id": "tab", "type": "tab", "label": "one"},
    {"id": "i", "type": "inject", "z": "tab", "name": "start", "wires": [["double"]]},
    {
        "id": "double",
        "type": "python",
        "z": "tab",
        "code": "return {'payload': msg['payload'] * 2}",
        "wires": [["wait"]],
    },
    {
        "id": "wait",
        "type": "delay",
        "pauseType": "delay",
        "z": "tab",
        "timeout": "1",
        "timeoutUnits": "hours",
        "wires": [["out"]],
    },
    {"id": "out", "type": "debug", "z": "tab", "wires": []},
    {"id": "daily", "type": "inject", "z": "tab", "crontab": "0 8 * * *", "wires": [["cron"]]},
    {"id": "cron", "type": "debug", "z": "tab", "wires": []},
]


def document(*more, **fields):
    entries = copy.deepcopy([*FLOW, *more])
    entries[2].update(fields)
    return FlowDocument(entries)


def doubled(*values, **case):
    return FlowCase(
        name="doubles",
        expect=(Expected(node="out", messages=[{"payload": value} for value in values]),),
        **case,
    )


async def test_a_case_passes_when_what_is_expected_arrives():
    result = await run_case(
        document(), doubled(42, given=[Given(node="start", msg={"payload": 21})])
    )
    assert (result.passed, result.failures) == (True, ())
    assert [msg["payload"] for msg in result.arrived["out"]] == [42]


async def test_delays_take_virtual_time_only():
    given = [Given(node="double", msg={"payload": n}, after_s=n * HOUR_S) for n in (1, 2)]
    result = await run_case(document(), doubled(2, 4, given=given))
    assert result.failures == ()
    assert result.virtual_s == 4 * HOUR_S


async def test_a_difference_names_node_message_and_property():
    result = await run_case(
        document(), doubled(1, given=[Given(node="double", msg={"payload": 2})])
    )
    assert result.failures == ('node "out": message 1, payload: saw 4, expected 1',)


async def test_time_ends_after_within_seconds():
    given = [Given(node="double", msg={"payload": 2})]
    early = await run_case(document(), doubled(given=given, within_s=HOUR_S - 1))
    late = await run_case(document(), doubled(4, given=given, within_s=HOUR_S))
    assert (early.failures, late.failures) == ((), ())
    assert (early.virtual_s, late.virtual_s) == (HOUR_S - 1, HOUR_S)


async def test_schedules_ring_by_the_clock_of_the_case():
    case = FlowCase(
        name="every morning",
        starts_at="2026-03-02T07:59:00Z",
        within_s=2 * 24 * HOUR_S,
        expect=[Expected(node="cron", count=2)],
    )
    assert (await run_case(document(), case)).failures == ()


async def test_a_stub_answers_in_place_of_a_node():
    stub = {"double": [{"payload": 1}, {"payload": {"type": "Buffer", "data": [1]}}]}
    given = [Given(node="start", msg={"payload": n, "topic": "t"}) for n in range(3)]
    result = await run_case(document(code="raise this"), doubled(given=given, stub=stub))
    assert [msg["payload"] for msg in result.arrived["out"]] == [1, b"\1", b"\1"]
    assert [msg["topic"] for msg in result.arrived["out"]] == ["t"] * 3


async def test_a_stub_without_answers_passes_on_what_it_gets():
    given = [Given(node="i", msg={"payload": 5})]
    assert (await run_case(document(), doubled(10, given=given, stub={"start": []}))).passed


async def test_an_error_that_nobody_catches_fails_a_case_unless_it_is_expected():
    given = [Given(node="double", msg={"payload": None})]
    result = await run_case(document(), doubled(given=given))
    assert len(result.failures) == 1
    assert 'node "double": TypeError' in result.failures[0]
    assert (await run_case(document(), doubled(given=given, errors=["TypeError"]))).passed
    result = await run_case(document(), doubled(given=given, errors=["TypeError", "Other"]))
    assert result.failures == ("no error 'Other' came",)


async def test_real_work_is_waited_for():
    code = (
        "import asyncio\nasync def handle(msg):\n return await asyncio.to_thread(dict, payload=7)"
    )
    given = [Given(node="double", msg={"payload": 2})]
    assert (await run_case(document(code=code), doubled(7, given=given))).failures == ()


async def test_work_that_waits_for_a_timer_goes_on_when_it_rings():
    code = """
import asyncio
async def handle(msg):
    rung = asyncio.get_running_loop().create_future()
    node.after(60, rung.set_result, 9)
    return {'payload': await rung}
"""
    given = [Given(node="double", msg={"payload": 2})]
    assert (await run_case(document(code=code), doubled(9, given=given))).failures == ()


async def test_a_case_that_does_not_end_is_given_up():
    code = "import asyncio\nawait asyncio.Event().wait()"
    given = [Given(node="double", msg={"payload": 2})]
    result = await run_case(document(code=code, wires=[[]]), doubled(given=given), timeout_s=0.05)
    assert result.failures == (
        "still at work after 0.05 s; stub the nodes that wait for the world",
    )


async def test_a_flow_that_does_not_start_fails_its_cases():
    result = await run_case(document(code="return ("), doubled())
    assert not result.passed
    assert result.failures[0].startswith('not played: node "double" (python), field "code"')


async def test_a_case_that_names_a_node_that_does_not_run_fails():
    result = await run_case(
        document(d=True), FlowCase(name="n", expect=[Expected(node="double", count=0)])
    )
    assert result.failures[0].startswith('not played: no node "double" runs here')


async def test_the_cases_of_a_flow_are_played_in_order():
    flow = document()
    passing = {"name": "nothing comes", "expect": [{"node": "out", "count": 0}]}
    failing = {"name": "something <comes>", "expect": [{"node": "out", "count": 1}]}
    flow.update("tab", {"vgd": {"tests": [passing, failing]}})
    results = await run_cases(flow)
    assert [result.name for result in results] == ["nothing comes", "something <comes>"]
    assert not results
    assert [result.name for result in results.failed] == ["something <comes>"]
    assert repr(results) == (
        "✓ nothing comes\n"
        "✗ something <comes>\n"
        '    node "out": saw 0 messages, expected 1\n'
        "1 passed, 1 failed"
    )
    assert "something &lt;comes&gt;" in results._repr_html_()
    assert await run_cases(flow, only="nothing")


async def test_a_case_that_is_not_well_formed_is_an_error_of_its_tab():
    flow = document()
    flow.update("tab", {"vgd": {"tests": [{"name": ""}]}})
    with pytest.raises(NodeConfigError, match=r"vgd\.tests\.0\.name"):
        await run_cases(flow)
