"""Cycles that messages never leave."""

import pytest


def node(id, type, *targets):
    return {"id": id, "type": type, "wires": [list(targets)]}


def test_a_cycle_of_junctions_is_an_error(findings):
    ((first, field, severity, seen),) = findings(
        "link-cycle", node("a", "junction", "b"), node("b", "junction", "a")
    )
    assert (first, field, severity) == ("a", "wires", "error")
    assert "a → b → a" in seen


def test_a_cycle_that_only_changes_messages_is_a_warning(findings):
    flow = [node("a", "change", "b"), node("b", "template", "c"), node("c", "junction", "a")]
    ((_, _, severity, seen),) = findings("loop", *flow)
    assert severity == "warning"
    assert "a → b → c → a" in seen
    assert findings("link-cycle", *flow) == []


@pytest.mark.parametrize("type", ["delay", "switch", "function", "rbe", "alien"])
def test_a_cycle_with_a_node_that_may_wait_or_stop_is_no_finding(findings, type):
    flow = [node("a", "change", "b"), node("b", type, "a")]
    assert findings("loop", *flow) == []


def test_a_disabled_node_closes_no_cycle(findings):
    flow = [node("a", "change", "b"), {**node("b", "change", "a"), "d": True}]
    assert findings("loop", *flow) == []
