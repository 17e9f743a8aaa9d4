"""The rules of a change node, each compiled into closures at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import Field, model_validator

from vgd_kernel.model import UNDEFINED, Context, Message, clone_value, hidden_field, typed_field
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.fields import AnyChoice, Item, Text, check_input, checked
from vgd_kernel.model.javascript_values import to_text
from vgd_kernel.model.jsonata import compile_jsonata
from vgd_kernel.model.typed import (
    Evaluate,
    Target,
    compile_input,
    compile_target,
    constant_input,
    environment_text,
    parse_json,
)
from vgd_kernel.nodes.function._change_search import NO_MATCH, Replace, compile_replace

Step = Callable[[Message], bool]
"""Changes a message; False ends it here."""

TARGETS = ("msg", "flow", "global")


class ChangeRule(Item):
    """One rule of a change node."""

    t: Annotated[Literal["set", "change", "delete", "move"], AnyChoice] = Field(
        default="set", title="Action"
    )
    p: Text = typed_field("", title="Property", type_field="pt", types=TARGETS)
    pt: Annotated[Literal["msg", "flow", "global"], AnyChoice] = hidden_field("msg")
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

    @checked
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
    """Return the steps of a rule; one of a kind that is not known does nothing.

    Raises:
        ExpressionError: JSON, JSONata or the pattern of the rule is wrong: nothing can run.
    """
    if rule.pt not in TARGETS:
        return [lambda msg: False]  # Node-RED: the message ends here
    if rule.t == "set":
        return [_set_step(rule.p, rule.pt, rule.to, rule.tot or "str", ctx, copy=bool(rule.dc))]
    if rule.t == "delete":
        return [_delete_step(rule.p, rule.pt, ctx)]
    if rule.t == "move":
        return _move_steps(rule, ctx)
    return [_change_step(rule, ctx)] if rule.t == "change" else []


def _value(value: Any, kind: str, ctx: Context) -> Evaluate:
    """Return the closure of a rule's value; the environment is read once, at start."""
    if kind in _READ_LATER:
        return compile_input("" if value is None else value, kind, ctx)
    if kind in ("json", "bin"):
        return _json_value(to_text(value), kind, ctx)
    if kind == "jsonata":
        return _jsonata_value(to_text(value or ""), ctx)
    constant = _constant(value, kind, ctx)
    return lambda msg: constant


_READ_LATER = frozenset({"msg", "flow", "global", "date"})


def _constant(value: Any, kind: str, ctx: Context) -> Any:
    """Return a value as it stands in the rule, for all kinds that are not known, too."""
    if value is None:
        return UNDEFINED
    if kind in ("num", "bool"):
        return constant_input(value, kind)
    return environment_text(to_text(value), ctx) if kind == "env" else value


def _json_value(text: str, kind: str, ctx: Context) -> Evaluate:
    try:
        parse_json(text)
    except ExpressionError:
        raise ExpressionError("Invalid 'to' JSON property") from None
    return compile_input(text, kind, ctx)


def _jsonata_value(text: str, ctx: Context) -> Evaluate:
    try:
        evaluate = compile_jsonata(text, ctx)
    except ExpressionError as error:
        raise ExpressionError(f"Invalid JSONata expression: {error}") from None

    def value(msg: Message) -> Any:
        try:
            return evaluate(msg)
        except ExpressionError as error:
            raise ExpressionError(f"Invalid JSONata expression: {error}") from None

    return value


def _set_step(
    path: str, target: Target, value: Any, kind: str, ctx: Context, *, copy: bool = False
) -> Step:
    plain = "." not in path and "[" not in path and path.isidentifier()
    if kind in ("str", "num", "bool") and target == "msg" and plain:
        constant = _constant(value, kind, ctx)
        if isinstance(constant, (str, int, float)):
            return _set_constant(path, constant)
    evaluate = _value(value, kind, ctx)
    if target == "msg" and plain and not copy and kind in ("msg", "jsonata"):
        return _set_plain(path, evaluate)
    put = _putter(path, target, ctx)

    def step(msg: Message) -> bool:
        try:
            item = evaluate(msg)
        except ThrownError as error:
            if kind in ("flow", "global") and not _is_reference(error):
                item = UNDEFINED
            else:
                return True  # Node-RED: a missing parent of the source skips the rule
        return put(msg, clone_value(item) if copy else item)

    return step


def _set_plain(name: str, evaluate: Evaluate) -> Step:
    """Set a property of the message itself to what an expression gives: nothing can refuse it."""

    def step(msg: Message) -> bool:
        try:
            item = evaluate(msg)
        except ThrownError:
            return True  # Node-RED: a missing parent of the source skips the rule
        if item is UNDEFINED:
            msg.pop(name, None)
        else:
            msg[name] = item
        return True

    return step


def _is_reference(error: ThrownError) -> bool:
    return str(error).startswith("Invalid expression started")


def _putter(path: str, target: Target, ctx: Context) -> Callable[[Message, Any], bool]:
    """Return what puts a value and tells whether the message goes on."""
    if target == "msg" and path.isidentifier() and path != "msg":
        return _plain_putter(path)
    put = compile_target(path, target, ctx)

    def put_value(msg: Message, item: Any) -> bool:
        try:
            if not put(msg, item) and item is not UNDEFINED:
                ctx.log(f"Cannot set property of non-object type: {path}", level="warn", msg=msg)
            elif target == "msg" and item is UNDEFINED:
                return True
        except ThrownError as error:
            if target != "msg" and not _is_reference(error):
                ctx.error(error, msg)
                return False
        return True  # Node-RED: a path that is wrong skips the rule

    return put_value


def _plain_putter(name: str) -> Callable[[Message, Any], bool]:
    """Put a value into the message itself: nothing can refuse it."""

    def put_value(msg: Message, item: Any) -> bool:
        if item is UNDEFINED:
            msg.pop(name, None)
        else:
            msg[name] = item
        return True

    return put_value


def _set_constant(name: str, constant: Any) -> Step:
    """Set a property of the message itself to an immutable value: the hot case."""

    def step(msg: Message) -> bool:
        msg[name] = constant
        return True

    return step


def _delete_step(path: str, target: Target, ctx: Context) -> Step:
    put = _putter(path, target, ctx)
    return lambda msg: put(msg, UNDEFINED)


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
    put = _putter(rule.p, rule.pt, ctx)
    kind = rule.tot or "str"
    value_of = _value(rule.to, kind, ctx)
    replace_with: Replace = compile_replace(rule.from_, rule.fromt or "str", ctx)
    in_message = rule.pt == "msg"

    def step(msg: Message) -> bool:
        try:
            value = value_of(msg)
        except ThrownError as error:
            if kind not in ("flow", "global") or _is_reference(error):
                return True  # Node-RED: a missing parent of the source skips the rule
            value = UNDEFINED
        if rule.dc:
            value = clone_value(value)
        try:
            current = get(msg)
        except ThrownError:
            return True
        found = replace_with(msg, current, value, kind == "bool" and in_message)
        if found is NO_MATCH:
            return in_message  # Node-RED ends the message when a context value does not match
        return put(msg, found)

    return step


__all__ = ("ChangeRule", "Step", "compile_rule")
