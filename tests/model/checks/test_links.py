"""Links that lead nowhere."""

import pytest


def out(id, *links, **fields):
    return {"id": id, "type": "link out", "links": list(links), "wires": [], **fields}


def call(id, *links, **fields):
    return {"id": id, "type": "link call", "links": list(links), "wires": [[]], **fields}


LINK_IN = {"id": "in", "type": "link in", "links": [], "wires": [[]]}
DEBUG = {"id": "d", "type": "debug", "wires": []}


def test_links_that_meet_are_no_finding(findings):
    entries = [out("o", "in"), call("c", "in"), LINK_IN, out("r", mode="return")]
    assert findings("missing-link", *entries) == []
    assert findings("unlinked", *entries) == []
    either_end = [out("o"), {**LINK_IN, "links": ["o"]}]
    assert findings("unlinked", *either_end) == []


@pytest.mark.parametrize("entry", [out("x", "gone"), call("x", "gone"), out("x", "d")])
def test_a_link_to_what_is_no_link_in_node_is_an_error(findings, entry):
    ((node, field, severity, seen),) = findings("missing-link", entry, DEBUG)
    assert (node, field, severity) == ("x", "links", "error")
    assert seen.startswith('a link to "')


def test_a_stale_link_beside_a_good_one_is_a_warning(findings):
    ((node, _, severity, _),) = findings("missing-link", out("o", "in", "gone"), LINK_IN)
    assert (node, severity) == ("o", "warning")


def test_link_nodes_that_are_wired_to_nothing_are_named(findings):
    found = findings("unlinked", out("o"), call("c"), LINK_IN)
    assert [(node, field) for node, field, *_ in found] == [
        ("o", "links"),
        ("in", "links"),
        ("c", "links"),
    ]


def test_a_call_that_chooses_its_target_while_the_flow_runs_is_no_finding(findings):
    assert findings("unlinked", call("c", linkType="dynamic"), LINK_IN) == []
    assert findings("missing-link", call("c", linkType="dynamic"), LINK_IN) == []
