"""The hot path: one queue of (target, message) pairs, drained in order on the event loop.

A target is the plain callable that a node's ``start`` returned. A port is a closure over the
*inbox* of the node that it is wired to, so a hop is one call of the target and one ``extend``
of the queue: no task, no coroutine, no lock, no look-up. Three tricks keep it that small:

* The queue is a flat list, ``[target, msg, target, msg, ...]``. It is iterated while it grows;
  the consumed front is cut off once per slice. Measured on two cores with Python 3.11: 14 M
  hops/s, against 8 M with ``deque.popleft``. A pair is added by one ``extend``, which nothing
  can interrupt half-way.
* All ports to a node share one closure cell that holds its target (`ports`).
* All ports share the cell ``extend``. While a slice runs it is ``queue.extend``; between
  slices it also wakes the scheduler. So code that sends from a task, a timer or a foreign
  callback starts a slice, and a node inside a slice pays nothing for that.

The closures are made from templates, whose cells are given by hand (`closures`): a third of
the memory of nested functions, and their counts can be read from outside.

A slice ends after `SLICE_S`, then the loop breathes. The clock is read once per chunk of
messages; chunks shrink while nodes are slow, so that a slow node cannot hold the loop for
more than a few of its own messages. Now and then a chunk is timed (`sampling`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from operator import length_hint
from time import perf_counter
from types import CellType
from typing import Any, Protocol

from vgd_kernel.engine.ports import Inbox, Port, Target
from vgd_kernel.engine.sampling import Sampler
from vgd_kernel.engine.watchdog import Interrupted, Watch

SLICE_S = 0.005
"""Seconds until other work of the loop gets its turn; a human sees no delay, a server some."""

CHUNK = 128
"""Most messages between two looks at the clock, which cost 300 ns: 2 ns a message."""


class Fail(Protocol):
    """Told of an exception of a target; must not raise."""

    def __call__(self, target: Target, item: Any, error: BaseException) -> None:
        """Route the error of a target that was handling an item."""


class Bounds(Protocol):
    """Knows how long the queue may become; see `vgd_kernel.engine.limits`.

    Attributes:
        check_at: Entries of the queue (two a delivery) from which on `check` is called.
        recheck_at: Deliveries in all from which on it is called, too.
        chunk: Most deliveries between two looks at these.
    """

    check_at: int
    recheck_at: int
    chunk: int

    def check(self, queue: list[Any], handled: int) -> None:
        """Act on a queue that is too long; may take entries out."""

    def quiet(self) -> None:
        """Take note that the queue is empty."""


class Unbounded:
    """Lets the queue grow."""

    check_at = recheck_at = sys.maxsize
    chunk = CHUNK

    def check(self, queue: list[Any], handled: int) -> None:
        """Do nothing."""

    def quiet(self) -> None:
        """Do nothing."""


class Scheduler:
    """The queue of one run.

    Attributes:
        busy_s: Seconds that the queue was worked on.
        paused: The queue stands still; `step` handles one item, `resume` ends it.
        careful: Look after each item whether it is paused, not after each chunk.
    """

    def __init__(
        self,
        call_soon: Callable[[Callable[[], None]], Any],
        fail: Fail,
        *,
        new_id: Callable[[], str],
        quiet: Callable[[], None],
        watch: Watch,
        sampler: Sampler,
        bounds: Bounds | None = None,
    ) -> None:
        """Make an empty queue.

        Args:
            call_soon: The event loop's.
            fail: Told of exceptions of targets.
            new_id: Makes ids for messages that have none.
            quiet: Called whenever the queue has run empty.
            watch: Told when a slice begins and ends, for the time limit of nodes.
            sampler: Times a chunk now and then.
            bounds: How long the queue may become; as long as it likes when absent.
        """
        self._queue: list[Any] = []
        watch.queue = self._queue
        self._call_soon = call_soon
        self._fail = fail
        self._quiet = quiet
        self._watch = watch
        self._sampler = sampler
        self._bounds: Bounds = bounds or Unbounded()
        self._handled = 0
        self.busy_s = 0.0
        self.paused = self.careful = False
        self._chunk = 1
        self._awake = False
        self._closed = False
        self._waking: Callable[[tuple[Target, Any]], None] = self._extend_and_wake
        self._extend = CellType(self._waking)
        self._new_id = CellType(new_id)

    @property
    def pending(self) -> int:
        """Number of queued items."""
        return len(self._queue) // 2

    def current(self) -> tuple[Target, Any] | None:
        """Return what is being handled: a target and its item; None between slices."""
        if self._extend.cell_contents is self._waking:
            return None
        position = len(self._queue) - length_hint(self._watch.entries)
        return (self._queue[position - 2], self._queue[position - 1]) if position > 1 else None

    def waiting(self) -> list[tuple[Target, Any]]:
        """Return what is queued; in a handler with what was handled in this slice."""
        return list(zip(self._queue[::2], self._queue[1::2], strict=True))

    @property
    def handled(self) -> int:
        """Number of items that were taken from the queue in all, up to the last slice."""
        return self._handled

    def inbox(self) -> Inbox:
        """Return a new input."""
        return Inbox(self._queue, self._extend)

    def port(self, inboxes: tuple[Inbox, ...], sent: int = 0) -> Port:
        """Return a new output, wired to inputs, that counts from ``sent``."""
        return Port(inboxes, sent, extend=self._extend, new_id=self._new_id)

    def discard(self, targets: Collection[Target]) -> None:
        """Drop what is queued for targets; not while a slice runs."""
        gone = {id(target) for target in targets}
        queue = self._queue
        if any(id(target) in gone for target in queue[::2]):
            pairs = zip(queue[::2], queue[1::2], strict=True)
            queue[:] = [entry for pair in pairs if id(pair[0]) not in gone for entry in pair]

    def look(self) -> None:
        """Look at the length of the queue now; nothing happens inside of a slice, which does so."""
        if len(self._queue) > self._bounds.check_at and self._extend.cell_contents is self._waking:
            self._bounds.check(self._queue, self._handled)

    def step(self, *, newest: bool = False) -> None:
        """Handle the oldest (newest) item, even while paused; not from inside of a handler."""
        if newest:
            self._queue[:0] = self._queue[-2:]
            del self._queue[-2:]
        self._drain(once=True)

    def resume(self) -> None:
        """Let the queue go on."""
        self.paused = False
        if self._queue and not self._awake and not self._closed:
            self._awake = True
            self._call_soon(self._drain)

    def close(self) -> None:
        """Forget what is queued and drop whatever is sent from now on."""
        self._closed = True
        self._queue.clear()

    def _extend_and_wake(self, pair: tuple[Target, Any]) -> None:
        if self._closed:
            return
        self._queue.extend(pair)
        if not self._awake:
            self._awake = True
            self._call_soon(self._drain)

    def _drain(self, *, once: bool = False) -> None:
        """Handle what is queued, for one slice, or one item."""
        self._awake = False
        if self.paused and not once:
            return
        queue, bounds = self._queue, self._bounds
        if len(queue) > bounds.check_at:
            bounds.check(queue, self._handled)
        entries = iter(queue)
        self._extend.cell_contents = queue.extend
        self._watch.begin(entries)
        try:
            self._run_slice(entries, once=once)
        finally:
            self._watch.end()
            self._extend.cell_contents = self._waking
            consumed = len(queue) - length_hint(entries)
            self._handled += consumed // 2
            del queue[:consumed]
            if len(queue) > bounds.check_at or self._handled > bounds.recheck_at:
                bounds.check(queue, self._handled)
            if queue and not self._closed and not self.paused:
                self._awake = True
                self._call_soon(self._drain)
        if not queue:
            bounds.quiet()
            self._quiet()

    def _run_slice(self, entries: Any, *, once: bool) -> None:
        queue, chunk, sampler = self._queue, self._chunk, self._sampler
        most, check_at = self._bounds.chunk, self._bounds.check_at
        most = 1 if self.careful or once else most
        chunk = min(chunk, most)
        pairs = zip(entries, entries, strict=False)
        batch: Iterator[tuple[Target, Any]]
        began = before = perf_counter()
        while True:
            batch = islice(pairs, chunk)
            if before >= sampler.due_s:
                position = len(queue) - length_hint(entries)
                batch = sampler.timed(batch, self._handled + position // 2)
            while True:
                try:
                    for target, item in batch:
                        target(item)
                    break
                except (Exception, Interrupted) as error:  # noqa: BLE001 - boundary of a node
                    self._watch.end()
                    position = len(queue) - length_hint(entries)
                    self._fail(queue[position - 2], queue[position - 1], error)
                    self._watch.begin(entries)
            now = perf_counter()
            if now - before > SLICE_S:
                chunk = max(1, int(chunk * SLICE_S / (now - before)))
            elif chunk < most and now - before < SLICE_S / 2:
                chunk = min(most, 2 * chunk)
            left = length_hint(entries)
            if now - began > SLICE_S or not left or left > check_at or self.paused or once:
                self._chunk = chunk
                self.busy_s += now - began
                return
            before = now


__all__ = ("Bounds", "Fail", "Scheduler")
