"""How long handlers take and how large messages are: measured on samples of the queue.

Two looks at the clock cost as much as a hop, so the scheduler does not time every delivery. It
hands one chunk about every `INTERVAL_S` to `Sampler.timed`, which times at most `MOST_TIMED`
deliveries of it (the others come in the next chunk). A run with fewer than some 6,000 deliveries
a second is measured completely, a busy one in random samples: 64 of some 100,000 deliveries at 10
million a second.
The chunk that is timed is the one *after* the interval is over, and the interval is random, so
that neither slow nodes nor the first ones of a burst are preferred. The first deliveries of a run
are timed too.

What a node's handlers cost in all is estimated from the samples: a timed chunk stands for all
deliveries since the one before. The time that the queue was worked on is known exactly
(`Scheduler.busy_s`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from time import perf_counter
from typing import Any

from vgd_kernel.engine.histogram import Histogram
from vgd_kernel.engine.ports import Target
from vgd_kernel.engine.sizes import estimated_bytes

INTERVAL_S = 0.01
"""Mean time between two timed chunks: 60 us of work each, so 0.6 % of a core at most."""

_ALL_UNTIL = 256
"""Deliveries at the start of a run that are all timed, so that a short run has figures too."""

MOST_TIMED = 64
"""Deliveries of one chunk that are timed."""

_MEASURED_FIRST = 4
_MEASURED_EACH = 16
"""The first 4 messages of a timed chunk are measured, and then each 16th."""


class Samples:
    """What was measured of one node.

    Attributes:
        times: Durations of its handlers; of a handler that waits, from the message to its end.
        waits: The handler is asynchronous: who runs it adds the times.
        cpu_s: Estimated seconds that the queue spent on the node.
        sized: How many messages were measured.
        bytes: Their size in sum, in bytes.
    """

    __slots__ = ("bytes", "cpu_s", "sized", "times", "waits")

    def __init__(self) -> None:
        """Start with nothing."""
        self.times = Histogram()
        self.waits = False
        self.cpu_s = 0.0
        self.sized = 0
        self.bytes = 0

    @property
    def mean_bytes(self) -> float:
        """Mean size of the measured messages, 0 when there are none."""
        return self.bytes / self.sized if self.sized else 0.0


class Sampler:
    """Times chunks of one queue.

    Attributes:
        due_s: Time of `perf_counter` from when on the next chunk is to be timed.
    """

    def __init__(self, find: Callable[[Target], Samples | None]) -> None:
        """Take what finds the samples of the node that a target belongs to."""
        self._find = find
        self._rng = random.Random()  # noqa: S311 - no secret; not the program's own numbers
        self._handled = 0
        self.due_s = 0.0

    def timed(self, pairs: Iterable[tuple[Target, Any]], handled: int) -> Iterator[Any]:
        """Yield pairs and measure what happens between them.

        Args:
            pairs: Targets and what they are called with.
            handled: Deliveries of the queue so far.
        """
        taken: list[tuple[Target, float, int]] = []
        offset = self._rng.randrange(_MEASURED_EACH)
        try:
            for pair in islice(pairs, MOST_TIMED):
                number = len(taken)
                size = -1
                if number < _MEASURED_FIRST or number % _MEASURED_EACH == offset:
                    size = estimated_bytes(pair[1]) if type(pair[1]) is dict else -1
                began_s = perf_counter()
                yield pair
                taken.append((pair[0], perf_counter() - began_s, size))
        finally:
            self._keep(taken, handled)
            if handled >= _ALL_UNTIL:
                self.due_s = perf_counter() + INTERVAL_S * (0.5 + self._rng.random())

    def _keep(self, taken: list[tuple[Target, float, int]], handled: int) -> None:
        if not taken:
            return
        now_handled = handled + len(taken)
        weight = (now_handled - self._handled) / len(taken)
        self._handled = now_handled
        for target, seconds, size in taken:
            samples = self._find(target)
            if samples is None:
                continue
            samples.cpu_s += seconds * weight
            if not samples.waits:
                samples.times.add(seconds)
            if size >= 0:
                samples.sized += 1
                samples.bytes += size


__all__ = ("INTERVAL_S", "Sampler", "Samples")
