"""Keeps the states and contexts of a run: what changed is written every interval.

A killed process loses what changed since the last write; a run that stops loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from vgd_kernel.engine.contexts import Contexts
from vgd_kernel.engine.ledger import Key, Ledger, to_snapshot
from vgd_kernel.services.contexts.encoding import decode, encode
from vgd_kernel.services.contexts.value_file import ValueFile
from vgd_kernel.services.contexts.write_behind import LONGEST_TURN_S

logger = logging.getLogger(__name__)

IDLE_SHARE = 20
"""A look waits this many times as long as the last one took: at most 5 % of a core."""

Batch = Mapping[Key, bytes | None]
Write = Callable[[Batch], Awaitable[None]]


class StateKeeper:
    """Hands what changed to a writer. All calls on the loop of the run.

    Attributes:
        snapshot: What was kept before; None when there was nothing.
    """

    def __init__(
        self,
        kept: Mapping[Key, bytes],
        write: Write,
        *,
        interval_s: float,
        volatile: Iterable[str] = (),
    ) -> None:
        """Begin with what is kept.

        Args:
            kept: What is kept already.
            write: Keeps a batch, None where a value is no more; raises OSError or sqlite3.Error
                when it cannot, then the values come again.
            interval_s: Time between two writes.
            volatile: Names of context stores that are not kept.
        """
        self._kept = kept
        self._write = write
        self._interval_s = interval_s
        self._volatile = tuple(volatile)
        self._ledger: Ledger | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Future[None] | None = None
        self._lock = asyncio.Lock()
        self._failing = False
        values = {key: value for key, data in kept.items() for value in _decoded(key, data)}
        self.snapshot: Mapping[str, Any] | None = to_snapshot(values) if values else None

    def begin(self, contexts: Contexts) -> None:
        """Look at these from now on."""
        self._ledger = Ledger(contexts, encode, self._kept, volatile=self._volatile)
        self._kept = {}
        self._later(self._interval_s)

    def _later(self, delay_s: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._due)

    def _due(self) -> None:
        self._writing = asyncio.ensure_future(self._turn())

    async def _turn(self) -> None:
        took_s = await self.flush()
        if self._timer is not None:
            self._later(max(self._interval_s, IDLE_SHARE * took_s))

    async def flush(self, *, whole: bool = False) -> float:
        """Write what changed; return the seconds that finding it took of the loop.

        Args:
            whole: Look at everything, changed in whichever way.
        """
        ledger = self._ledger
        if ledger is None:
            return 0.0
        async with self._lock:
            batch: dict[Key, bytes | None] = {}
            took_s, begun_s = 0.0, time.perf_counter()
            for key, data in ledger.changes(whole=whole):
                batch[key] = data
                turn_s = time.perf_counter() - begun_s
                if turn_s > LONGEST_TURN_S:
                    took_s += turn_s
                    await asyncio.sleep(0)
                    begun_s = time.perf_counter()
            took_s += time.perf_counter() - begun_s
            if batch:
                await self._keep(ledger, batch)
            return took_s

    async def _keep(self, ledger: Ledger, batch: Batch) -> None:
        try:
            await self._write(batch)
        except (OSError, sqlite3.Error) as error:
            ledger.undo(batch)
            if not self._failing:
                logger.error(
                    "the state cannot be kept: %s; expected room and the right to write. It is "
                    "tried again every %g s. Make room, or correct the rights.",
                    error, self._interval_s,
                )  # fmt: skip
            self._failing = True
        else:
            self._failing = False

    def everything(self) -> dict[Key, bytes]:
        """Return all that is there now."""
        return {} if self._ledger is None else self._ledger.everything()

    async def end(self) -> None:
        """Write what changed, in whichever way, for the last time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._writing is not None:
            await self._writing
        await self.flush(whole=True)


class FileKeeper(StateKeeper):
    """Keeps the state in an SQLite file of its own."""

    def __init__(self, path: Path, *, interval_s: float = 1.0) -> None:
        """Open the file, made when it is not there; blocks.

        Args:
            path: The file, or a folder that gets a ``state.sqlite``.
            interval_s: Time between two writes.

        Raises:
            PlatformError: It is something else, or cannot be used.
        """
        self._file = ValueFile(path / "state.sqlite" if path.is_dir() else path)
        super().__init__(self._file.load(), self._to_file, interval_s=interval_s)

    async def _to_file(self, batch: Batch) -> None:
        await asyncio.to_thread(self._file.write, batch)

    async def end(self) -> None:
        """Write what changed for the last time, and close the file."""
        try:
            await super().end()
        finally:
            self._file.close()


def _decoded(key: Key, data: bytes) -> tuple[Any, ...]:
    """Return the value, or nothing when it cannot be read."""
    try:
        return (decode(data),)
    except ValueError as error:
        logger.warning("the kept value %r of %s is left out: %s", key[2], key[1], error)
        return ()


__all__ = ("Batch", "FileKeeper", "StateKeeper", "Write")
