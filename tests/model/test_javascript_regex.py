from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model import javascript_regex
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.javascript_regex import compile_regex, replacer


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        (r"^\d+$", "12", "12"),
        (r"^\d+$", "12\n", None),
        (r"\d", "٣", None),
        (r"\w+", "größe", "gr"),
        (r"a\/b", "a/b", "a/b"),
        (r"(?<y>\d)-\k<y>", "3-3", "3-3"),
        (r"[^]", "\n", "\n"),
        (r"[]", "a", None),
        (r"[[a]+", "[a", "[a"),
        (r"[\w-]+", "a-b", "a-b"),
        (r"(?<!x)y", "ay", "y"),
        (r"\s", "\ufeff", "\ufeff"),
    ],
)
def test_a_pattern_matches_as_in_javascript(source: str, text: str, found: str | None) -> None:
    match = compile_regex(source).search(text)
    assert (match[0] if match else None) == found


@pytest.mark.parametrize(
    ("pattern", "replacement", "result"),
    [
        ("(b)(c)", "$2$1", "acbd"),
        ("b", "[$&]", "a[b]cd"),
        ("b", "$$", "a$cd"),
        ("b", "$`$'", "aacdcd"),
        ("(?<k>b)", "<$<k>>", "a<b>cd"),
        ("b", "$1", "a$1cd"),
        ("(b)", "$10", "ab0cd"),
    ],
)
def test_a_replacement_text_is_expanded(pattern: str, replacement: str, result: str) -> None:
    assert compile_regex(pattern).sub(replacer(replacement), "abcd") == result


@given(st.text(max_size=20))
def test_any_pattern_compiles_or_is_an_expression_error(source: str) -> None:
    try:
        pattern = compile_regex(source)
    except ExpressionError:
        return
    pattern.search("")


def test_the_examples_of_the_module_hold() -> None:
    assert doctest.testmod(javascript_regex).failed == 0
