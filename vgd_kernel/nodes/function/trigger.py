"""The trigger node: sends a message, and another one after a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from vgd_kernel.model import (
    UNDEFINED,
    Context,
    Node,
    NodeSpec,
    OutputsFrom,
    Receive,
    hidden_field,
    text_field,
    typed_field,
)
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.fields import (
    AnyChoice,
    Flag,
    NumberText,
    PathText,
    Text,
    check_input,
    checked,
)
from vgd_kernel.model.javascript_values import parse_float, to_text, truthy
from vgd_kernel.model.mustache import compile_template
from vgd_kernel.model.typed import Evaluate, compile_input, raising
from vgd_kernel.nodes.function._trigger_topics import Plan, Topics

_TYPES = ("flow", "global", "str", "num", "bool", "json", "bin", "date", "env", "pay", "nul")
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "hr": 3600.0}
_DEFAULT_MS = 250


class Trigger(Node):
    """Sends one message when triggered, and another one after a time.

    **First value**: a typed value, the payload as it came, or nothing. Text may be a mustache
    template.

    **Then**: waits the time, or until it is reset (a time of 0), or sends the first value again
    and again (a negative time). Messages that come meanwhile are ignored, or they start the time
    anew (*extend*). `msg.delay` (milliseconds) sets the time when that is allowed.

    **Second value**: a typed value, the payload that started the time, the latest message, or
    nothing; by the same output or by a second one.

    A message with `reset`, or with the payload set for it, ends the time and sends nothing. Each
    topic may have a time of its own.
    """

    spec = NodeSpec(
        type="trigger",
        category="function",
        color="#E6E0F8",
        icon="trigger",
        outputs=OutputsFrom("outputs"),
        tags=("timeout", "watchdog", "debounce", "timer", "later"),
    )

    op1: Text = typed_field("1", title="Send", type_field="op1type", types=_TYPES)
    op1type: Text = hidden_field("str")
    duration: NumberText = text_field(
        "250", title="Time", description="0: until reset; below 0: send again after each time."
    )
    units: Annotated[Literal["ms", "s", "min", "hr"], AnyChoice] = Field(default="ms", title="Unit")
    extend: Flag = Field(default=False, title="Extend the time when a message arrives")
    overrideDelay: Flag = Field(default=False, title="msg.delay sets the time")  # noqa: N815 - Node-RED's name
    op2: Text = typed_field("0", title="Then send", type_field="op2type", types=(*_TYPES, "payl"))
    op2type: Text = hidden_field("str")
    reset: Text = text_field("", title="Reset when the payload is")
    bytopic: Annotated[Literal["all", "topic"], AnyChoice] = Field(
        default="all", title="Handling", description="all messages, or each topic apart."
    )
    topic: PathText = text_field("topic", title="Topic")
    outputs: int = Field(default=1, ge=1, le=2, title="Outputs")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what is empty; values without a type take the one that they look like."""
        entry = {key: value for key, value in raw.items() if value or key == "duration"}
        entry["extend"] = raw.get("extend") in (True, "true")
        for name, default in (("op1", "1"), ("op2", "0")):
            value = to_text(entry.setdefault(name, default))
            if entry.get(f"{name}type") == "val":
                kind = "bool" if value in ("true", "false") else "str"
                entry[f"{name}type"] = "json" if value == "null" else kind
        return entry

    @checked
    def _check(self) -> Trigger:
        check_input(self.op1, self.op1type, what="op1")
        check_input(self.op2, self.op2type, what="op2")
        return self

    def start(self, ctx: Context) -> Receive:
        """Compile the values."""
        first = _value(self.op1, self.op1type, "1", ctx)
        second = _value(self.op2, self.op2type, "0", ctx)
        topic_of = compile_input(self.topic, "msg", ctx)
        found = parse_float(self.duration)
        duration = _DEFAULT_MS if math.isnan(found) else found
        apart = self.bytopic != "all"

        def topic(msg: dict[str, Any]) -> str:
            value = topic_of(msg)
            return to_text(value) if apart and truthy(value) else "_none"

        plan = Plan(
            first=self.op1type,
            first_value=first,
            second=self.op2type,
            second_value=second,
            duration_s=abs(duration) * _UNITS.get(self.units, 0.001),
            loop=duration < 0,
            extend=self.extend and duration >= 0,
            overrides=self.overrideDelay,
            reset=self.reset,
            topic=topic,
        )
        ctx.on_close(ctx.status)
        return Topics(plan, ctx).receive


def _value(value: str, kind: str, default: str, ctx: Context) -> Evaluate:
    """Return what gives a value; the default of a date is the moment."""
    if kind == "str" and "{{" in value:
        try:
            return compile_template(value, lambda name: UNDEFINED)
        except ExpressionError as error:
            return raising(ThrownError(str(error)))
    if kind == "date" and value == default:
        value = ""
    return compile_input(value, kind, ctx)
