from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.mustache_tokens import tokenize


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("plain", [("text", "plain")]),
        ("a {{ b }} c", [("text", "a "), ("name", "b"), ("text", " c")]),
        ("{{{a}}}{{& b}}", [("&", "a"), ("&", "b")]),
        ("{{#a}}x{{/a}}", [("#", "a"), ("text", "x"), ("/", "a")]),
        ("{{^b}}{{/b}}", [("^", "b"), ("/", "b")]),
        ("a{{! note }}b", [("text", "ab")]),
        ("{{=<% %>=}}<% a %> {{b}}", [("name", "a"), ("text", " {{b}}")]),
        ("a\n  {{#b}}  \nc\n{{/b}}", [("text", "a\n"), ("#", "b"), ("text", "c\n"), ("/", "b")]),
        ("a {{#b}}\n{{/b}}", [("text", "a "), ("#", "b"), ("text", "\n"), ("/", "b")]),
        ("{{}}", [("name", "")]),
        ("{a}", [("text", "{a}")]),
    ],
)
def test_a_template_is_read_into_tokens(text: str, tokens: list[tuple[str, str]]) -> None:
    assert tokenize(text) == tokens


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{", "Unclosed tag at 2"),
        ("a {{b", "Unclosed tag at 5"),
        ("{{{a}}", "Unclosed tag at 6"),
        ("{{#a}}", 'Unclosed section "a" at 6'),
        ("{{#a}}{{/b}}", 'Unclosed section "a" at 6'),
        ("x{{/a}}", 'Unopened section "a" at 1'),
        ("{{= one =}}", "Invalid tags: one"),
    ],
)
def test_what_is_not_closed_is_told_in_the_words_of_mustache_js(text: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        tokenize(text)
    assert str(caught.value) == said
    assert "Close every" in caught.value.advice


@given(st.text(alphabet="{}#^/&!=> ab\n", max_size=30))
def test_any_text_is_read_or_is_an_expression_error(text: str) -> None:
    try:
        tokens = tokenize(text)
    except ExpressionError:
        return
    assert all(kind in ("text", "name", "&", "#", "^", "/") for kind, _ in tokens)
