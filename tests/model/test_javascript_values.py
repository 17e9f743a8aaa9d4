from __future__ import annotations

import datetime
import doctest
import math
from typing import Any

import pytest

from vgd_kernel.model import UNDEFINED
from vgd_kernel.model import javascript_values as js

MOMENT = datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("value", "true"),
    [
        (0, False), (1, True), ("", False), ("0", True), (math.nan, False), ([], True),
        ({}, True), (None, False), (UNDEFINED, False), (b"", True), (False, False),
    ],
)  # fmt: skip
def test_truth_is_javascripts(value: Any, true: bool) -> None:
    assert js.truthy(value) is true


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1, "1", True), (1, "1.0", True), ("a", "a", True), ("1", "1.0", False), (True, 1, True),
        (True, "true", False), (None, UNDEFINED, True), (None, 0, False), (None, False, False),
        ("", 0, True), ([1], 1, True), ([], [], False), (math.nan, math.nan, False),
        ([1, 2], "1,2", True), ({}, "[object Object]", True), (b"a", "a", True),
    ],
)  # fmt: skip
def test_loose_equality_is_javascripts(left: Any, right: Any, equal: bool) -> None:
    assert js.loose_equal(left, right) is equal
    assert js.loose_equal(right, left) is equal


@pytest.mark.parametrize(
    ("left", "right", "less"),
    [
        (1, 2, True), ("10", "9", True), ("10", 9, False), (None, 1, True), (UNDEFINED, 1, None),
        ("x", 1, None), (MOMENT, MOMENT, False), ("a", "b", True), (False, True, True),
    ],
)  # fmt: skip
def test_less_is_javascripts(left: Any, right: Any, less: bool | None) -> None:
    assert js.less(left, right) is less


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"), (0.1, "0.1"), (1e21, "1e+21"), (1e-7, "1e-7"), (1.5e-5, "0.000015"),
        (123456789012345680000.0, "123456789012345680000"), (-0.0, "0"), (math.nan, "NaN"),
        (-math.inf, "-Infinity"), (10**21, "1e+21"), (None, "null"), (UNDEFINED, "undefined"),
        (True, "true"), ([1, None, [2, "x"]], "1,,2,x"), ({}, "[object Object]"),
        (b"\xc3\xa9", "é"),
    ],
)  # fmt: skip
def test_text_is_javascripts(value: Any, text: str) -> None:
    assert js.to_text(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [("", 0), (" 7 ", 7), ("1e3", 1000), ("0b11", 3), (None, 0), (True, 1), ([], 0), (["4"], 4)],
)
def test_numbers_are_javascripts(value: Any, number: float) -> None:
    assert js.to_number(value) == number


@pytest.mark.parametrize("value", ["x", "1 2", "1,5", UNDEFINED, {}, [1, 2]])
def test_what_is_no_number_is_nan(value: Any) -> None:
    assert math.isnan(js.to_number(value))


def test_json_text_has_the_forms_of_node_js() -> None:
    value = {"a": b"\x01", "d": MOMENT, "n": math.nan, "u": UNDEFINED, "l": [UNDEFINED, 1.0]}
    assert js.to_json_text(value) == (
        '{"a":{"type":"Buffer","data":[1]},"d":"2026-01-02T03:04:05.678Z","n":null,"l":[null,1]}'
    )


def test_a_value_that_contains_itself_is_no_json() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(ValueError, match="circular"):
        js.to_json_text(value)


def test_the_examples_of_the_module_hold() -> None:
    assert doctest.testmod(js).failed == 0
