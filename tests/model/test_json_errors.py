from __future__ import annotations

import doctest
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model import json_errors
from vgd_kernel.model.json_errors import json_error


def _at(position: int) -> str:
    return f" JSON at position {position} (line 1 column {position + 1})"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Unexpected end of JSON input"),
        ("[1,", "Unexpected end of JSON input"),
        ("undefined", '"undefined" is not valid JSON'),
        ("[object Object]", '"[object Object]" is not valid JSON'),
        ("hello", "Unexpected token 'h', \"hello\" is not valid JSON"),
        (
            "<html>a page of text",
            "Unexpected token '<', \"<html>a page of text\" is not valid JSON",
        ),
        ("<html><body>a page", "Unexpected token '<', \"<html><body>a page\" is not valid JSON"),
        ("{", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
        ("{'a':1}", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
        ('{"a":1,}', "Expected double-quoted property name in" + _at(7)),
        ('{"a" 1}', "Expected ':' after property name in JSON at position 5 (line 1 column 6)"),
        ('{"a":1 2}', "Expected ',' or '}' after property value in" + _at(7)),
        ("[1 2]", "Expected ',' or ']' after array element in" + _at(3)),
        ("[1,]", "Unexpected token ']', \"[1,]\" is not valid JSON"),
        ('{"a":\n"b', "Unterminated string in JSON at position 8 (line 2 column 3)"),
        ('"a\tb"', "Bad control character in string literal in" + _at(2)),
        (r'"\q"', "Bad escaped character in JSON at position 2 (line 1 column 3)"),
        (r'"\u12"', "Bad Unicode escape in JSON at position 5 (line 1 column 6)"),
        ("-", "No number after minus sign in JSON at position 1 (line 1 column 2)"),
        ("01", "Unexpected number in JSON at position 1 (line 1 column 2)"),
        ("1.", "Unterminated fractional number in JSON at position 2 (line 1 column 3)"),
        ("1e", "Exponent part is missing a number in JSON at position 2 (line 1 column 3)"),
        ("{} x", "Unexpected non-whitespace character after JSON at position 3 (line 1 column 4)"),
    ],
)
def test_the_fault_is_told_in_the_words_of_v8(text: str, said: str) -> None:
    assert json_error(text) == said


@given(st.text(alphabet='{}[]:,"\\ 01eE.-tfn\n', max_size=20))
def test_every_text_that_is_not_json_has_a_fault(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        assert json_error(text) != "not JSON"


def test_the_examples_of_the_module_hold() -> None:
    assert doctest.testmod(json_errors).failed == 0
