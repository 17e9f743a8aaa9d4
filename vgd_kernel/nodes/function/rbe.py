"""The filter node: lets a message pass when its value changes, or changes enough."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from vgd_kernel.model import (
    UNDEFINED,
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    clone_value,
    text_field,
)
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import AnyChoice, PathText, Text, checked, has_environment
from vgd_kernel.model.javascript_values import (
    parse_float,
    strict_equal,
    to_number,
    to_text,
    truthy,
    type_name,
)
from vgd_kernel.model.typed import compile_input
from vgd_kernel.nodes.function._compare import gap_of, same


class Rbe(Node):
    """Lets a message pass only when its value has changed (*report by exception*).

    - **block unless value changes**: compares whole values, objects deeply; with *ignore initial
      value* the first one does not pass
    - **deadband**: lets a number pass that differs by more than the gap (or by exactly the gap)
    - **narrowband**: blocks a number that differs by more than the gap (or by exactly the gap)

    The gap is a number or a percentage (`10%`); numbers are compared with the last one that
    passed, or with the last one that came. *Start value* is the first one that narrowband
    compares with.

    Each `topic` is kept apart. `msg.reset` forgets the last value of its topic, or of all.
    """

    spec = NodeSpec(
        type="rbe",
        category="function",
        color="#E2D96E",
        icon="filter",
        label="filter",
        keeps=True,
        tags=("deadband", "narrowband", "change", "report by exception", "block"),
    )

    defers_done: ClassVar[bool] = True  # Node-RED: complete nodes never hear a filter
    func: Annotated[
        Literal["rbe", "rbei", "deadband", "deadbandEq", "narrowband", "narrowbandEq"], AnyChoice
    ] = Field(default="rbe", title="Mode")
    gap: Text = text_field("", title="Gap", description="A number, or a percentage such as 10%.")
    start_value: Text = text_field("", title="Start value", alias="start")
    inout: Literal["in", "out"] = Field(
        default="out", title="Compare with", description="The last input or the last output."
    )
    septopics: bool = Field(default=True, title="Each topic apart")
    property: PathText = text_field("payload", title="Property")
    topi: PathText = text_field("topic", title="Topic")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave out; topics are apart unless that is switched off."""
        entry = {key: value for key, value in raw.items() if value or key == "septopics"}
        entry["septopics"] = raw.get("septopics") is not False
        return entry

    @checked
    def _check(self) -> Rbe:
        bare = self.gap.removesuffix("%")
        if not has_environment(bare) and math.isnan(to_number(bare)):
            raise ValueError(f"gap is {self.gap!r}; a number or a percentage")
        return self

    def start(self, ctx: Context) -> Receive:
        """Choose between comparing values and comparing numbers."""
        get = compile_input(self.property, "msg", ctx)
        get_topic = compile_input(self.topi, "msg", ctx)
        previous: dict[str, Any] = ctx.state.setdefault("previous", {})
        passes = self._changed if self.func in ("rbe", "rbei") else self._band
        apart, send = self.septopics, ctx.send

        def read(getter: Any, msg: Message) -> Any:
            try:
                return getter(msg)
            except ExpressionError:
                return UNDEFINED

        def receive(msg: Message) -> None:
            topic = read(get_topic, msg)
            if "reset" in msg:
                if apart and isinstance(topic, str) and topic:
                    previous.pop(to_text(msg.get("topic", UNDEFINED)), None)
                else:
                    previous.clear()
            value = read(get, msg)
            if value is UNDEFINED:
                return
            key = to_text(topic) if apart and truthy(topic) else "_no_topic"
            verdict = passes(previous, key, value)
            if verdict is None:
                ctx.log("no number found in payload", level="warn", msg=msg)
            elif verdict:
                send(msg)

        return receive

    def _changed(self, previous: dict[str, Any], key: str, value: Any) -> bool:
        known = key in previous or self.func != "rbei"
        before = previous.get(key, UNDEFINED)
        if type_name(value) == "object":
            if type_name(before) != "object":
                before = previous[key] = {}
            equal = same(value, before)
        else:
            equal = strict_equal(value, before)
        if not equal:
            previous[key] = clone_value(value)
        return known and not equal

    def _band(self, previous: dict[str, Any], key: str, value: Any) -> bool | None:
        """Tell whether a number passes, None when the value is none."""
        number = parse_float(value)
        if math.isnan(number):
            return None
        narrow = self.func in ("narrowband", "narrowbandEq")
        if key not in previous and narrow:
            previous[key] = to_number(self.start_value) if self.start_value else number
        gap = gap_of(self.gap, previous.get(key))
        before = previous.setdefault(key, number - gap - 1)
        distance = abs(number - before)
        if distance == gap:
            sends = self.func in ("deadbandEq", "narrowband")
        else:
            sends = distance < gap if narrow else distance > gap and "dead" in str(self.func)
        if sends or self.inout == "in":
            previous[key] = number
        return sends
