from __future__ import annotations

import datetime
import doctest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model import UNDEFINED, inspection
from vgd_kernel.model.inspection import inspect


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("it's", '"it\'s"'),
        ("a\n\x01", "'a\\n\\x01'"),
        ([], "[]"),
        ({}, "{}"),
        (-0.0, "-0"),
        ([None, UNDEFINED, True], "[ null, undefined, true ]"),
        ({"b": 1, "2": 0, "a-b": 2, "$c": 3}, "{ '2': 0, b: 1, 'a-b': 2, '$c': 3 }"),
        (b"ab", "<Buffer 61 62>"),
        (bytes(51), "<Buffer " + "00 " * 50 + "... 1 more byte>"),
        (datetime.datetime(2024, 5, 6, tzinfo=datetime.UTC), "2024-05-06T00:00:00.000Z"),
        ({"a": {"b": {"c": {"d": 1}}}}, "{ a: { b: { c: [Object] } } }"),
        ({"a": {"b": {"c": {}}}}, "{ a: { b: { c: {} } } }"),
        ({"a": "x" * 40, "b": "y" * 40}, f"{{\n  a: '{'x' * 40}',\n  b: '{'y' * 40}'\n}}"),
        (list(range(8)), "[\n  0, 1, 2, 3,\n  4, 5, 6, 7\n]"),
        (["aa", "b"] * 4, "[\n  'aa', 'b',  'aa',\n  'b',  'aa', 'b',\n  'aa', 'b'\n]"),
    ],
)
def test_a_value_is_shown_as_node_js_shows_it(value: Any, shown: str) -> None:
    assert inspect(value) == shown


def test_more_than_three_levels_do_not_stand_on_one_line() -> None:
    assert inspect({"a": {"b": {"c": {"d": 1}}}}, depth=9) == "{\n  a: { b: { c: { d: 1 } } }\n}"


def test_a_long_list_is_cut_after_a_hundred_items() -> None:
    assert inspect(["a long text that stands alone"] * 102).endswith("  ... 2 more items\n]")


def test_a_list_in_itself_ends() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert inspect(loop) == "[ [Circular *1] ]"


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=30))
def test_everything_of_json_is_shown(value: Any) -> None:
    assert inspect(value)


def test_the_examples_of_the_module_hold() -> None:
    assert doctest.testmod(inspection).failed == 0
