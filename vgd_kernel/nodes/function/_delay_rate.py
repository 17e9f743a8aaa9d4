"""Rate limits over all messages: queue what is too much, or drop it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from vgd_kernel.model import Context, Message, clone
from vgd_kernel.nodes.function._delay_timing import DepthReport, Interval, flush_count

if TYPE_CHECKING:
    from vgd_kernel.nodes.function.delay import Delay


class QueueRate:
    """Sends the first message at once and queues the others, one per interval."""

    def __init__(self, config: Delay, ctx: Context) -> None:
        """Start with an empty queue."""
        self._config = config
        self._ctx = ctx
        self._queue: deque[tuple[Message, Message]] = deque()  # what is sent, what came
        self._interval = Interval(ctx, self._tick)
        self._rate_s = config.interval_s()
        self._depth = DepthReport(ctx, lambda: len(self._queue))

    def receive(self, msg: Message) -> None:
        """Take a message, or a command to flush or reset."""
        held = clone(msg)
        held.pop("flush", None)
        if len(held) > 1:
            self._take(held, msg)
        if "flush" in msg:
            self._flush(msg)
        if "reset" in msg:
            self._reset(msg)
        self._interval.set_busy(bool(self._queue))

    def _take(self, held: Message, msg: Message) -> None:
        asked = self._config.rate_of(held)
        if self._interval.running:
            if asked is not None and asked != self._rate_s:
                self._rate_s = asked
                self._interval.start(asked)
            if msg.get("toFront") is True:
                self._queue.appendleft((held, msg))
            else:
                self._queue.append((held, msg))
        else:
            self._rate_s = self._rate_s if asked is None else asked
            if "reset" not in msg:
                self._ctx.send(held)
            elif "flush" in msg:
                self._queue.append((held, msg))
            self._interval.start(self._rate_s)
            self._ctx.done(msg)
        self._depth.later()

    def _tick(self) -> None:
        if not self._queue:
            self._interval.stop()
        else:
            self._send(*self._queue.popleft())
        self._interval.set_busy(bool(self._queue))
        self._depth.later()

    def _send(self, held: Message, msg: Message) -> None:
        if len(held) > 1:
            self._ctx.send(held)
            self._ctx.done(msg)

    def _flush(self, msg: Message) -> None:
        count = flush_count(msg, len(self._queue))
        if count == 0:
            self._interval.stop()
        for _ in range(count):
            held, came = self._queue.popleft()
            held.pop("flush", None)
            held.pop("reset", None)
            self._send(held, came)
        if count:
            self._interval.start(self._rate_s)
        self._depth.now()
        self._ctx.done(msg)

    def _reset(self, msg: Message) -> None:
        if "flush" not in msg:
            self._interval.stop()
        self._queue.clear()
        self._rate_s = self._config.interval_s()
        self._ctx.status("blue", "ring", "0")
        self._ctx.done(msg)


class DropRate:
    """Lets a message pass when one interval has gone since the last; others are dropped."""

    def __init__(self, config: Delay, ctx: Context) -> None:
        """Let the first message pass."""
        self._config = config
        self._ctx = ctx
        self._rate_s = config.interval_s()
        self._last: float | None = None
        self._dropped = ctx.outputs[1] if len(ctx.outputs) > 1 else None

    def receive(self, msg: Message) -> None:
        """Take a message; ``msg.reset`` lets the next one pass."""
        ctx = self._ctx
        if "reset" in msg:
            if "flush" not in msg:
                self._last = None
            self._rate_s = self._config.interval_s()
            ctx.status("blue", "ring", "0")
            ctx.done(msg)
            return
        asked = self._config.rate_of(msg)
        if asked is not None:
            self._rate_s = asked
        now = ctx.now()
        if self._last is None or now - self._last > self._rate_s:
            self._last = now
            ctx.send(msg)
        elif self._dropped is not None:
            self._dropped(msg)
        ctx.done(msg)


__all__ = ("DropRate", "QueueRate")
