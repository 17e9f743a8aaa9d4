"""Timers of the delay node that know whether something waits for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vgd_kernel.model import Context, Timer
from vgd_kernel.model.message import Message

DEPTH_AFTER_S = 0.5
"""How long the length of a queue settles before it is shown; Node-RED waits as long."""


def is_only(msg: Message, key: str) -> bool:
    """Tell whether a message carries nothing but its id and ``key``: a command."""
    return len(msg) == 2 and key in msg


def flush_count(msg: Message, waiting: int) -> int:
    """Return how many waiting messages ``msg.flush`` asks for: a number of them, or all."""
    flush = msg.get("flush")
    if isinstance(flush, (int, float)) and not isinstance(flush, bool):
        return max(0, min(int(flush), waiting))
    return waiting


def quietly_after(ctx: Context, delay_s: float, call: Callable[[], None]) -> Timer:
    """Call once later; unlike ``ctx.after`` this does not keep the run busy."""

    def fire() -> None:
        timer.cancel()
        call()

    timer = ctx.every(delay_s, fire)
    return timer


class Interval:
    """A repeated call whose period can change; the run is busy only while something waits."""

    def __init__(self, ctx: Context, call: Callable[[], None]) -> None:
        """Bind; it does not run yet."""
        self._ctx = ctx
        self._call = call
        self._timer: Timer | None = None
        self._due = 0.0
        self._busy = False
        self.period_s = 0.0

    @property
    def running(self) -> bool:
        """Whether the interval runs."""
        return self._timer is not None

    def start(self, period_s: float) -> None:
        """Start anew: the next call comes after one period."""
        self.stop()
        self.period_s = period_s
        self._due = self._ctx.now() + period_s
        self._arm()

    def stop(self) -> None:
        """Stop; harmless when it does not run."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def set_busy(self, busy: bool) -> None:
        """Tell whether something waits for the next call."""
        if busy != self._busy:
            self._busy = busy
            if self._timer is not None:
                self._timer.cancel()
                self._arm()

    def _arm(self) -> None:
        delay = max(self._due - self._ctx.now(), 0.0)
        if self._busy:
            self._timer = self._ctx.after(delay, self._fire)
        else:
            self._timer = quietly_after(self._ctx, max(delay, 0.001), self._fire)

    def _fire(self) -> None:
        self._due = max(self._due + self.period_s, self._ctx.now())
        self._arm()
        self._call()


class DepthReport:
    """Shows the length of a queue as the node's status, half a second after it changed."""

    def __init__(self, ctx: Context, depth: Callable[[], int]) -> None:
        """Bind to what gives the length."""
        self._ctx = ctx
        self._depth = depth
        self._timer: Any = None
        self._shown = -1

    def later(self) -> None:
        """Show the length soon; several calls make one status."""
        if self._timer is None and self._depth() != self._shown:
            self._timer = quietly_after(self._ctx, DEPTH_AFTER_S, self._show)

    def _show(self) -> None:
        self._timer = None
        self.now()

    def now(self) -> None:
        """Show the length at once."""
        self._shown = self._depth()
        self._ctx.status("blue", "dot", str(self._shown))


__all__ = ("DepthReport", "Interval", "flush_count", "is_only", "quietly_after")
