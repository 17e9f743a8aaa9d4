"""The delay node: waits with messages, or limits their rate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from vgd_kernel.model import Context, Message, Node, NodeSpec, OutputsFrom, Receive, text_field
from vgd_kernel.model.fields import AnyChoice, NumberText, checked, has_environment, number
from vgd_kernel.model.javascript_values import parse_float
from vgd_kernel.nodes.function._delay_pause import Pause
from vgd_kernel.nodes.function._delay_rate import DropRate, QueueRate
from vgd_kernel.nodes.function._delay_window import Burst, TopicQueue

_SECONDS = {
    "milliseconds": 0.001, "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0,
}  # fmt: skip
_PER = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}

_KINDS = ("delay", "delayv", "random", "rate", "queue", "timed", "burst")

Unit = Annotated[Literal["milliseconds", "seconds", "minutes", "hours", "days"], AnyChoice]


class Delay(Node):
    """Delays messages, or limits the rate at which they pass.

    **Delay**: a fixed time, a random time between two bounds, or the time in `msg.delay`
    (milliseconds).

    **Rate limit**: so many messages per time. What is too much waits in a queue (`msg.toFront`
    puts a message before the others), or is dropped, or leaves by a second output. *Per topic*
    keeps the last message of each topic and sends them one at a time (*queue*) or all at once
    (*timed*). *Burst* lets the first ones of each period pass. `msg.rate` (milliseconds between
    messages) sets the rate when that is allowed.

    **Control**: `msg.reset` forgets what waits; `msg.flush` sends it at once
    (a number: only so many).
    """

    spec = NodeSpec(
        type="delay",
        category="function",
        color="#E6E0F8",
        icon="delay",
        outputs=OutputsFrom("outputs"),
        keeps=True,
        tags=("wait", "pause", "rate", "limit", "throttle", "queue"),
    )
    defers_done: ClassVar[bool] = True
    shows_empty_name: ClassVar[bool] = True

    absent: ClassVar[Mapping[str, Any]] = {"pauseType": ""}

    pauseType: Annotated[  # noqa: N815 - Node-RED's name
        Literal["delay", "delayv", "random", "rate", "queue", "timed", "burst"], AnyChoice
    ] = Field(default="delay", title="Action")
    timeout: NumberText = text_field("5", title="Delay")
    timeoutUnits: Unit = Field(default="seconds", title="Delay unit")  # noqa: N815 - Node-RED's name
    rate: NumberText = text_field("1", title="Messages")
    nbRateUnits: NumberText = text_field("1", title="Per")  # noqa: N815 - Node-RED's name
    rateUnits: Annotated[  # noqa: N815 - Node-RED's name
        Literal["second", "minute", "hour", "day"], AnyChoice
    ] = Field(default="second", title="Rate unit")
    randomFirst: NumberText = text_field("1", title="Random from")  # noqa: N815 - Node-RED's name
    randomLast: NumberText = text_field("5", title="Random to")  # noqa: N815 - Node-RED's name
    randomUnits: Unit = Field(default="seconds", title="Random unit")  # noqa: N815 - Node-RED's name
    drop: bool = Field(default=False, title="Drop messages that are too many")
    allowrate: bool = Field(default=False, title="msg.rate may set the rate")
    outputs: int = Field(default=1, ge=1, le=2, title="Outputs")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave empty."""
        units = ("timeoutUnits", "rateUnits", "randomUnits", "nbRateUnits", "outputs")
        return {key: value for key, value in raw.items() if value or key not in units}

    @checked
    def _check(self) -> Delay:
        for name in ("timeout", "rate", "nbRateUnits", "randomFirst", "randomLast"):
            text = getattr(self, name)
            if not has_environment(text) and number(text) < 0:
                raise ValueError(f"{name} is {text}; a number of at least 0")
        return self

    def start(self, ctx: Context) -> Receive | None:
        """Choose the way of waiting; with none that is known, messages end here."""
        if self.pauseType in _KINDS:
            ctx.on_close(ctx.status)
        match self.pauseType:
            case "queue" | "timed":
                return TopicQueue(self, ctx, all_at_once=self.pauseType == "timed").receive
            case "burst":
                return Burst(ctx, number(self.rate, 1), self._window_s(), self.outputs).receive
            case "rate":
                return DropRate(self, ctx).receive if self.drop else QueueRate(self, ctx).receive
            case "delay" | "delayv" | "random":
                return self._pause(ctx).receive
        return None

    def _pause(self, ctx: Context) -> Pause:
        fixed = number(self.timeout) * _SECONDS.get(self.timeoutUnits, 1.0)
        if self.pauseType == "delay":
            return Pause(ctx, lambda msg: fixed, shows=fixed > 1)
        if self.pauseType == "random":
            unit = _SECONDS.get(self.randomUnits, 1.0)
            first, last = number(self.randomFirst) * unit, number(self.randomLast) * unit
            return Pause(ctx, lambda msg: first + (last - first) * ctx.random(), shows=fixed >= 1)

        def wait(msg: Message) -> float:
            own = parse_float(msg.get("delay"))
            return max(0.0, fixed if math.isnan(own) else own / 1000)

        return Pause(ctx, wait, shows=True, variable=True)

    def _window_s(self) -> float:
        return number(self.nbRateUnits, 1) * _PER.get(self.rateUnits, 1.0)

    def interval_s(self) -> float:
        """Return the seconds between two messages at the configured rate."""
        rate = number(self.rate, 1)
        units = number(self.nbRateUnits, 1)
        return (
            _PER.get(self.rateUnits, 1.0) / rate * (units if units > 0 else 1)
            if rate > 0
            else 0.001
        )

    def rate_of(self, msg: Message) -> float | None:
        """Return the interval in seconds that a message asks for, None when it may or does not."""
        if not self.allowrate or "rate" not in msg:
            return None
        asked = parse_float(msg["rate"])
        return None if math.isnan(asked) else max(asked / 1000, 0.001)
