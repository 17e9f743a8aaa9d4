from __future__ import annotations

import doctest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model import UNDEFINED, paths
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.path_parser import Reference

GOOD: list[tuple[str, tuple[Any, ...]]] = [
    ("a", ("a",)),
    ("a.b", ("a", "b")),
    ("a[0]", ("a", 0)),
    ("a[0].b", ("a", 0, "b")),
    ("a.0.b", ("a", 0, "b")),
    ("a.0", ("a", "0")),
    ("a['b']", ("a", "b")),
    ('a["b.c"].d', ("a", "b.c", "d")),
    ('a["b\'s"]', ("a", "b's")),
    ('"a b".c', ("a b", "c")),
    ("'a'", ("a",)),
    ("a[0][1]", ("a", 0, 1)),
    ("a[0]b", ("a", 0, "b")),
    ("a['b']c", ("a", "b", "c")),
    ("a[1.5]", ("a", 1, 5)),
    ("$a._b", ("$a", "_b")),
    ("größe", ("größe",)),
    ('a["größe"]', ("a", "größe")),
    ("a-b", ("a-b",)),
    ("a,b/c[0]", ("a,b/c", 0)),
    ("a[msg.topic]", ("a", Reference(("topic",), 2))),
    ("a[msg[0]]", ("a", Reference(("msg", 0), 2))),
    ('a[msg["x"].z].b', ("a", Reference(("msg", "x", "z"), 2), "b")),
    ("a[msg.b[msg.c]]", ("a", Reference(("b", Reference(("c",), 2)), 2))),
    ("a[msg.b]c", ("a", Reference(("b",), 2), "c")),
]
BAD = [
    ("", "Invalid property expression: zero-length"),
    (".a", "Invalid property expression: unexpected . at position 0"),
    ("[0]", "Invalid property expression: unexpected [ at position 0"),
    ("a.", "Invalid property expression: unterminated expression"),
    ("a..b", "Invalid property expression: unexpected . at position 2"),
    ("a.ö", "Invalid property expression: unexpected ö at position 2"),
    ("a b", "Invalid property expression: unexpected ' ' at position 1"),
    ("a[", "Invalid property expression: unterminated expression"),
    ("a[]", "Invalid property expression: unexpected ] at position 2"),
    ("a[b]", "Invalid property expression: unexpected b at position 2"),
    ("a[-1]", "Invalid property expression: unexpected - at position 2"),
    ("a[0", "Invalid property expression: unterminated expression"),
    ("a]", "Invalid property expression: unexpected ] at position 1"),
    ("a'b'", "Invalid property expression: unexpected ' at position 1"),
    ("a['b", "Invalid property expression: unterminated expression"),
    ("a['']", "Invalid property expression: zero-length string at position 3"),
    ("a['b'c]", "Invalid property expression: unexpected array expression at position 3"),
    ("a[0a]", "Invalid property expression: unexpected array expression at position 2"),
    ("a[0 ]", "Invalid property expression: unexpected ' ' at position 3"),
    ("a[msg.b", "Invalid property expression: unmatched '[' at position 1"),
    ("a[msg.b.]", "Invalid expression started at position 2"),
    ("a[msg[b]]", "Invalid expression started at position 2"),
    ("'a'b", "Invalid property expression: unexpected b expression at position 3"),
    ("a.[0]", "Invalid property expression: unexpected [ at position 2"),
]


@pytest.mark.parametrize(("text", "keys"), GOOD)
def test_a_path_is_read_into_its_keys(text: str, keys: tuple[Any, ...]) -> None:
    assert paths.parse(text) == keys


