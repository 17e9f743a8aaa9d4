"""The properties that an inject node gives a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import Field, model_validator

from vgd_kernel.model import Context, Message, hidden_field, paths, typed_field
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import Item, PathText, check_input
from vgd_kernel.model.message import GIVEN_KEY
from vgd_kernel.model.node import TYPED_INPUTS
from vgd_kernel.model.typed import compile_input

Fill = Callable[[Message], None]
"""Sets one property of a message; may raise ExpressionError."""


class InjectProperty(Item):
    """One property of the message; `payload` and `topic` without a value take the fields above."""

    p: PathText = Field(default="", title="Property")
    v: Any = typed_field(None, title="Value", type_field="vt")
    vt: str | None = hidden_field(None)

    @model_validator(mode="after")
    def _check(self) -> InjectProperty:
        if self.v is not None and self.vt != "msg":
            check_input(self.v, self.vt or "str")
        return self


def compile_fill(ctx: Context, path: str, value: Any, kind: str) -> Fill:
    put = paths.setter(paths.parse_message_path(path))
    evaluate = compile_input(value, kind if kind in TYPED_INPUTS else "str", ctx)

    def fill(msg: Message) -> None:
        put(msg, evaluate(msg))

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
            errors.append(str(error))
    if errors:
        raise ExpressionError("; ".join(errors))
    if isinstance(given, dict):
        msg.update(given)


def own_fills(ctx: Context, properties: list[Any]) -> list[Fill]:
    """Compile the properties that a message brought along (``__user_inject_props__``)."""
    return [
        compile_fill(ctx, str(prop["p"]), prop.get("v", ""), str(prop.get("vt") or "str"))
        for prop in properties
        if isinstance(prop, dict) and prop.get("p")
    ]


__all__ = ("Fill", "InjectProperty", "compile_fill", "fill_message", "own_fills")
