"""Rate limits with a window: bursts, and the last message of each topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vgd_kernel.model import UNDEFINED, Context, Message, Timer
from vgd_kernel.nodes.function._delay_timing import (
    DepthReport,
    Interval,
    flush_count,
    quietly_after,
)

if TYPE_CHECKING:
    from vgd_kernel.nodes.function.delay import Delay


_NO_TEXT = {"text": ""}
"""Node-RED gives these statuses an empty text, which status nodes see."""


class Burst:
    """Lets so many messages pass in each window; each one frees its place after the window."""

    def __init__(self, ctx: Context, most: float, window_s: float, outputs: int) -> None:
        """Start with all places free.

        Args:
            ctx: The node.
            most: Messages per window.
            window_s: Length of the window in seconds.
            outputs: With 2, what is too much leaves by the second output.
        """
        self._ctx = ctx
        self._most = most
        self._window_s = window_s
        self._rest = ctx.outputs[1] if outputs == 2 and len(ctx.outputs) > 1 else None
        self._timers: set[Timer] = set()
        ctx.status("green", "ring", details=_NO_TEXT)

    def receive(self, msg: Message) -> None:
        """Take a message; ``msg.reset`` frees all places."""
        if "reset" in msg:
            for timer in self._timers:
                timer.cancel()
            self._timers.clear()
            self._ctx.status("green", "ring", details=_NO_TEXT)
        elif len(self._timers) < self._most:
            self._ctx.send(msg)
            self._occupy()
        else:
            if self._rest is not None:
                self._rest(msg)
            self._ctx.status("red", "dot", details=_NO_TEXT)
        self._ctx.done(msg)

    def _occupy(self) -> None:
        def free() -> None:
            if len(self._timers) >= self._most:
                self._ctx.status("green", "ring", details=_NO_TEXT)
            self._timers.discard(timer)

        timer = quietly_after(self._ctx, max(self._window_s, 0.001), free)
        self._timers.add(timer)


class TopicQueue:
    """Keeps the last message of each topic; each interval sends the oldest one, or all."""

    def __init__(self, config: Delay, ctx: Context, *, all_at_once: bool) -> None:
        """Start the interval."""
        self._config = config
        self._ctx = ctx
        self._all = all_at_once
        self._queue: dict[Any, Message] = {}
        self._replaced = ctx.outputs[1] if len(ctx.outputs) > 1 else None
        self._interval = Interval(ctx, self._tick)
        self._interval.start(config.interval_s())
        self._depth = DepthReport(ctx, lambda: len(self._queue))

    def receive(self, msg: Message) -> None:
        """Take a message, or a command to flush or reset."""
        asked = self._config.rate_of(msg)
        if asked is not None and asked != self._interval.period_s:
            self._interval.start(asked)
        topic = _key(msg.setdefault("topic", "_none_"))
        before = self._queue.get(topic)
        self._queue[topic] = msg
        if before is None:
            self._depth.later()
        else:
            if self._replaced is not None:
                self._replaced(before)
            self._ctx.done(before)
        if "flush" in msg:
            self._flush(msg)
        if "reset" in msg:
            for held in self._queue.values():
                self._ctx.done(held)
            self._queue.clear()
            self._interval.start(self._config.interval_s())
            self._ctx.status("", "", "reset")
            self._ctx.done(msg)
        self._interval.set_busy(bool(self._queue))

    def _take(self) -> Message:
        return self._queue.pop(next(iter(self._queue)))

    def _tick(self) -> None:
        for _ in range(len(self._queue) if self._all else min(1, len(self._queue))):
            held = self._take()
            self._ctx.send(held)
            self._ctx.done(held)
        self._interval.set_busy(bool(self._queue))
        self._depth.later()

    def _flush(self, msg: Message) -> None:
        """Send what waits; a message of only id and topic was a command and is dropped."""
        for _ in range(flush_count(msg, len(self._queue))):
            held = self._take()
            held.pop("flush", None)
            held.pop("reset", None)
            if len(held) > 2:
                self._ctx.send(held)
                self._ctx.done(held)
        self._ctx.status()
        self._ctx.done(msg)


def _key(topic: Any) -> Any:
    """Return a topic as a key; two equal objects are different topics, as in JavaScript."""
    if topic is UNDEFINED or isinstance(topic, (str, int, float, bool)) or topic is None:
        return (type(topic) is bool, topic)
    return ("object", id(topic))


__all__ = ("Burst", "TopicQueue")
