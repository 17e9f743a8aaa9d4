"""How a trigger node acts on messages: one timer per topic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vgd_kernel.model import UNDEFINED, Context, Message, Timer, clone, clone_value
from vgd_kernel.model.javascript_values import parse_float, to_text
from vgd_kernel.model.typed import Evaluate


@dataclass(frozen=True, slots=True)
class Plan:
    """What a trigger node is set to.

    Attributes:
        first: Kind of the first value; ``pay`` the payload as it is, ``nul`` nothing.
        first_value: Gives the first value.
        second: Kind of the second value; ``payl`` the latest message, ``pay`` the payload that
            started the time, ``nul`` nothing.
        second_value: Gives the second value.
        duration_s: The time; 0: until a reset.
        loop: Send the first value again after each time, until a reset.
        extend: A message starts the time anew.
        overrides: ``msg.delay`` (milliseconds) sets the time.
        reset: A payload with this text resets; empty: none does.
        topic: Gives the topic of a message.
    """

    first: str
    first_value: Evaluate
    second: str
    second_value: Evaluate
    duration_s: float
    loop: bool
    extend: bool
    overrides: bool
    reset: str
    topic: Callable[[Message], str]


@dataclass(slots=True)
class _Running:
    """A topic whose time runs.

    Attributes:
        timer: What ends it; None: only a reset does.
        value: The second value.
        latest: The last message of the topic.
    """

    timer: Timer | None
    value: Any
    latest: Message


class Topics:
    """The topics whose time runs."""

    def __init__(self, plan: Plan, ctx: Context) -> None:
        """Start with none."""
        self._plan = plan
        self._ctx = ctx
        self._running: dict[str, _Running] = {}
        self._second = ctx.outputs[1] if len(ctx.outputs) > 1 else ctx.send

    def receive(self, msg: Message) -> None:
        """Take a message."""
        plan = self._plan
        topic = plan.topic(msg)
        running = self._running.get(topic)
        duration_s = self._duration_s(msg)
        if self._resets(msg):
            self._forget(topic)
        elif running is None or plan.loop:
            self._begin(topic, msg, duration_s)
        else:
            if plan.second == "payl":
                running.latest = clone(msg)
            if plan.extend and duration_s > 0:
                self._extend(topic, running, msg, duration_s)

    def _duration_s(self, msg: Message) -> float:
        own = parse_float(msg.get("delay")) if self._plan.overrides else float("nan")
        return self._plan.duration_s if own != own else own / 1000

    def _resets(self, msg: Message) -> bool:
        if "reset" in msg:
            return True
        payload = msg.get("payload")
        return (
            bool(self._plan.reset)
            and payload is not None
            and to_text(payload) == (self._plan.reset)
        )

    def _begin(self, topic: str, msg: Message, duration_s: float) -> None:
        """Send the first value and start the time."""
        plan, ctx = self._plan, self._ctx
        latest = clone(msg) if plan.second == "payl" else msg
        value: Any = UNDEFINED
        if plan.second == "pay":
            value = clone_value(msg.get("payload", UNDEFINED))
        elif plan.second not in ("payl", "nul"):
            value = plan.second_value(msg)
        if plan.first not in ("pay", "nul"):
            _put(msg, plan.first_value(msg))
        self._cancel(topic)
        timer = None
        if plan.loop and plan.first != "nul" and duration_s:
            timer = ctx.every(max(duration_s, 0.001), self._repeat, clone(msg))
        elif not plan.loop and duration_s:
            timer = ctx.after(max(duration_s, 0), self._end, topic, msg)
        self._running[topic] = _Running(timer, value, latest)
        self._show()
        if plan.first != "nul":
            ctx.send(clone(msg))

    def _repeat(self, msg: Message) -> None:
        if self._plan.first == "date":
            msg["payload"] = int(self._ctx.time() * 1000)
        self._ctx.send(clone(msg))

    def _end(self, topic: str, msg: Message) -> None:
        """Send the second value: the time is over."""
        running = self._running.pop(topic)
        self._show()
        if self._plan.second == "payl":
            self._second(running.latest)
        elif self._plan.second != "nul":
            late = self._plan.second in ("flow", "global", "date")
            self._send_second(msg, self._plan.second_value(msg) if late else running.value)

    def _extend(self, topic: str, running: _Running, msg: Message, duration_s: float) -> None:
        """Start the time anew; the second value then goes with this message."""
        if running.timer is not None:
            running.timer.cancel()
        if self._plan.second == "payl":
            running.value = clone_value(msg.get("payload", UNDEFINED))
        running.timer = self._ctx.after(duration_s, self._end_extended, topic, msg)

    def _end_extended(self, topic: str, msg: Message) -> None:
        running = self._running.pop(topic)
        self._show()
        if self._plan.second != "nul":
            late = self._plan.second in ("flow", "global")
            self._send_second(msg, self._plan.second_value(msg) if late else running.value)

    def _send_second(self, msg: Message, value: Any) -> None:
        copy = clone(msg)
        _put(copy, value)
        self._second(copy)

    def _cancel(self, topic: str) -> None:
        running = self._running.pop(topic, None)
        if running is not None and running.timer is not None:
            running.timer.cancel()

    def _forget(self, topic: str) -> None:
        self._cancel(topic)
        self._show()

    def _show(self) -> None:
        count = len(self._running)
        if count:
            self._ctx.status("blue", "dot", str(count) if count > 1 else "")
        else:
            self._ctx.status()


def _put(msg: Message, value: Any) -> None:
    if value is UNDEFINED:
        msg.pop("payload", None)
    else:
        msg["payload"] = value


__all__ = ("Plan", "Topics")
