"""The rules of a change node, each compiled into closures at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, cast

from pydantic import Field, model_validator

from vgd_kernel.model import UNDEFINED, Context, Message, clone_value, hidden_field, typed_field
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import Item, Text, check_input
from vgd_kernel.model.javascript_values import to_text
from vgd_kernel.model.typed import (
    Evaluate,
    Target,
    compile_input,
    compile_target,
    constant_input,
    environment_text,
)
from vgd_kernel.nodes.function._change_search import Replace, compile_replace

Step = Callable[[Message], bool]
"""Changes a message; False ends it here."""

TARGETS = ("msg", "flow", "global")
CONSTANT = ("str", "num", "bool", "bin", "re")


class ChangeRule(Item):
    """One rule of a change node."""

    t: Literal["set", "change", "delete", "move"] = Field(default="set", title="Action")
    p: Text = typed_field("", title="Property", type_field="pt", types=TARGETS)
    pt: Literal["msg", "flow", "global"] = hidden_field("msg")
    from_: Any = typed_field(
        None,
        title="Search for",
        type_field="fromt",
        types=("msg", "flow", "global", "str", "re", "num", "bool", "env"),
        alias="from",
    )
    fromt: str | None = hidden_field(None)
    to: Any = typed_field(
        None,
        title="To",
        type_field="tot",
        types=(
            "msg",
            "flow",
            "global",
            "str",
            "num",
            "bool",
            "json",
            "bin",
            "date",
            "jsonata",
            "env",
        ),
    )
    tot: str | None = hidden_field(None)
    dc: bool | None = Field(default=None, title="Deep copy", description="Set a copy of the value.")

    @model_validator(mode="before")
    @classmethod
    def _upgrade(cls, data: Any) -> Any:
        """Give rules of older versions their types."""
        if not isinstance(data, Mapping):
            return data
        rule = {key: value for key, value in data.items() if value is not None}
        if not rule.get("pt"):
            rule["pt"] = "msg"
        if rule.get("t") == "change" and rule.pop("re", False):
            rule["fromt"] = "re"
        to = rule.get("to")
        if rule.get("t") == "set" and not rule.get("tot") and str(to or "").startswith("msg."):
            rule["to"], rule["tot"] = str(to)[4:], "msg"
        if rule.get("t") == "move" and not rule.get("tot"):
            rule["tot"] = "msg"
        return rule

    @model_validator(mode="after")
    def _check(self) -> ChangeRule:
        if self.p or self.t != "set":
            check_input(self.p, self.pt, what="p")
        if self.t in ("set", "change") and self.to is not None:
            check_input(self.to, self.tot or "str", what="to")
        if self.t == "change" and self.fromt in ("msg", "flow", "global", "re"):
            check_input(self.from_ or "", self.fromt, what="from")
        if self.t == "move" and self.tot in TARGETS:
            check_input(self.to or "", self.tot, what="to")
        return self


def compile_rule(rule: ChangeRule, ctx: Context) -> list[Step]:
    """Return the steps of a rule.

    Raises:
        ExpressionError: A path, pattern, JSON or JSONata of the rule is wrong.
    """
    if rule.t == "set":
        return [_set_step(rule.p, rule.pt, rule.to, rule.tot or "str", ctx, copy=bool(rule.dc))]
    if rule.t == "delete":
        return [_delete_step(rule.p, rule.pt, ctx)]
    if rule.t == "move":
        return _move_steps(rule, ctx)
    return [_change_step(rule, ctx)]


def _value(value: Any, kind: str, ctx: Context) -> Evaluate:
    """Return the closure of a rule's value; the environment is read once, at start."""
    value = "" if value is None else value
    if kind == "env":
        constant = environment_text(to_text(value), ctx)
        return lambda msg: constant
    return compile_input(value, kind, ctx)


def _set_step(
    path: str, target: Target, value: Any, kind: str, ctx: Context, *, copy: bool = False
) -> Step:
    put = compile_target(path, target, ctx)
    if kind in CONSTANT and target == "msg" and "." not in path and "[" not in path:
        return _set_constant(path, constant_input("" if value is None else value, kind))
    evaluate = _value(value, kind, ctx)
    failing = kind == "jsonata"

    def step(msg: Message) -> bool:
        try:
            item = evaluate(msg)
        except ExpressionError as error:
            if failing:
                raise ExpressionError(f"Invalid JSONata expression: {error}") from None
            return True  # Node-RED: a missing parent of the source skips the rule
        try:
            if not put(msg, clone_value(item) if copy else item):
                ctx.log(f"Cannot set property of non-object type: {path}", level="warn", msg=msg)
        except ExpressionError:
            return True  # Node-RED: an undefined [msg.…] key skips the rule
        return True

    return step


def _set_constant(name: str, constant: Any) -> Step:
    """Set a property of the message itself to an immutable value: the hot case."""

    def step(msg: Message) -> bool:
        msg[name] = constant
        return True

    return step


def _delete_step(path: str, target: Target, ctx: Context) -> Step:
    put = compile_target(path, target, ctx)

    def step(msg: Message) -> bool:
        try:
            put(msg, UNDEFINED)
        except ExpressionError:
            return True  # Node-RED: an undefined [msg.…] key skips the rule
        return True

    return step


def _move_steps(rule: ChangeRule, ctx: Context) -> list[Step]:
    """Return set and delete; a move inside of one object goes by a property in between."""
    to = to_text(rule.to or "")
    if rule.tot not in TARGETS:
        raise ExpressionError(f"saw the target type {rule.tot!r}; expected msg, flow or global.")
    kind = cast("Target", rule.tot)
    if kind != rule.pt or (to in rule.p and to != rule.p):
        return [
            _set_step(to, kind, rule.p, rule.pt, ctx),
            _delete_step(rule.p, rule.pt, ctx),
        ]
    between = "_temp_move"
    return [
        _set_step(between, kind, rule.p, rule.pt, ctx),
        _delete_step(rule.p, rule.pt, ctx),
        _set_step(to, kind, between, rule.pt, ctx),
        _delete_step(between, rule.pt, ctx),
    ]


def _change_step(rule: ChangeRule, ctx: Context) -> Step:
    get = compile_input(rule.p, rule.pt, ctx)
    put = compile_target(rule.p, rule.pt, ctx)
    kind = rule.tot or "str"
    value_of = _value(rule.to, kind, ctx)
    replace_with: Replace = compile_replace(rule.from_, rule.fromt or "str", ctx)
    in_message = rule.pt == "msg"

    def step(msg: Message) -> bool:
        try:
            value = value_of(msg)
        except ExpressionError as error:
            if kind == "jsonata":
                raise ExpressionError(f"Invalid JSONata expression: {error}") from None
            return True  # Node-RED: a missing parent of the source skips the rule
        if rule.dc:
            value = clone_value(value)
        try:
            current = get(msg)
        except ExpressionError:
            return True
        found = replace_with(msg, current, value, kind == "bool" and in_message)
        if found is UNDEFINED:
            return in_message  # Node-RED ends the message when a context value does not match
        put(msg, found)
        return True

    return step


__all__ = ("ChangeRule", "Step", "compile_rule")
