"""What is wrong with a flow is said with node, field, what was seen and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from vgd_kernel.model import Context, FlowDocument, Node, NodeSpec, Receive, Registry
from vgd_kernel.model.errors import FlowInvalidError
from vgd_kernel.model.graph import check, refuse
from vgd_kernel.model.wiring import links_of


class Pass(Node):
    """Hands on."""

    spec = NodeSpec(type="pass", category="c", color="#fff", icon="junction", passes_through=True)

    def start(self, ctx: Context) -> Receive:
        return ctx.send


class LinkOut(Pass):
    """Hands on to links."""

    spec = NodeSpec(type="link out", category="c", color="#fff", icon="link", passes_through=True)


class LinkIn(Pass):
    """Takes from links."""

    spec = NodeSpec(type="link in", category="c", color="#fff", icon="link", passes_through=True)


class Limited(Pass):
    """Has a number with bounds."""

    spec = NodeSpec(type="limited", category="c", color="#fff", icon="gear")
    count: int = 1


REGISTRY = Registry({c.spec.type: c for c in (Pass, LinkOut, LinkIn, Limited)})


def found(*entries: dict[str, Any]) -> list[tuple[str, str, str]]:
    problems = check(FlowDocument(entries), REGISTRY)
    of_others = ("unreachable", "unlinked")  # flows of one node: see the tests of the checks
    return [(p.code, p.node, p.field) for p in problems if p.code not in of_others]


def test_a_clean_flow_has_no_findings() -> None:
    entries = [
        {"id": "t", "type": "tab"},
        {"id": "a", "type": "pass", "z": "t", "wires": [["b"]]},
        {"id": "b", "type": "limited", "z": "t", "count": 3, "wires": []},
    ]
    assert found(*entries) == []


def test_an_unknown_type_is_named() -> None:
    assert found({"id": "a", "type": "alien"}) == [("unknown-type", "a", "type")]
    assert found({"id": "a", "type": "subflow:gone"}) == [("unknown-type", "a", "type")]


def test_a_wrong_field_is_named() -> None:
    assert found({"id": "a", "type": "limited", "count": "many"}) == [("config", "a", "count")]


def test_a_wire_to_a_missing_node_is_named_with_its_port() -> None:
    entry = {"id": "a", "type": "pass", "wires": [[], ["gone"]]}
    assert found(entry) == [("missing-target", "a", "wires.1")]


@pytest.mark.parametrize("wires", ["b", [["b"], "b"], [[1]], {"0": ["b"]}])
def test_wires_of_another_shape_are_an_error(wires: Any) -> None:
    assert ("bad-wires", "a", "wires") in found({"id": "a", "type": "pass", "wires": wires})


def test_a_tab_that_is_not_there_is_a_warning() -> None:
    tab = {"id": "t", "type": "tab"}
    nodes = [{"id": id, "type": "pass", "z": "gone"} for id in "ab"]
    assert found(tab, *nodes) == [("missing-tab", "a", "z")]


def test_an_exported_selection_has_no_tab_and_that_is_no_finding() -> None:
    assert found({"id": "a", "type": "pass", "z": "elsewhere"}) == []


def test_links_count_when_either_end_declares_them() -> None:
    document = FlowDocument(
        [
            {"id": "o1", "type": "link out", "links": ["i1"]},
            {"id": "o2", "type": "link out", "links": []},
            {"id": "o3", "type": "link out", "mode": "return", "links": ["i1"]},
            {"id": "i1", "type": "link in", "links": ["o2"]},
        ]
    )
    assert links_of(document) == {"o1": {"i1"}, "o2": {"i1"}}


def test_a_cycle_of_links_is_an_error_that_shows_the_way() -> None:
    document = FlowDocument(
        [
            {"id": "in", "type": "link in", "links": [], "wires": [["j"]]},
            {"id": "j", "type": "pass", "wires": [["out"]]},
            {"id": "out", "type": "link out", "links": ["in"], "wires": []},
        ]
    )
    problems = check(document, REGISTRY)
    cycle = next(problem for problem in problems if problem.code == "link-cycle")
    assert "in → j → out → in" in cycle.seen
    with pytest.raises(FlowInvalidError):
        refuse(problems)


def test_a_cycle_through_a_node_that_can_stop_is_none() -> None:
    entries = [
        {"id": "a", "type": "pass", "wires": [["b"]]},
        {"id": "b", "type": "limited", "wires": [["a"]]},
    ]
    assert found(*entries) == []


def test_only_strict_refuses_for_what_can_be_left_out() -> None:
    problems = check(FlowDocument([{"id": "a", "type": "alien"}]), REGISTRY)
    refuse(problems)
    with pytest.raises(FlowInvalidError, match='unknown node type "alien"'):
        refuse(problems, strict=True)


def test_a_test_case_with_a_node_that_is_gone_is_found_and_lets_the_flow_run() -> None:
    tests = [{"name": "one", "given": [{"node": "gone"}]}]
    document = FlowDocument([{"id": "t", "type": "tab", "vgd": {"tests": tests}}])
    (problem,) = check(document, REGISTRY)
    assert (problem.node, problem.field, problem.code) == (
        "t",
        "vgd.tests.0.given.0.node",
        "bad-test",
    )
    refuse([problem])
