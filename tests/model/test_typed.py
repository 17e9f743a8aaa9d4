from __future__ import annotations

import datetime
import doctest
from typing import Any, cast

import pytest

from vgd_kernel.model import UNDEFINED, moments, typed
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.testing import FakeContext


@pytest.mark.parametrize(
    ("value", "type", "result"),
    [
        (5, "str", "5"),
        ("0x10", "num", 16),
        ("True", "bool", True),
        ("yes", "bool", False),
        ('["a"]', "json", ["a"]),
        ('"é"', "bin", "é".encode()),
        ("a.b", "msg", 1),
        ("msg.a.b", "msg", 1),
        ("payload[msg.key]", "msg", "found"),
        ("k[msg.key]", "flow", 7),
        ("#:(memory)::k.x", "flow", 7),
        ("missing", "global", UNDEFINED),
        ("a[", "global", UNDEFINED),
        ("$flowContext('k.x') + a.b", "jsonata", 8),
        ("none.there", "jsonata", UNDEFINED),
        ("WHO", "env", "Ada"),
        ("${WHO}!", "env", "Ada!"),
        ("NOBODY", "env", ""),
    ],
)
def test_a_typed_input_gives_its_value(value: Any, type: str, result: Any) -> None:
    ctx = FakeContext(environment={"WHO": "Ada"})
    ctx.context("flow").set("k.x", 7)
    msg = {"a": {"b": 1}, "key": "x", "payload": {"x": "found"}}
    assert typed.compile_input(value, type, ctx)(msg) == result


def test_json_gives_a_new_object_for_every_message() -> None:
    evaluate = typed.compile_input('{"a": []}', "json", FakeContext())
    assert evaluate({}) is not evaluate({})


def test_buffers_and_dates_pass_through_jsonata_as_they_are() -> None:
    moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    evaluate = typed.compile_input('{"d": when, "b": payload}', "jsonata", FakeContext())
    assert evaluate({"when": moment, "payload": b"x"}) == {"d": moment, "b": b"x"}


@pytest.mark.parametrize(
    ("value", "type", "text"),
    [
        ("a b", "msg", "Error: Invalid property expression: unexpected ' ' at position 1"),
        ("", "flow", "Error: Invalid context key"),
        ("NaN", "json", 'SyntaxError: "NaN" is not valid JSON'),
        ("5", "bin", "Error: Not string or array"),
        ("(", "re", "SyntaxError: Invalid regular expression: /(/: Unterminated group"),
    ],
)
def test_a_wrong_value_is_an_error_of_every_message(value: str, type: str, text: str) -> None:
    evaluate = typed.compile_input(value, type, FakeContext())
    for _ in range(2):
        with pytest.raises(ThrownError) as caught:
            evaluate({})
        assert caught.value.named == text


def test_a_wrong_target_is_an_error_of_every_message() -> None:
    for path, type in (("a[", "msg"), ("a[", "flow"), ("", "global")):
        put = typed.compile_target(path, cast("typed.Target", type), FakeContext())
        with pytest.raises(ThrownError):
            put({}, 1)


def test_wrong_jsonata_is_found_when_the_input_is_compiled() -> None:
    with pytest.raises(ExpressionError, match="Unexpected end of expression"):
        typed.compile_input("1 +", "jsonata", FakeContext())


def test_a_target_is_set_by_a_path_of_the_message() -> None:
    ctx = FakeContext()
    assert typed.compile_target("a[msg.key].b", "flow", ctx)({"key": "x y"}, 3)
    assert ctx.context("flow").get('a["x y"].b') == 3


def test_a_config_error_names_the_field() -> None:
    error = typed.config_error(
        FakeContext(id="n1"), "to", ExpressionError("saw x; expected y. Do z.")
    )
    problem = error.problems[0]
    assert (problem.node, problem.field, problem.seen) == ("n1", "to", "saw x")
    assert (problem.expected, problem.action) == ("y", "Do z.")


def test_the_examples_of_the_modules_hold() -> None:
    assert doctest.testmod(typed).failed == 0
    assert doctest.testmod(moments).failed == 0
