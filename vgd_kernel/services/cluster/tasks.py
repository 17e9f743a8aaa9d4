"""Background tasks that end together and whose failures are never lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)


class TaskSet:
    """Tasks of one owner. Unlike a task group, one that fails does not end the others."""

    def __init__(self, owner: str) -> None:
        """Name the owner for the log."""
        self._owner = owner
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a coroutine; its exception is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a task of the %s failed", self._owner, exc_info=error)

    async def wait(self, timeout_s: float) -> bool:
        """Wait until all tasks have ended by themselves; False when some have not in time."""
        if not self._tasks:
            return True
        _, left = await asyncio.wait(tuple(self._tasks), timeout=timeout_s)
        return not left

    async def close(self) -> None:
        """Cancel what is left and wait for it; not the task that calls this."""
        left = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


__all__ = ("TaskSet",)
