"""The limits of synchronous handlers, of time and of what they send, at no cost for the hot path.

A node that never returns holds the event loop, so only another thread can notice it. One
daemon thread per process looks, some times a second, at the position of each running slice's
iterator over its queue: a position that has not moved for the limit means that one handler
has been running all the time. It is interrupted by an exception raised in its thread. So is a
handler that has not returned between two looks and has filled the queue meanwhile.

That exception must hit nothing but the handler. Two facts make sure of it. A thread gives up
the interpreter lock, and takes asynchronous exceptions, only at the same points of its
bytecode (or inside a C call, and then takes the exception right after it); so what the
watchdog sees is still true when the exception is raised. And the watchdog compares the position
and raises the exception inside one expression of C functions, between which no bytecode of
another thread can run. Source: CPython, ``Python/ceval_gil.c``, ``_Py_HandlePending``.
"""

from __future__ import annotations

import ctypes
import operator
import threading
import time
import weakref
from collections.abc import Sized
from itertools import compress
from typing import Any

_set_exception = ctypes.pythonapi.PyThreadState_SetAsyncExc
_set_exception.argtypes = (ctypes.c_ulong, ctypes.py_object)
_set_exception.restype = ctypes.c_int

LOOKS_PER_LIMIT = 10
"""So that a limit is kept to a tenth."""

SHORTEST_LOOK_S, LONGEST_LOOK_S = 0.01, 0.1
"""Bounds of the time between looks: a look costs 2 us and one switch of threads. In the longest a
handler can queue about a million messages."""


class Interrupted(BaseException):
    """Raised inside a handler that took too long; not an `Exception`, so user code lets it pass."""


class Watch:
    """What one scheduler shows to the watchdog. Written by the scheduler's thread only.

    Attributes:
        flooded: The handler that was interrupted last had filled the queue.
    """

    def __init__(
        self,
        limit_s: float | None,
        *,
        queue: Sized = (),
        most_entries: int | None = None,
    ) -> None:
        """Watch handlers.

        Args:
            limit_s: Limit in seconds per handler; None: as long as it takes.
            queue: What handlers add to.
            most_entries: How long the queue may be; None: as long as it gets.
        """
        self.limit_s = limit_s
        self.queue = queue
        self.most_entries = most_entries
        self.flooded = False
        self.entries: Any = None
        self.running: list[int] = []
        self._seen: Any = None
        self._since_s = 0.0
        if limit_s is not None or most_entries is not None:
            _watchdog.add(self)

    def begin(self, entries: Any) -> None:
        """Tell that a slice begins to iterate over its queue on this thread."""
        self.entries = entries
        self._seen = None
        self.running.append(threading.get_ident())

    def end(self) -> None:
        """Tell that no handler runs any more."""
        self.running.clear()

    def close(self) -> None:
        """Stop watching."""
        _watchdog.remove(self)

    def look(self, now_s: float) -> None:
        """Interrupt the handler that runs for longer than the limit (called by the watchdog)."""
        entries, seen = self.entries, self._seen
        if not self.running:
            return
        place = (entries, entries.__reduce__())
        if seen is None or seen[0] is not entries or seen[1] != place[1]:
            self._seen, self._since_s = place, now_s
        elif self._floods() or (self.limit_s is not None and now_s - self._since_s > self.limit_s):
            self._since_s = now_s
            self.flooded = self._floods()
            # compare and raise, in C: see the module's text
            still = map(operator.eq, map(operator.call, (entries.__reduce__,)), (place[1],))
            list(map(_set_exception, compress(self.running, still), (Interrupted,)))

    def _floods(self) -> bool:
        return self.most_entries is not None and len(self.queue) > self.most_entries


class _Watchdog:
    """The thread; started with the first watch, ends with the last."""

    def __init__(self) -> None:
        self._watches: weakref.WeakSet[Watch] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, watch: Watch) -> None:
        with self._lock:
            self._watches.add(watch)
            self._changed.set()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="vgd-watchdog", daemon=True)
                self._thread.start()

    def remove(self, watch: Watch) -> None:
        with self._lock:
            self._watches.discard(watch)
            self._changed.set()

    def _run(self) -> None:
        while (pause_s := self._look()) is not None:
            self._changed.wait(pause_s)

    def _look(self) -> float | None:
        """Look at all watches; return seconds until the next look, None when there are none."""
        with self._lock:
            watches = list(self._watches)
            if not watches:
                self._thread = None
                return None
            self._changed.clear()
        now_s = time.monotonic()
        for watch in watches:
            watch.look(now_s)
        shortest_s = min(watch.limit_s or LONGEST_LOOK_S for watch in watches)
        return min(LONGEST_LOOK_S, max(SHORTEST_LOOK_S, shortest_s / LOOKS_PER_LIMIT))


_watchdog = _Watchdog()

__all__ = ("Interrupted", "Watch")
