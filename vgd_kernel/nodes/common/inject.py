"""The inject node: starts messages by hand, at start, in intervals or by the calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import Field

from vgd_kernel.model import (
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    hidden_field,
    text_field,
    typed_field,
)
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import NumberText, Text, checked, field, has_environment, number
from vgd_kernel.nodes.common._calendar import next_time
from vgd_kernel.nodes.common._inject_properties import (
    PAYLOAD_GIVES,
    InjectProperty,
    compile_fills,
    fill_message,
    own_fills,
)

TOO_LONG = "Interval too large"
LONGEST_REPEAT_S = 2_147_483
"""Node-RED's longest interval: the largest timeout that JavaScript has."""


class Inject(Node):
    """Starts a flow: by its button, once at start, in an interval, or at times of the calendar.

    **Output**: a new message with the listed properties. A message that arrives from outside
    gets the properties set and goes on.

    **Payload types**: text, number, boolean, JSON, buffer, time stamp, JSONata, environment
    value, flow or global context.

    **Repeat** counts seconds; **crontab** has five fields (minute, hour, day, month, weekday) or
    six with seconds first, in local time. An expression that fails is an error of the node: it
    can be caught, and nothing is sent.
    """

    spec = NodeSpec(
        type="inject",
        category="common",
        color="#A6BBCF",
        icon="inject",
        inputs=0,
        button="press",
        gives=PAYLOAD_GIVES,
        tags=("start", "timer", "interval", "cron", "button", "source"),
    )

    absent: ClassVar[Mapping[str, Any]] = {"payloadType": ""}

    payload: Any = typed_field("", title="Payload", type_field="payloadType")
    payloadType: str = hidden_field("date")  # noqa: N815 - Node-RED's name
    topic: Text = text_field("", title="Topic")
    props: list[InjectProperty] = Field(
        default=[InjectProperty(p="payload"), InjectProperty(p="topic", vt="str")],
        title="Properties",
        description="What the message carries; payload and topic may take the fields above.",
    )
    repeat: NumberText = text_field("", title="Repeat every", description="Seconds; empty: never.")
    crontab: Text = text_field("", title="Crontab", description="Such as 0 8 * * 1-5.")
    once: bool = Field(default=False, title="At start", description="Send once after the start.")
    onceDelay: NumberText = text_field(  # noqa: N815 - Node-RED's name
        "0.1", title="Start delay", description="Seconds between the start and the first message."
    )

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Give entries from before Node-RED 1.1 their list of properties; a null is a text."""
        entry = dict(raw)
        for name, kind in (("topic", "str"), ("payload", raw.get("payloadType", "str"))):
            if name in entry and entry[name] is None and kind == "str":
                entry[name] = "null"
        if not isinstance(entry.get("props"), list):
            entry["props"] = [{"p": "payload"}, {"p": "topic", "vt": "str"}]
        return entry

    @checked
    def _check(self) -> Inject:
        if not has_environment(self.repeat) and number(self.repeat) > LONGEST_REPEAT_S:
            raise ValueError(f"repeat: {TOO_LONG}; expected at most {LONGEST_REPEAT_S} seconds")
        if self.crontab and not has_environment(self.crontab):
            try:
                next_time(self.crontab)
            except ExpressionError as error:
                raise ValueError(f"crontab: {error}") from None
        return self

    def _properties(self) -> list[tuple[str, Any, str]]:
        found = []
        for prop in self.props:
            value, kind = prop.v, prop.vt
            if prop.p == "payload" and value is None:
                value, kind = self.payload, self.payloadType
            elif prop.p == "topic" and value is None and prop.vt == "str":
                value = self.topic
            found.append((prop.p, "" if value is None else value, kind or "str"))
        return found

    def start(self, ctx: Context) -> Receive:
        """Compile the properties and set up the times."""
        compiled, send = compile_fills(ctx, self._properties()), ctx.send

        def receive(msg: Message) -> None:
            own = msg.pop("__user_inject_props__", None)
            fill_message(own_fills(ctx, own) if isinstance(own, list) else compiled, msg)
            send(msg)

        self._schedule(ctx, receive)
        return receive

    def _schedule(self, ctx: Context, receive: Callable[[Message], None]) -> None:
        def tick() -> None:
            if not ctx.has_room:
                return  # the flow has not worked off the ticks before
            msg: Message = {"_msgid": ctx.new_id()}
            try:
                receive(msg)
            except ExpressionError as error:
                ctx.error(error, msg)
            else:
                ctx.done(msg)

        def repeat() -> None:
            interval = number(self.repeat)
            if interval > LONGEST_REPEAT_S:
                ctx.error(TOO_LONG)
            elif interval > 0:
                ctx.every(interval, tick)
            elif self.crontab:
                with field(ctx, "crontab"):
                    ctx.at(next_time(self.crontab), tick)

        if not self.once:
            repeat()
            return
        for call in (tick, repeat):
            ctx.after(number(self.onceDelay) or 0.1, call)
