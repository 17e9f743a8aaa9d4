"""The range node: maps a number from one range to another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from vgd_kernel.model import UNDEFINED, Context, Message, Node, NodeSpec, Receive, text_field
from vgd_kernel.model.fields import Flag, NumberText, PathText
from vgd_kernel.model.javascript_values import to_number, to_text, whole
from vgd_kernel.model.typed import compile_input, compile_target

_NUMBERS = frozenset({int, float})


class Range(Node):
    """Maps a number from one range to another, linearly.

    **Input**: a number, or a text that is one, in the property. A message without the property
    passes unchanged; one with something else there is dropped and noted in the log.

    **Output**: the message with the mapped number. What lies outside the input range is mapped
    all the same (*scale*), held at its ends (*clamp*), wrapped around (*roll*), or dropped with
    its message (*drop*). A range may run backwards.
    """

    spec = NodeSpec(
        type="range",
        category="function",
        color="#E2D96E",
        icon="range",
        accepts={"=property": ("number", "string", "boolean", "array")},
        gives={"=property": ("number",)},
        keeps=True,
        tags=("scale", "map", "clamp", "limit", "number"),
    )

    action: Literal["scale", "clamp", "roll", "drop"] = Field(default="scale", title="Action")
    minin: NumberText = text_field("", title="Input from")
    maxin: NumberText = text_field("", title="Input to")
    minout: NumberText = text_field("", title="Output from")
    maxout: NumberText = text_field("", title="Output to")
    round: Flag = Field(default=False, title="Round to whole numbers")
    property: PathText = text_field("payload", title="Property")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave empty."""
        return {key: value for key, value in raw.items() if value or key != "property"}

    def start(self, ctx: Context) -> Receive:
        """Order the bounds and read the path."""
        get = compile_input(self.property, "msg", ctx)
        put, send = compile_target(self.property, "msg", ctx), ctx.send
        action, rounds = self.action, self.round
        low, high, first, last = self._bounds()
        span, width = high - low, last - first

        def receive(msg: Message) -> None:
            value = get(msg)
            if value is UNDEFINED:
                send(msg)
                return
            number = float(value if type(value) in _NUMBERS else to_number(value))
            if number != number:
                ctx.log(f"Not a number: {to_text(value)}", msg=msg)
                return
            if action == "drop" and not low <= number <= high:
                return
            if action == "clamp":
                number = low if low > number else number
                number = high if high < number else number
            elif action == "roll":
                number = _modulo(number - low, span) + low
            number -= low
            mapped = (number / span if span else _divide(number, span)) * width + first
            put(msg, whole(_round(mapped) if rounds else mapped))
            send(msg)

        return receive

    def _bounds(self) -> tuple[float, float, float, float]:
        low, high = float(to_number(self.minin)), float(to_number(self.maxin))
        first, last = float(to_number(self.minout)), float(to_number(self.maxout))
        if low > high:
            low, high, first, last = high, low, last, first
        if self.round:
            first, last = float(math.ceil(first)), float(math.floor(last))
        return low, high, first, last


def _divide(number: float, by: float) -> float:
    """Return a quotient as JavaScript gives it: infinite or NaN when divided by 0."""
    if by:
        return number / by
    return math.nan if number == 0 or math.isnan(number) else math.copysign(math.inf, number)


def _modulo(number: float, span: float) -> float:
    """Return the remainder with the sign of ``span``; NaN when there is none."""
    return number % span if span and math.isfinite(number) else math.nan


def _round(number: float) -> float:
    """Return ``Math.round(number)``: halves go up."""
    return float(math.floor(number + 0.5)) if math.isfinite(number) else number
