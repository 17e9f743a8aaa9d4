"""What goes on in a run beside the queue: timers and tasks, and whether anything is due."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Hashable, Mapping
from typing import Any

from vgd_kernel.engine.scheduler import Scheduler


class Activity:
    """Counts what keeps a run busy, wakes those who wait for it to become idle.

    Attributes:
        closed: Nothing is run any more.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, queue: Scheduler) -> None:
        """Watch a queue and what is begun here.

        Args:
            loop: Where tasks run.
            queue: The queue.
        """
        self._loop = loop
        self._queue = queue
        self._busy = 0
        self.closed = False
        self._waiters: list[asyncio.Future[None]] = []
        self._tasks: dict[asyncio.Task[None], Hashable] = {}
        self._working: set[asyncio.Task[None]] = set()  # those that are no sources

    @property
    def idle(self) -> bool:
        """Nothing is queued, running or due."""
        return not self._busy and not self._queue.pending

    def begin(self) -> None:
        """One more thing goes on."""
        self._busy += 1

    def end(self) -> None:
        """One thing less goes on."""
        self._busy -= 1
        assert self._busy >= 0, "more ended than began"
        self.settle()

    def settle(self) -> None:
        """Wake the waiters when nothing goes on any more."""
        if self._waiters and self.idle:
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self._waiters.clear()

    async def wait_idle(self, timeout_s: float | None) -> bool:
        """Wait until the run is idle; False when the time was over first."""
        try:
            async with asyncio.timeout(timeout_s):
                while not self.idle:
                    waiter = self._loop.create_future()
                    self._waiters.append(waiter)
                    await waiter
        except TimeoutError:
            return False
        return True

    async def wait_settled(self, timeout_s: float | None) -> bool:
        """Wait until nothing is queued or running, whatever is due; False when time was over."""
        try:
            async with asyncio.timeout(timeout_s):
                while self._working or self._queue.pending:
                    if self._queue.pending:
                        await asyncio.sleep(0)
                    else:
                        await asyncio.wait(self._working, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            return False
        return True

    def spawn(
        self, work: Coroutine[Any, Any, None], *, owner: Hashable, source: bool = False
    ) -> asyncio.Task[None] | None:
        """Run a coroutine that reports its own errors; a source does not keep the run busy.

        After `cancel` nothing is run any more.

        Args:
            work: The coroutine.
            owner: The node that it belongs to; its text names the task.
            source: Goes on until the stop; does not keep the run busy.

        Returns:
            The task, None when nothing is run.
        """
        if self.closed:
            work.close()
            return None
        task = self._loop.create_task(work)
        self._tasks[task] = owner
        if not source:
            self._working.add(task)
            self.begin()

        def finished(task: asyncio.Task[None]) -> None:
            self._tasks.pop(task, None)
            self._working.discard(task)
            if not source:
                self.end()

        task.add_done_callback(finished)
        return task

    async def cancel(self, timeout_s: float) -> list[str]:
        """Cancel all tasks for good; return the owners of those that did not end in time."""
        self.closed = True
        return await _cancel(dict(self._tasks), timeout_s)

    async def cancel_of(self, owners: Collection[Hashable], timeout_s: float) -> list[str]:
        """Cancel the tasks of some owners; return those whose tasks did not end in time."""
        tasks = {task: owner for task, owner in self._tasks.items() if owner in owners}
        return await _cancel(tasks, timeout_s)


async def _cancel(tasks: Mapping[asyncio.Task[None], Hashable], timeout_s: float) -> list[str]:
    for task in tasks:
        task.cancel()
    if not tasks:
        return []
    _, left = await asyncio.wait(tasks, timeout=timeout_s)
    return [str(tasks[task]) for task in left]


__all__ = ("Activity",)
