"""Watchers of deployments: bounded queues of live frames for canvases beside them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

MAX_QUEUED = 100
"""Frames that a slow browser may leave behind (five seconds); then the oldest are dropped."""

Frame = dict[str, Any]


class Watchers:
    """Who watches what."""

    def __init__(self, on_change: Callable[[str, bool], None]) -> None:
        """Prepare.

        Args:
            on_change: Called with a deployment's name and True when a watcher comes, False when
                the last one goes.
        """
        self._on_change = on_change
        self._queues: defaultdict[str, set[asyncio.Queue[Frame]]] = defaultdict(set)

    def watched(self, name: str) -> bool:
        """Tell whether anybody watches a deployment."""
        return bool(self._queues.get(name))

    def post(self, name: str, frame: Frame) -> None:
        """Hand a frame to everybody who watches a deployment."""
        for queue in self._queues.get(name, ()):
            _put(queue, frame)

    @asynccontextmanager
    async def watch(self, name: str, first: Sequence[Frame]) -> AsyncIterator[asyncio.Queue[Frame]]:
        """Give a queue of frames, those of ``first`` at its head, for as long as the block runs."""
        queue: asyncio.Queue[Frame] = asyncio.Queue(MAX_QUEUED)
        for frame in first:
            _put(queue, frame)
        self._queues[name].add(queue)
        self._on_change(name, True)
        try:
            yield queue
        finally:
            self._queues[name].discard(queue)
            if not self._queues[name]:
                del self._queues[name]
                self._on_change(name, False)


def _put(queue: asyncio.Queue[Frame], frame: Frame) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(frame)


__all__ = ("MAX_QUEUED", "Watchers")
