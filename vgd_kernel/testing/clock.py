"""A clock that only moves when a test says so."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from typing import Any

TURNS = 20
"""Turns of the event loop after each alarm: enough for a chain of several nodes that wait."""

EPOCH_S = 1_767_225_600.0
"""Wall-clock time at the start: 2026-01-01T00:00:00Z."""


class VirtualAlarm:
    """A call that a virtual clock will make."""

    __slots__ = ("args", "call", "cancelled")

    def __init__(self, call: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Take what is due."""
        self.call = call
        self.args = args
        self.cancelled = False

    def cancel(self) -> None:
        """Forget the call."""
        self.cancelled = True


class VirtualClock:
    """A clock for `RunOptions.clock`: delays and schedules are tested without waiting."""

    def __init__(self, epoch_s: float = EPOCH_S) -> None:
        """Start at 0 monotonic seconds.

        Args:
            epoch_s: Wall-clock time at the start, seconds since 1970.
        """
        self._now_s = 0.0
        self._epoch_s = epoch_s
        self._order = itertools.count()
        self._alarms: list[tuple[float, int, VirtualAlarm]] = []

    def now(self) -> float:
        """Return monotonic seconds."""
        return self._now_s

    def time(self) -> float:
        """Return seconds since the epoch."""
        return self._epoch_s + self._now_s

    def call_at(self, when_s: float, call: Callable[..., Any], *args: Any) -> VirtualAlarm:
        """Call when the clock is moved to ``when_s`` or past it."""
        alarm = VirtualAlarm(call, args)
        heapq.heappush(self._alarms, (when_s, next(self._order), alarm))
        return alarm

    @property
    def next_s(self) -> float | None:
        """Monotonic time of the next alarm, None when there is none."""
        while self._alarms and self._alarms[0][2].cancelled:
            heapq.heappop(self._alarms)
        return self._alarms[0][0] if self._alarms else None

    def ring_next(self, until_s: float) -> bool:
        """Move to the next alarm that is due by ``until_s`` and make its call.

        Returns:
            False when there is none; then the clock stands at ``until_s``.
        """
        next_s = self.next_s
        if next_s is None or next_s > until_s:
            self._now_s = max(self._now_s, until_s)
            return False
        self._now_s = max(self._now_s, next_s)
        _, _, alarm = heapq.heappop(self._alarms)
        alarm.call(*alarm.args)
        return True

    async def advance(self, seconds: float) -> None:
        """Move the clock; every alarm on the way rings at its time, and the flow goes on."""
        until_s = self._now_s + seconds
        await self.settle()
        while self.ring_next(until_s):
            await self.settle()

    async def settle(self) -> None:
        """Let the event loop do what is ready; the clock stands still."""
        for _ in range(TURNS):
            await asyncio.sleep(0)


__all__ = ("VirtualAlarm", "VirtualClock")
