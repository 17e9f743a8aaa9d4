"""Time as the engine sees it: the event loop's clock, or a virtual one in tests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol


class TimerHandle(Protocol):
    """A call that a clock will make."""

    def cancel(self) -> None:
        """Forget the call; harmless when it was made."""


class Clock(Protocol):
    """Two times and one alarm; all that a run knows of time."""

    def now(self) -> float:
        """Return monotonic seconds."""

    def time(self) -> float:
        """Return seconds since the epoch."""

    def call_at(self, when_s: float, call: Callable[..., Any], *args: Any) -> TimerHandle:
        """Call on the loop when `now` reaches ``when_s``."""


class LoopClock:
    """The clock of an event loop. Its methods are the loop's own: no call in between."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take the time of a loop."""
        self.now: Callable[[], float] = loop.time
        self.time: Callable[[], float] = time.time
        self.call_at: Callable[..., TimerHandle] = loop.call_at


__all__ = ("Clock", "LoopClock", "TimerHandle")
