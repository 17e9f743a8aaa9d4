"""The rules of a switch node, each compiled into a test at start."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from vgd_kernel.model import UNDEFINED, Context, Message, hidden_field, typed_field
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.fields import AnyChoice, Item, check_input, checked
from vgd_kernel.model.javascript_regex import compile_regex
from vgd_kernel.model.javascript_values import (
    is_number,
    less,
    loose_equal,
    to_number,
    to_text,
    type_name,
)
from vgd_kernel.model.jsonata import compile_jsonata
from vgd_kernel.model.typed import Evaluate, compile_input, parse_json, raising

Test = Callable[[Any, Message], bool]
"""``(property, msg)`` tells whether a rule matches; may raise ExpressionError."""

Operator = Literal[
    "eq", "neq", "lt", "lte", "gt", "gte", "hask", "btwn", "cont", "regex", "true", "false", "null",
    "nnull", "istype", "empty", "nempty", "head", "index", "tail", "jsonata_exp", "else",
]  # fmt: skip

Compare = Callable[[Any, Any, Any], bool]


class SwitchRule(Item):
    """One rule of a switch node."""

    t: Annotated[Operator, AnyChoice] = Field(default="eq", title="Operator")
    v: Any = typed_field(
        None,
        title="Value",
        type_field="vt",
        types=("msg", "flow", "global", "str", "num", "jsonata", "env", "prev"),
    )
    vt: str | None = hidden_field(None)
    v2: Any = typed_field(
        None,
        title="And",
        type_field="v2t",
        types=("msg", "flow", "global", "str", "num", "jsonata", "env", "prev"),
        description="The second bound of between and index.",
    )
    v2t: str | None = hidden_field(None)
    case: bool | None = Field(default=None, title="Ignore case", description="Of a pattern.")

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: Any) -> Any:
        return (
            {k: v for k, v in data.items() if v is not None} if isinstance(data, Mapping) else data
        )

    @checked
    def _check(self) -> SwitchRule:
        if self.t in _UNARY:
            return self
        if self.t == "regex" and self.vt in ("str", "re", None) and self.v:
            check_input(self.v, "re", what="v")
        for value, kind, name in ((self.v, self.vt, "v"), (self.v2, self.v2t, "v2")):
            if kind in ("msg", "flow", "global", "jsonata") and value is not None:
                check_input(value, kind, what=name)
        return self


def has_parts(msg: Message) -> bool:
    """Tell whether a message knows its place in a sequence."""
    parts = msg.get("parts")
    return isinstance(parts, Mapping) and "id" in parts and "index" in parts


def _empty(value: Any) -> bool | None:
    if isinstance(value, (str, list, bytes, bytearray, Mapping)):
        return len(value) == 0
    return True if isinstance(value, datetime.datetime) else None  # an object without keys


def _not(answer: bool | None) -> bool:
    return answer is False


def _is_type(value: Any, wanted: Any) -> bool:
    match wanted:
        case "array":
            return isinstance(value, list)
        case "buffer":
            return isinstance(value, (bytes, bytearray))
        case "json":
            try:
                parse_json(to_text(value))
            except ExpressionError:
                return False
            return True
        case "null":
            return value is None
        case "number":
            return is_number(value) and value == value
        case _:
            plain = not isinstance(value, (list, bytes, bytearray)) and value is not None
            return plain and type_name(value) == wanted


def _has_key(value: Any, key: Any) -> bool:
    if isinstance(key, (dict, list, bytes)) or key is None:
        return False
    name = to_text(key)
    if isinstance(value, Mapping):
        return name in value
    if isinstance(value, (str, list, bytes)):
        own_length = name == "length" and not isinstance(value, bytes)
        return own_length or (name.isdecimal() and int(name) < len(value))
    return False


def _between(value: Any, one: Any, two: Any) -> bool:
    at_least_one, at_most_one = _not(less(value, one)), _not(less(one, value))
    at_least_two, at_most_two = _not(less(value, two)), _not(less(two, value))
    return (at_least_one and at_most_two) or (at_most_one and at_least_two)


def _matches(value: Any, pattern: Any, ignore_case: bool) -> bool:
    source = pattern.pattern if hasattr(pattern, "pattern") else to_text(pattern)
    return compile_regex(source, ignore_case=ignore_case).search(to_text(value)) is not None


_UNARY: dict[str, Callable[[Any], bool]] = {
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "null": lambda value: value is None or value is UNDEFINED,
    "nnull": lambda value: value is not None and value is not UNDEFINED,
    "empty": lambda value: _empty(value) is True,
    "nempty": lambda value: _empty(value) is False,
    "else": lambda value: False,  # the node itself knows what no rule before has matched
}

_BINARY: dict[str, Compare] = {
    "eq": lambda value, one, two: loose_equal(value, one),
    "neq": lambda value, one, two: not loose_equal(value, one),
    "lt": lambda value, one, two: less(value, one) is True,
    "lte": lambda value, one, two: _not(less(one, value)),
    "gt": lambda value, one, two: less(one, value) is True,
    "gte": lambda value, one, two: _not(less(value, one)),
    "btwn": _between,
    "cont": lambda value, one, two: to_text(one) in to_text(value),
    "istype": lambda value, one, two: _is_type(value, one),
    "hask": lambda value, one, two: _has_key(value, one),
}


def previous_value(ctx: Context) -> Any:
    """Return the value of the message before; null before the first."""
    held = ctx.state.get("previous")
    return None if held is None else held[0] if held else UNDEFINED


def keep_previous(ctx: Context, value: Any) -> None:
    """Note the value of this message for the next one."""
    ctx.state["previous"] = [] if value is UNDEFINED else [value]


def _operand(value: Any, kind: str, ctx: Context) -> Evaluate:
    """Return the closure of one side of a rule; a missing parent makes it undefined."""
    if kind == "prev":
        return lambda msg: previous_value(ctx)
    if kind in ("json", "null"):
        return lambda msg: kind
    found = compile_input(UNDEFINED if value is None else value, kind, ctx)
    if kind == "jsonata":

        def expression(msg: Message) -> Any:
            try:
                return found(msg)
            except ExpressionError as error:
                raise ExpressionError(f"Invalid JSONata expression: {error}") from None

        return expression

    def look(msg: Message) -> Any:
        try:
            return found(msg)
        except ExpressionError:
            return UNDEFINED

    return look


def compile_test(rule: SwitchRule, ctx: Context) -> Test:
    """Return the test of a rule.

    Raises:
        ExpressionError: The JSONata of the rule is wrong.
    """
    unary = _UNARY.get(rule.t)
    if unary is not None:
        return lambda value, msg: unary(value)
    if rule.t == "jsonata_exp":
        return _expression_test(to_text(rule.v or ""), ctx)
    kind = rule.vt or ("num" if _numeric(rule.v) else "str")
    if rule.t == "regex" and kind in ("str", "re"):
        return _pattern_test(to_text(rule.v or ""), bool(rule.case))
    one = _operand(rule.v, kind, ctx)
    if rule.t == "regex":
        return lambda value, msg: _matches(value, one(msg), bool(rule.case))
    two: Evaluate = _undefined
    if rule.v2 is not None or rule.v2t == "prev":
        two = _operand(rule.v2, rule.v2t or ("num" if _numeric(rule.v2) else "str"), ctx)
    if rule.t in ("head", "tail", "index"):
        return _place_test(rule.t, one, two)
    compare = _BINARY.get(rule.t)
    if compare is None:
        return raising(ThrownError("operators[rule.t] is not a function", kind="TypeError"))
    if rule.t == "btwn" and kind == rule.v2t == "num":
        return _between_test(one({}), two({}))
    if kind in ("str", "num"):
        return _constant_test(rule.t, one({}), compare, two)
    return lambda value, msg: compare(value, one(msg), two(msg))


def _pattern_test(source: str, ignore_case: bool) -> Test:
    try:
        pattern = compile_regex(source, ignore_case=ignore_case)
    except ThrownError as error:
        return raising(error)
    return lambda value, msg: pattern.search(to_text(value)) is not None


def _undefined(msg: Message) -> Any:
    return UNDEFINED


def _numeric(value: Any) -> bool:
    return value is not None and to_number(value) == to_number(value)


def _constant_test(operator: str, constant: Any, compare: Compare, two: Evaluate) -> Test:
    """Return a test with a constant on the right; equal types skip the rules of conversion."""
    kind = type(constant)
    if operator == "eq" and kind is not bool:
        return lambda value, msg: (
            value == constant if type(value) is kind else loose_equal(value, constant)
        )
    if operator in ("lt", "gt", "lte", "gte") and kind in (int, float) and constant == constant:
        return _number_test(operator, constant, compare)
    return lambda value, msg: compare(value, constant, two(msg))


def _between_test(one: Any, two: Any) -> Test:
    """Return the test of a number between two constants; they may stand in either order."""
    numbers = (int, float)
    if not (type(one) in numbers and type(two) in numbers and one == one and two == two):
        return lambda v, msg: _between(v, one, two)
    low, high = min(one, two), max(one, two)
    return lambda v, msg: low <= v <= high if type(v) in numbers else _between(v, one, two)


def _number_test(operator: str, limit: float, compare: Compare) -> Test:
    numbers = (int, float)
    if operator == "lt":
        return lambda v, msg: v < limit if type(v) in numbers else compare(v, limit, None)
    if operator == "gt":
        return lambda v, msg: v > limit if type(v) in numbers else compare(v, limit, None)
    if operator == "lte":
        return lambda v, msg: v <= limit if type(v) in numbers else compare(v, limit, None)
    return lambda v, msg: v >= limit if type(v) in numbers else compare(v, limit, None)


def _expression_test(text: str, ctx: Context) -> Test:
    evaluate = compile_jsonata(text, ctx)
    bindings: dict[str, Any] = {}  # Node-RED: those of the last message that had parts

    def test(value: Any, msg: Message) -> bool:
        if has_parts(msg):
            parts = msg["parts"]
            bindings.clear()
            bindings["I"] = parts["index"]
            if "count" in parts:
                bindings["N"] = parts["count"]
        try:
            return evaluate(msg, bindings or None) is True
        except ExpressionError as error:
            raise ExpressionError(f"Invalid JSONata expression: {error}") from None

    return test


def _place_test(operator: str, one: Evaluate, two: Evaluate) -> Test:
    """Return the test of a place in a sequence; a message without ``parts`` is an error."""

    def test(value: Any, msg: Message) -> bool:
        parts = msg.get("parts", UNDEFINED)
        if parts is None:
            raise ThrownError(
                "Cannot read properties of null (reading 'hasOwnProperty')", kind="TypeError"
            )
        if parts is UNDEFINED:
            name = "count" if operator == "tail" else "index"
            raise ThrownError(
                f"Cannot read properties of undefined (reading '{name}')", kind="TypeError"
            )
        if not isinstance(parts, Mapping):
            return False
        index, first = to_number(parts.get("index", UNDEFINED)), to_number(one(msg))
        if operator == "head":
            return index < first
        if operator == "tail":
            return to_number(parts.get("count", UNDEFINED)) - first <= index
        return first <= index <= to_number(two(msg))

    return test


__all__ = (
    "SwitchRule",
    "Test",
    "compile_test",
    "has_parts",
    "keep_previous",
    "previous_value",
)
