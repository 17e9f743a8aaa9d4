"""Ends JavaScript that runs too long: one thread for all isolates of the process.

The thread sleeps until the earliest deadline that it knows of. A call that begins notes its own
and wakes it only when that is earlier, so a call costs two set operations.
"""

from __future__ import annotations

import math
import threading
from time import perf_counter

from vgd_kernel.services.sandbox.v8 import V8

_AGAIN_S = 0.05
"""A cancel can come in the moment in which a task begins; it is repeated until the call ends."""


class Guard:
    """Knows the calls in progress."""

    def __init__(self) -> None:
        """Start without a thread."""
        self._active: dict[V8, float] = {}
        self._next = math.inf
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, isolate: V8, timeout_s: float) -> float:
        """Take note of a call; return its deadline (of `perf_counter`)."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="vgd-javascript", daemon=True)
            self._thread.start()
        deadline_s = perf_counter() + timeout_s
        self._active[isolate] = deadline_s
        if deadline_s < self._next:
            self._wake.set()
        return deadline_s

    def end(self, isolate: V8) -> None:
        """Forget a call."""
        self._active.pop(isolate, None)

    def _watch(self) -> None:
        while True:
            self._next = math.inf  # first: a call that begins from here on wakes us
            now_s = perf_counter()
            soonest_s = math.inf
            for isolate, deadline_s in tuple(self._active.items()):
                if deadline_s <= now_s:
                    isolate.cancel()
                    soonest_s = min(soonest_s, now_s + _AGAIN_S)
                else:
                    soonest_s = min(soonest_s, deadline_s)
            self._next = soonest_s
            self._wake.wait(None if soonest_s == math.inf else soonest_s - now_s)
            self._wake.clear()


__all__ = ("Guard",)
