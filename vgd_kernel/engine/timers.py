"""Timers of nodes. What is due goes through the queue, like a message.

So a timer's callback has the order, the error routing and the time limit of a handler.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from vgd_kernel.engine.activity import Activity
from vgd_kernel.engine.clock import Clock, TimerHandle

SHORTEST_INTERVAL_S = 0.001
"""As in JavaScript: an interval of 0 would starve everything else."""

LONGEST_WAIT_S = 300.0
"""A wall-clock time is waited for in steps, so that a clock that is set again is noticed."""


class NodeTimer:
    """One call, once or repeated. Cancelled, it does nothing, even when it is queued already."""

    __slots__ = ("_rearm", "_timers", "args", "call", "cancelled", "deliver", "handle", "once")

    def __init__(
        self,
        timers: Timers,
        deliver: Callable[[Any], None],
        call: Callable[..., Any],
        args: tuple[Any, ...],
        rearm: Callable[[NodeTimer], bool] | None,
    ) -> None:
        """Make a timer that is not armed.

        Args:
            timers: Knows it until it is over.
            deliver: Queues the timer for its node.
            call: What is due.
            args: Its arguments.
            rearm: Arms it again when it rings and tells whether the call is due; None: once.
        """
        self._timers = timers
        self.deliver = deliver
        self.call = call
        self.args = args
        self._rearm = rearm
        self.once = rearm is None
        self.cancelled = False
        self.handle: TimerHandle | None = None

    def ring(self) -> None:
        """Queue the call; called by the clock."""
        if self._rearm is None:
            self.deliver(self)
            self._timers.remove(self)
        elif self._rearm(self):
            self.deliver(self)

    def cancel(self) -> None:
        """Forget the call; harmless when it has happened."""
        self.cancelled = True
        if self.handle is not None:
            self.handle.cancel()
        self._timers.remove(self)


class Soon:
    """A call that stands in the queue already."""

    __slots__ = ("args", "call", "cancelled")

    def __init__(self, call: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Take a call."""
        self.call = call
        self.args = args
        self.cancelled = False


def run_timer(timer: NodeTimer | Soon) -> None:
    """Make the call of a queued timer."""
    if not timer.cancelled:
        timer.call(*timer.args)


class Timers:
    """All timers of a run."""

    def __init__(self, clock: Clock, activity: Activity) -> None:
        """Arm timers on a clock; one-shot ones keep the run busy."""
        self._clock = clock
        self._activity = activity
        self._live: set[NodeTimer] = set()
        self._closed = False

    def after(
        self, deliver: Callable[[Any], None], delay_s: float, call: Callable[..., Any], args: Any
    ) -> NodeTimer:
        """Ring once."""
        timer = NodeTimer(self, deliver, call, args, None)
        if not self._closed:
            self._add(timer)
            self._arm(timer, self._clock.now() + max(0.0, delay_s))
            self._activity.begin()
        return timer

    def every(
        self, deliver: Callable[[Any], None], interval_s: float, call: Callable[..., Any], args: Any
    ) -> NodeTimer:
        """Ring again and again; a ring that comes late does not make the next ones late."""
        interval_s = max(SHORTEST_INTERVAL_S, interval_s)
        due_s = self._clock.now() + interval_s

        def rearm(timer: NodeTimer) -> bool:
            nonlocal due_s
            due_s += interval_s
            missed = (self._clock.now() - due_s) // interval_s
            if missed > 0:  # the phase stays: else all timers ring together after a stall
                due_s += missed * interval_s
            self._arm(timer, due_s)
            return True

        timer = self._add(NodeTimer(self, deliver, call, args, rearm))
        self._arm(timer, due_s)
        return timer

    def at(
        self,
        deliver: Callable[[Any], None],
        when: Callable[[float], float],
        call: Callable[..., Any],
    ) -> NodeTimer:
        """Ring at the wall-clock times that ``when(now)`` gives."""
        due_s = when(self._clock.time())

        def arm(timer: NodeTimer) -> None:
            wait_s = min(LONGEST_WAIT_S, max(0.0, due_s - self._clock.time()))
            self._arm(timer, self._clock.now() + wait_s)

        def rearm(timer: NodeTimer) -> bool:
            nonlocal due_s
            now_s = self._clock.time()
            is_due = now_s >= due_s
            if is_due:
                due_s = when(now_s)
            arm(timer)
            return is_due

        timer = self._add(NodeTimer(self, deliver, call, (), rearm))
        arm(timer)
        return timer

    def _add(self, timer: NodeTimer) -> NodeTimer:
        self._live.add(timer)
        return timer

    def _arm(self, timer: NodeTimer, when_s: float) -> None:
        if not self._closed:
            timer.handle = self._clock.call_at(when_s, timer.ring)

    def remove(self, timer: NodeTimer) -> None:
        """Forget a timer that is over; harmless when it is forgotten."""
        if timer in self._live:
            self._live.discard(timer)
            if timer.once:
                self._activity.end()

    def cancel_of(self, delivers: Collection[Callable[[Any], None]]) -> None:
        """Cancel the timers that are delivered to some nodes."""
        for timer in tuple(self._live):
            if timer.deliver in delivers:
                timer.cancel()

    def cancel(self) -> None:
        """Cancel all timers for good."""
        self._closed = True
        for timer in tuple(self._live):
            timer.cancel()


__all__ = ("NodeTimer", "Soon", "Timers", "run_timer")
