"""Wires that carry what their target cannot take."""

import pytest

from vgd_kernel.model import ByField, installed
from vgd_kernel.model.palette import describe
from vgd_kernel.model.port_types import resolve


def inject(kind, *targets):
    return {"id": "i", "type": "inject", "payloadType": kind, "payload": "1", "wires": [[*targets]]}


def node(id, type, *targets, **fields):
    return {"id": id, "type": type, "wires": [list(targets)], **fields}


@pytest.mark.parametrize(("kind", "type"), [("num", "csv"), ("bool", "xml"), ("num", "split")])
def test_a_wire_that_cannot_fit_names_source_port_and_types(findings, kind, type):
    ((source, field, severity, seen),) = findings(
        "type-mismatch", inject(kind, "x"), node("x", type)
    )
    assert (source, field, severity) == ("i", "wires.0", "error")
    assert f'the wire to "x" ({type}) brings msg.payload as ' in seen


@pytest.mark.parametrize("kind", ["str", "json", "jsonata", "flow", "date"])
def test_what_may_fit_is_no_finding(findings, kind):
    assert findings("type-mismatch", inject(kind, "x"), node("x", "csv")) == []


def test_a_type_goes_on_through_nodes_that_keep_the_message(findings):
    way = [node("j", "junction", "s"), node("s", "delay", "x", pauseType="delay"), node("x", "csv")]
    found = findings("type-mismatch", inject("num", "j"), *way)
    assert [(source, field) for source, field, *_ in found] == [("s", "wires.0")]
    beside = node("f", "function", "j")
    assert findings("type-mismatch", inject("num", "j"), beside, *way) == []


def test_a_node_that_converts_ends_the_type(findings):
    way = [node("t", "template", "x"), node("x", "csv")]
    assert findings("type-mismatch", inject("num", "t"), *way) == []


def test_cycles_and_links_from_anywhere_are_of_unknown_type(findings):
    cycle = [node("a", "junction", "b", "x"), node("b", "junction", "a"), node("x", "csv")]
    assert findings("type-mismatch", *cycle) == []
    out = {"id": "o", "type": "link out", "links": ["l"], "wires": []}
    link = [out, node("l", "link in", "x"), node("x", "csv")]
    assert len(findings("type-mismatch", inject("num", "o"), *link)) == 1
    call = node("c", "link call", links=["l"])
    assert findings("type-mismatch", inject("num", "o"), *link, call) == []


def test_a_property_may_be_named_by_a_field():
    shape = {"=property": ("number",), "topic": ByField("kind", {"a": ("string",)})}
    assert resolve(shape, {"property": "value", "kind": "a"}) == {
        "value": ("number",),
        "topic": ("string",),
    }
    assert resolve(shape, {"property": "a.b", "kind": "b"}) == {}
    assert resolve(shape, {"property": "value", "propertyType": "flow"}) == {}


def test_the_palette_tells_the_types_of_ports():
    ports = describe(installed().classes["range"])["ports"]
    assert ports["gives"] == {"=property": {"type": ["number"]}}
    assert ports["keeps"] is True
    cases = describe(installed().classes["http request"])["ports"]["gives"]["payload"]
    assert (cases["byField"], cases["cases"]["txt"]) == ("ret", {"type": ["string"]})
