from __future__ import annotations

import doctest

import pytest

from vgd_kernel.model import jsonata_errors
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.jsonata import compile_jsonata


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("payload +", "Unexpected end of expression"),
        ("(1", 'Expected ")" before end of expression'),
        ("x(", 'Expected ")" before end of expression'),
        ("a[", 'Expected "]" before end of expression'),
        ("{a b}", 'Expected ":", got "b"'),
        ("= 2", 'The symbol "=" cannot be used as a unary operator'),
        ("* 2", "Syntax error: 2"),
        ("n!", 'Unknown operator: "!"'),
        ("'abc", "String literal must be terminated by a matching quote"),
        ("/* x", "Comment has no closing tag"),
        ("1e999", 'Number out of range: "1e999"'),
        ("1 + 'a'", 'The right side of the "+" operator must evaluate to a number'),
        ("$nothing(1)", "Attempted to invoke a non-function"),
        ("$error('my text')", "my text"),
        ("$uppercase(5)", 'Argument 1 of function "uppercase" does not match function signature'),
        ("$map(1)", 'Argument 2 of function "map" does not match function signature'),
        ("$sum('a')", 'Argument 1 of function "sum" must be an array of "numbers"'),
        ("$number('x')", 'Unable to cast value to a number: "x"'),
        ("$string(1/0)", "Attempting to invoke string function on Infinity or NaN"),
        ("[1..'a']", "The right side of the range operator (..) must evaluate to an integer"),
    ],
)
def test_an_error_is_told_in_the_words_of_jsonata_js(expression: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_jsonata(expression)({"payload": "hello", "n": 5})
    assert str(caught.value) == said


def test_what_cannot_be_read_says_what_to_write() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_jsonata("1 +")
    assert "expected a JSONata expression" in caught.value.advice


def test_the_examples_of_the_module_hold() -> None:
    assert doctest.testmod(jsonata_errors).failed == 0
