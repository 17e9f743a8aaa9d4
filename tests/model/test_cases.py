"""Test cases of a flow: their form, and where they stand."""

import pytest

from vgd_kernel.model import FlowDocument
from vgd_kernel.model.cases import (
    Expected,
    FlowCase,
    Given,
    add_case,
    cases_of,
    check_cases,
    find_node,
)
from vgd_kernel.model.errors import NodeConfigError, UnknownNodeError

CASE = {
    "name": "doubles",
    "given": [{"node": "start", "msg": {"payload": 21}, "after_s": 2}],
    "expect": [{"node": "out", "messages": [{"payload": 42}], "mode": "exact"}],
    "within_s": 5,
    "ignore": ["payload.time"],
    "stub": {"double": [{"payload": 42}]},
}


def document(*tests):
    return FlowDocument(
        [
            {"id": "tab", "type": "tab", "label": "one", "vgd": {"tests": list(tests), "own": 1}},
            {"id": "i", "type": "inject", "z": "tab", "name": "start", "wires": [["double"]]},
            {"id": "double", "type": "python", "z": "tab", "wires": [["out"]]},
            {"id": "out", "type": "debug", "z": "tab", "wires": []},
        ]
    )


def test_a_case_reads_and_writes_the_same_json():
    (case,) = cases_of(document(CASE))
    assert case.given == (Given(node="start", msg={"payload": 21}, after_s=2),)
    assert case.ignored == ("_msgid", "parts.id", "payload.time")
    assert case.to_json() == CASE


def test_what_has_its_default_is_not_written():
    case = FlowCase(name="counts", expect=(Expected(node="out", count=0),))
    assert case.to_json() == {"name": "counts", "expect": [{"node": "out", "count": 0}]}
    assert FlowCase(name="empty").to_json() == {"name": "empty", "expect": []}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "vgd.tests.0.name"),
        ({"typo": 1}, "vgd.tests.0.typo"),
        ({"within_s": -1}, "vgd.tests.0.within_s"),
        ({"ignore": ["a b"]}, "vgd.tests.0.ignore"),
        ({"given": [{"node": "start", "msg": 3}]}, "vgd.tests.0.given.0.msg"),
        ({"expect": [{"node": "out"}]}, "vgd.tests.0.expect.0"),
        ({"expect": [{"node": "out", "count": 1, "messages": []}]}, "vgd.tests.0.expect.0"),
        ({"stub": {"double": [1]}}, "vgd.tests.0.stub.double.0"),
        ({"starts_at": "yesterday"}, "vgd.tests.0.starts_at"),
    ],
)
def test_a_wrong_field_of_a_case_is_named_with_its_tab(change, field):
    with pytest.raises(NodeConfigError) as raised:
        cases_of(document({**CASE, **change}))
    (problem,) = raised.value.problems
    assert (problem.node, problem.field, problem.code) == ("tab", field, "bad-test")


def test_what_is_no_object_is_refused():
    with pytest.raises(NodeConfigError, match=r"vgd\.tests\.0"):
        cases_of(document("doubles"))


def test_two_cases_of_one_name_are_refused():
    with pytest.raises(NodeConfigError, match="a second test case is called 'doubles'"):
        cases_of(document(CASE, CASE))


def test_a_case_that_names_a_node_that_is_not_there_is_a_finding():
    found = check_cases(document({**CASE, "given": [{"node": "gone"}], "stub": {"lost": []}}))
    assert [problem.field for problem in found] == [
        "vgd.tests.0.given.0.node",
        "vgd.tests.0.stub.lost",
    ]
    assert 'no node "gone"' in found[0].seen
    assert check_cases(document(CASE)) == ()


def test_a_start_without_a_zone_is_in_utc():
    case = FlowCase(name="early", starts_at="1970-01-01T00:01:00")
    assert case.epoch_s == 60
    assert FlowCase(name="early", starts_at="1970-01-01T01:00:00+01:00").epoch_s == 0
    assert FlowCase(name="any time").epoch_s is None


def test_an_added_case_stands_in_the_tab_and_replaces_one_of_its_name():
    flow = document(CASE)
    add_case(flow, FlowCase(name="other"))
    add_case(flow, FlowCase(name="doubles", within_s=1))
    assert [(case.name, case.within_s) for case in cases_of(flow)] == [
        ("doubles", 1),
        ("other", None),
    ]
    assert flow.entry("tab")["vgd"]["own"] == 1
    assert FlowDocument.from_json(flow.to_json()).to_json() == flow.to_json()


def test_a_case_is_not_added_to_a_flow_without_a_tab():
    with pytest.raises(UnknownNodeError, match="no tab"):
        add_case(FlowDocument(), FlowCase(name="lonely"))


def test_a_node_is_found_by_id_by_name_and_inside_of_an_instance():
    flow = document(CASE)
    flow.insert({"id": "box", "type": "subflow:s", "z": "tab", "wires": []})
    assert find_node(flow, "start") == "i"
    assert find_node(flow, "out") == "out"
    assert find_node(flow, "box-inner") == "box-inner"
