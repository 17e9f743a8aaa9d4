"""Writes what changed later, in a thread, so that no node waits for a disk.

A key is marked when its value changes; after the interval the values of all marked keys are turned
into bytes on the loop (one after the other, so that each is whole) and written in a thread. What
cannot be written stays marked and is tried again.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

LONGEST_TURN_S = 0.005
"""Time that encoding takes of the loop at once; then flows have a turn."""

RETRY_S = 5.0
"""Pause after a write that failed; a full disk does not get better sooner."""

KeyT = TypeVar("KeyT", bound=Hashable)

Write = Callable[[Mapping[KeyT, bytes | None]], None]
"""Write a batch, None where a key is to be deleted; called in a thread, one at a time."""


class WriteBehind(Generic[KeyT]):
    """Keys whose values are to be written. All calls on one loop."""

    def __init__(
        self,
        what: str,
        encode: Callable[[KeyT], bytes | None],
        write: Write[KeyT],
        *,
        interval_s: float,
    ) -> None:
        """Write nothing yet.

        Args:
            what: What is written, for the log.
            encode: Returns the bytes of a key, None when it is to be deleted; raises ValueError
                when its value has none, then what was written before stays.
            write: Writes a batch; raises OSError or sqlite3.Error when it cannot.
            interval_s: Time from the first mark to the write.
        """
        self._what = what
        self._encode = encode
        self._write = write
        self._interval_s = interval_s
        self._marked: dict[KeyT, None] = {}
        self._writing: frozenset[KeyT] = frozenset()
        self._timer: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Future[bool] | None = None
        self._lock = asyncio.Lock()
        self._failing = False

    def mark(self, key: KeyT) -> None:
        """Take note that the value of a key is to be written."""
        self._marked[key] = None
        if self._timer is None:
            self._arm(self._interval_s)

    def dirty(self, key: KeyT) -> bool:
        """Tell whether the value of a key is not written yet."""
        return key in self._marked or key in self._writing

    def _arm(self, delay_s: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._due)

    def _due(self) -> None:
        self._timer = None
        self._flushing = asyncio.ensure_future(self.flush())

    async def flush(self) -> bool:
        """Write all that is marked now; False when it could not be written."""
        async with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            keys, self._marked = tuple(self._marked), {}
            if not keys:
                return True
            self._writing = frozenset(keys)
            try:
                await asyncio.to_thread(self._write, await self._encoded(keys))
            except (OSError, sqlite3.Error) as error:
                self._failed(keys, error)
                return False
            finally:
                self._writing = frozenset()
            self._failing = False
            return True

    async def _encoded(self, keys: tuple[KeyT, ...]) -> dict[KeyT, bytes | None]:
        batch: dict[KeyT, bytes | None] = {}
        begun_s = time.perf_counter()
        for key in keys:
            try:
                batch[key] = self._encode(key)
            except ValueError as error:
                logger.error("%s: %s is not written: %s", self._what, key, error)
            if time.perf_counter() - begun_s > LONGEST_TURN_S:
                await asyncio.sleep(0)
                begun_s = time.perf_counter()
        return batch

    def _failed(self, keys: tuple[KeyT, ...], error: Exception) -> None:
        self._marked = dict.fromkeys(keys) | self._marked
        if not self._failing:
            logger.error(
                "%s cannot be written: %s; expected room and the right to write. The values stay "
                "in memory and are tried again every %g s. Make room, or correct the rights.",
                self._what, error, RETRY_S,
            )  # fmt: skip
        self._failing = True
        if self._timer is None:
            self._arm(RETRY_S)

    async def close(self) -> bool:
        """Write all that is marked, once; no more timers afterwards. False when it could not."""
        written = await self.flush()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._flushing is not None:
            await self._flushing
        return written


__all__ = ("LONGEST_TURN_S", "RETRY_S", "Write", "WriteBehind")
