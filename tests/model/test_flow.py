"""The flow document: read and written without loss, changed by commands that have an inverse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model.errors import FlowSyntaxError, UnknownNodeError
from vgd_kernel.model.flow import Change, FlowDocument, parse_entries

A = {"id": "a", "type": "inject", "z": "t", "x": 100, "y": 40, "wires": [["b"]]}
B = {"id": "b", "type": "alien", "z": "t", "strange": {"deep": [1, None, "ü"]}, "wires": []}

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.floats(-1e9, 1e9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
fields = st.dictionaries(st.text(min_size=1), values, max_size=5)
documents = st.lists(
    st.tuples(st.text(min_size=1, max_size=4), st.text(min_size=1), fields),
    max_size=6,
    unique_by=lambda item: item[0],
).map(lambda items: [{**rest, "id": id, "type": kind} for id, kind, rest in items])


@given(documents)
def test_unknown_types_and_fields_survive_and_ids_and_order_are_kept(entries: list[Any]) -> None:
    text = FlowDocument(entries).to_json()
    assert json.loads(text) == entries
    assert FlowDocument.from_json(text).to_json() == text


@given(documents, documents)
def test_replace_makes_one_document_equal_to_another_and_every_change_has_an_inverse(
    before: list[Any], after: list[Any]
) -> None:
    document = FlowDocument(before)
    changes: list[Change] = []
    document.observe(changes.append)
    document.replace(after)
    assert {e["id"]: dict(e) for e in document} == {e["id"]: e for e in after}
    for change in reversed(list(changes)):
        document.apply(change.inverse())
    assert document.to_json() == FlowDocument(before).to_json()


def test_whole_floats_are_written_as_ints_and_keys_in_canonical_order() -> None:
    entry = {"wires": [], "y": 40.0, "x": 1.5, "type": "t", "b": 1, "a": 2, "name": "n", "id": "i"}
    keys = list(json.loads(FlowDocument([entry]).to_json())[0])
    assert keys == ["id", "type", "name", "a", "b", "x", "y", "wires"]
    assert '"y": 40,' in FlowDocument([entry]).to_json()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{not json", "not JSON: .* line 1, column 2; expected an array of node objects"),
        ('{"id": "a"}', "saw a JSON object; expected an array"),
        ('[{"id": "a", "type": "x"}, 5]', "entry 1 is a JSON number; expected an object"),
        ('[{"type": "x"}]', "entry 0 has id = None; expected a text"),
        ('[{"id": "a", "type": 7}]', "entry 0 has type = 7; expected a text"),
        ('[{"id":"a","type":"x"},{"id":"a","type":"x"}]', 'entry 1 repeats the id "a"'),
        ("[" * 100_000, "nested too deeply|not JSON"),
    ],
)
def test_what_is_no_flow_is_an_error_that_says_where(text: str, message: str) -> None:
    with pytest.raises(FlowSyntaxError, match=message):
        parse_entries(text)


def test_the_answer_of_node_reds_admin_api_is_a_flow_too() -> None:
    assert parse_entries(json.dumps({"flows": [A], "rev": "1"})) == [A]


def test_an_empty_text_is_an_empty_flow() -> None:
    assert parse_entries(" \n") == []


def test_removing_a_node_takes_its_id_out_of_wires_links_and_scopes() -> None:
    catch = {"id": "c", "type": "catch", "scope": ["b", "a"], "links": ["b"], "wires": [["b", "a"]]}
    document = FlowDocument([A, B, catch])
    document.remove("b")
    assert document.entry("a")["wires"] == [[]]
    assert document.entry("c")["scope"] == ["a"]
    assert document.entry("c")["links"] == []
    assert document.entry("c")["wires"] == [["a"]]


def test_wire_and_unwire_draw_and_take_away_one_wire() -> None:
    document = FlowDocument([A, B])
    document.wire("b", "a", port=1)
    document.wire("b", "a", port=1)
    assert document.entry("b")["wires"] == [[], ["a"]]
    document.unwire("b", "a", port=1)
    assert document.entry("b")["wires"] == [[], []]


def test_a_wire_to_a_node_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownNodeError, match='no node "zz" in this flow; expected one of "a"'):
        FlowDocument([A]).wire("a", "zz")


def test_find_takes_a_name_that_only_one_node_has() -> None:
    document = FlowDocument([{**A, "name": "n"}, B])
    assert document.find("n")["id"] == "a"
    document.update("b", {"name": "n"})
    with pytest.raises(UnknownNodeError, match="stands at 2 nodes"):
        document.find("n")


def test_a_document_shares_nothing_with_what_it_was_made_of() -> None:
    entry: dict[str, Any] = {"id": "a", "type": "t", "rules": [{"v": 1}]}
    document = FlowDocument([entry])
    entry["rules"][0]["v"] = 2
    document.entries()[0]["rules"][0]["v"] = 3
    assert document.entry("a")["rules"] == [{"v": 1}]


def test_the_revision_changes_with_the_content_alone() -> None:
    one, two = FlowDocument([A]), FlowDocument([dict(reversed(A.items()))])
    assert one.revision() == two.revision()
    two.update("a", {"x": 101})
    assert one.revision() != two.revision()
