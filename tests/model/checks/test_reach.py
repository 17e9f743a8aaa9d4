"""Nodes that no source reaches."""

import pytest

INJECT = {"id": "i", "type": "inject", "wires": [["a"]]}


def chain(id, *targets, type="change", **fields):
    return {"id": id, "type": type, "wires": [list(targets)], **fields}


@pytest.fixture
def unreached(findings):
    return lambda *entries: [found[0] for found in findings("unreachable", *entries)]


def test_what_is_wired_to_a_source_is_reached(unreached):
    assert unreached(INJECT, chain("a", "b"), chain("b")) == []


def test_every_node_behind_nothing_is_named(findings):
    found = findings("unreachable", INJECT, chain("a"), chain("b", "c"), chain("c", "b"))
    assert [(node, field, severity) for node, field, severity, _ in found] == [
        ("b", "wires", "warning"),
        ("c", "wires", "warning"),
    ]


@pytest.mark.parametrize("type", ["http in", "mqtt in", "catch", "watch", "alien"])
def test_sources_and_unknown_types_start_messages(unreached, type):
    assert unreached(chain("s", "a", type=type), chain("a")) == []


def test_disabled_nodes_and_tabs_start_nothing_and_are_not_named(unreached):
    tab = {"id": "t", "type": "tab", "disabled": True}
    assert unreached({**INJECT, "d": True}, chain("a")) == ["a"]
    assert unreached(tab, {**INJECT, "z": "t"}, chain("a", z="t"), chain("b", d=True)) == []


def test_links_and_link_calls_lead_on(unreached):
    out = {"id": "o", "type": "link out", "links": ["l"], "wires": []}
    call = {"id": "c", "type": "link call", "links": ["m"], "wires": [["b"]]}
    targets = [chain("l", "x", type="link in"), chain("m", "y", type="link in")]
    source = {**INJECT, "wires": [["o", "c"]]}
    ends = [chain("x"), chain("y"), chain("b")]
    assert unreached(source, out, call, *targets, *ends) == []
    assert unreached({**INJECT, "wires": [[]]}, *targets, *ends) == ["x", "y", "b"]


@pytest.mark.parametrize(
    "caller",
    [
        {"type": "link call", "linkType": "dynamic"},
        {"type": "function", "func": "return await node.linkcall('l', msg);"},
    ],
)
def test_a_call_by_name_may_reach_every_link_in(unreached, caller):
    entries = [{**caller, "id": "a", "wires": [[]]}, chain("l", "x", type="link in"), chain("x")]
    assert unreached(INJECT, *entries) == []


def test_ways_lead_through_subflows(unreached):
    definition = {
        "id": "s",
        "type": "subflow",
        "in": [{"wires": [{"id": "p"}]}],
        "out": [{"wires": [{"id": "q", "port": 0}]}, {"wires": [{"id": "s", "port": 0}]}],
    }
    inner = [chain("p", "q", z="s"), chain("q", z="s"), chain("lost", z="s")]
    box = {"id": "a", "type": "subflow:s", "wires": [["x"], ["y"]]}
    assert unreached(INJECT, definition, *inner, box, chain("x"), chain("y")) == ["lost"]
    assert unreached(definition, *inner) == ["lost"]


def test_code_that_sends_by_itself_is_a_source(unreached):
    timer = {"id": "f", "type": "function", "wires": [["a"]]}
    start = "setInterval(() => node.send({}), 1000);"
    assert unreached({**timer, "initialize": start}, chain("a")) == []
    assert unreached({**timer, "initialize": "// nothing\n"}, chain("a")) == ["f", "a"]
    python = {"id": "p", "type": "python", "wires": [["a"]]}
    code = "node.every(1, lambda: node.send({}))\ndef handle(msg):\n    return None"
    assert unreached({**python, "code": code}, chain("a")) == []


def test_a_test_case_reaches_the_node_that_it_hands_messages_to(unreached):
    tests = [{"name": "one", "given": [{"node": "a"}]}, {"name": "two", "given": [{"node": "?"}]}]
    tab = {"id": "t", "type": "tab", "vgd": {"tests": tests}}
    assert unreached(tab, chain("a", "b"), chain("b"), chain("c")) == ["c"]