@pytest.mark.parametrize(("text", "where"), BAD)
def test_a_bad_path_is_told_in_the_words_of_node_red(text: str, where: str) -> None:
    with pytest.raises(ThrownError) as caught:
        paths.parse(text)
    assert (str(caught.value), caught.value.code) == (where, "INVALID_EXPR")
    assert "payload.items[0]" in caught.value.advice


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("payload", {"rows": [1, {"k": "v"}], "text": "abc", "none": None}),
        ("payload.rows[1].k", "v"),
        ("payload.rows.length", 2),
        ("payload.rows.1.k", "v"),
        ("payload.text.length", 3),
        ("payload.text[1]", "b"),
        ("payload.rows[9]", UNDEFINED),
        ("payload.none", None),
        ("payload.none.deeper", UNDEFINED),
        ("nothing.there", UNDEFINED),
        ("payload[msg.which]", "abc"),
        ("numbered[3]", "three"),
        ("data[0]", 255),
    ],
)
def test_a_value_is_read_as_javascript_reads_it(path: str, value: Any) -> None:
    msg = {
        "payload": {"rows": [1, {"k": "v"}], "text": "abc", "none": None},
        "which": "text",
        "numbered": {"3": "three"},
        "data": b"\xff\x00",
    }
    assert paths.get(msg, path) == value
    assert paths.getter(path)(msg) == value


def test_a_strict_read_below_nothing_is_an_error() -> None:
    with pytest.raises(ExpressionError, match="undefined \\(reading 'b'\\)"):
        paths.get({}, "a.b", strict=True)
    with pytest.raises(ExpressionError, match="null \\(reading 'b'\\)"):
        paths.getter("a.b", strict=True)({"a": None})


def test_an_undefined_key_in_brackets_is_an_error() -> None:
    with pytest.raises(ExpressionError, match="position 2"):
        paths.get({"a": {}}, "a[msg.topic]")


@pytest.mark.parametrize(
    ("path", "after"),
    [
        ("a", {"a": 7}),
        ("a.b.c", {"a": {"b": {"c": 7}}}),
        ("a[2]", {"a": [None, None, 7]}),
        ("a[0].b", {"a": [{"b": 7}]}),
        ("a[msg.k]", {"k": "x", "a": {"x": 7}}),
    ],
)
def test_setting_makes_missing_parents(path: str, after: dict[str, Any]) -> None:
    msg: dict[str, Any] = {"k": "x"} if "msg" in path else {}
    assert paths.set(msg, path, 7)
    assert msg == after
    again: dict[str, Any] = {"k": "x"} if "msg" in path else {}
    assert paths.setter(path)(again, 7)
    assert again == after


@pytest.mark.parametrize("value", ["text", 5, None, True])
def test_nothing_is_set_below_a_value_that_holds_no_properties(value: Any) -> None:
    msg = {"a": value}
    assert not paths.set(msg, "a.b", 7)
    assert msg == {"a": value}


def test_deleting_takes_an_item_out_of_a_list() -> None:
    msg = {"a": [1, 2, 3], "b": {"c": 1}}
    assert paths.delete(msg, "a[1]")
    assert paths.delete(msg, "b.c")
    assert not paths.delete(msg, "x.y")
    assert msg == {"a": [1, 3], "b": {}}


def test_deleting_a_list_item_by_text_leaves_a_hole() -> None:
    msg = {"a": [1, 2]}
    assert paths.delete(msg, "a.0")
    assert msg == {"a": [None, 2]}


def test_setting_undefined_deletes() -> None:
    msg = {"a": 1, "b": {"c": 2}}
    paths.setter("a")(msg, UNDEFINED)
    paths.set(msg, "b.c", UNDEFINED)
    assert msg == {"b": {}}


def test_a_message_path_may_start_with_msg() -> None:
    assert paths.parse_message_path("msg.payload.x") == ("payload", "x")


@given(st.text(max_size=30))
def test_any_text_parses_or_is_an_expression_error(text: str) -> None:
    try:
        keys = paths.parse(text)
    except ExpressionError:
        return
    assert keys


@given(st.lists(st.text(min_size=1, max_size=8).filter(lambda t: '"' not in t), min_size=1))
def test_what_is_set_is_read_again(names: list[str]) -> None:
    path = "root" + "".join(f'["{name}"]' for name in names)
    msg: dict[str, Any] = {}
    assert paths.set(msg, path, 1)
    assert paths.get(msg, path) == 1


def test_the_examples_of_the_module_hold() -> None:
    assert doctest.testmod(paths).failed == 0
