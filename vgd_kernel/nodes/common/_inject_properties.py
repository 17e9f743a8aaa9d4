"""The properties that an inject node gives a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import Field, model_validator

from vgd_kernel.model import Context, Message, hidden_field, typed_field
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.fields import Item, PathText, check_input, checked
from vgd_kernel.model.jsonata import compile_jsonata
from vgd_kernel.model.message import GIVEN_KEY
from vgd_kernel.model.node import TYPED_INPUTS
from vgd_kernel.model.port_types import ByField, Shape
from vgd_kernel.model.typed import Put, compile_input, compile_target, raising

Fill = Callable[[Message], None]
"""Sets one property of a message; may raise ExpressionError."""

PAYLOAD_GIVES: Shape = {
    "payload": ByField(
        "payloadType",
        {"str": ("string",), "num": ("number",), "bool": ("boolean",), "bin": ("buffer",)},
    )
}
"""Types of the payload, by the type of its input; others may give anything."""


class InjectProperty(Item):
    """One property of the message; `payload` and `topic` without a value take the fields above."""

    p: PathText = Field(default="", title="Property")
    v: Any = typed_field(None, title="Value", type_field="vt")
    vt: str | None = hidden_field(None)

    @model_validator(mode="before")
    @classmethod
    def _null(cls, data: Any) -> Any:
        """Read a null value as Node-RED does: a text of it."""
        wrong = isinstance(data, dict) and data.get("v", "") is None
        return {**data, "v": "null"} if wrong else data

    @checked
    def _check(self) -> InjectProperty:
        if self.v is not None and self.vt != "msg":
            check_input(self.v, self.vt or "str")
        return self


def compile_fills(ctx: Context, properties: Iterable[tuple[str, Any, str]]) -> tuple[Fill, ...]:
    """Return what sets the properties; an expression that cannot be read is told now."""
    fills = []
    for path, value, kind in properties:
        if kind == "jsonata":
            _tell_wrong(ctx, str(value))
        fill = compile_fill(ctx, path, value, kind) if path else None
        if fill is not None:
            fills.append(fill)
    return tuple(fills)


def _tell_wrong(ctx: Context, expression: str) -> None:
    try:
        compile_jsonata(expression)
    except ExpressionError as error:
        ctx.error(f"Invalid JSONata expression: {error}")


def compile_fill(ctx: Context, path: str, value: Any, kind: str) -> Fill | None:
    """Return what sets one property; None when there is nothing to set."""
    put = compile_target(path, "msg", ctx)
    if kind == "jsonata":
        return _expression_fill(ctx, put, str(value)) if value else None
    evaluate = compile_input(value, kind if kind in TYPED_INPUTS else "str", ctx)

    def fill(msg: Message) -> None:
        put(msg, evaluate(msg))

    return fill


def _expression_fill(ctx: Context, put: Put, text: str) -> Fill:
    try:
        evaluate = compile_jsonata(text, ctx)
    except ExpressionError as error:
        return raising(error)

    def fill(msg: Message) -> None:
        try:
            value = evaluate(msg)
        except ExpressionError as error:
            raise ExpressionError(f"Invalid JSONata expression: {error}") from None
        put(msg, value)

    return fill


def fill_message(fills: Iterable[Fill], msg: Message) -> None:
    """Set all properties, then those that were given with the press.

    Raises:
        ExpressionError: Names every property that could not be set.
    """
    given = msg.pop(GIVEN_KEY, None)
    errors = []
    for fill in fills:
        try:
            fill(msg)
        except ExpressionError as error:
            errors.append(error.named if isinstance(error, ThrownError) else str(error))
    if errors:
        raise ExpressionError("; ".join(errors))
    if isinstance(given, dict):
        msg.update(given)


def own_fills(ctx: Context, properties: list[Any]) -> list[Fill]:
    """Compile the properties that a message brought along (``__user_inject_props__``)."""
    fills = [
        compile_fill(ctx, str(prop["p"]), prop.get("v", ""), str(prop.get("vt") or "str"))
        for prop in properties
        if isinstance(prop, dict) and prop.get("p")
    ]
    return [fill for fill in fills if fill is not None]


__all__ = (
    "PAYLOAD_GIVES",
    "Fill",
    "InjectProperty",
    "compile_fill",
    "compile_fills",
    "fill_message",
    "own_fills",
)
