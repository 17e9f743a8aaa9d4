"""The state of deployments on its way: from a flow host to the server's store and back.

A flow host pushes what changed every interval, with a version that grows. A server that comes back
tells the version that it has kept, and gets everything when that is not the last one.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from vgd_kernel.services.contexts.keeping import StateKeeper
from vgd_kernel.services.store import StateChanges, StateKey, StateTable

logger = logging.getLogger(__name__)

FRAME_BYTES = 4 * 1024 * 1024
"""Values that go into one frame; a link has other things to say in between."""

Push = Callable[[dict[str, Any]], None]


def to_rows(values: Mapping[StateKey, bytes | None]) -> list[list[str | None]]:
    """Return values as JSON."""
    return [
        [*key, None if data is None else base64.b64encode(data).decode("ascii")]
        for key, data in values.items()
    ]


def from_rows(rows: Iterable[Any]) -> dict[StateKey, bytes | None]:
    """Return the values of `to_rows`."""
    return {
        (str(store), str(scope), str(key)): None if data is None else base64.b64decode(data)
        for store, scope, key, data in rows
    }


class HostedState:
    """The worker's end: hands changes of one run to the servers that follow it.

    Attributes:
        keeper: Looks at the run.
    """

    def __init__(
        self,
        kept: Mapping[StateKey, bytes],
        *,
        interval_s: float,
        volatile: Iterable[str] = (),
    ) -> None:
        """Begin with what the server has kept."""
        self.keeper = StateKeeper(kept, self._write, interval_s=interval_s, volatile=volatile)
        self._version = 0
        self._followers: dict[object, Push] = {}

    def follow(self, key: object, push: Push, *, version: int) -> None:
        """Push every change from now on; everything first when more than ``version`` is there."""
        if version != self._version:
            self._send(self.keeper.everything(), (push,), whole=True)
        self._followers[key] = push

    def leave(self, key: object) -> None:
        """Forget a follower."""
        self._followers.pop(key, None)

    async def _write(self, batch: Mapping[StateKey, bytes | None]) -> None:
        self._send(batch, tuple(self._followers.values()), whole=False)

    def _send(
        self, values: Mapping[StateKey, bytes | None], to: tuple[Push, ...], *, whole: bool
    ) -> None:
        for part in _parts(values):
            self._version += 1
            frame = {"version": self._version, "whole": whole, "values": to_rows(part)}
            for push in to:
                push(frame)
            whole = False


def _parts(
    values: Mapping[StateKey, bytes | None],
) -> Iterator[dict[StateKey, bytes | None]]:
    part: dict[StateKey, bytes | None] = {}
    size = 0
    for key, data in values.items():
        if part and size + len(data or b"") > FRAME_BYTES:
            yield part
            part, size = {}, 0
        part[key] = data
        size += len(data or b"")
    yield part


class StateBook:
    """The server's end: writes what comes in, in order, in a thread."""

    def __init__(self, table: StateTable) -> None:
        """Write to a table."""
        self._table = table
        self._waiting: asyncio.Queue[tuple[str, StateChanges]] = asyncio.Queue()

    def take_up(self, name: str, epoch: int, frame: Mapping[str, Any]) -> None:
        """Write a frame of a worker soon."""
        changes = StateChanges(
            epoch, int(frame["version"]), from_rows(frame["values"]), bool(frame["whole"])
        )
        self._waiting.put_nowait((name, changes))

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            name, changes = await self._waiting.get()
            try:
                await asyncio.to_thread(self._table.apply, name, changes)
            except sqlite3.Error:
                logger.exception("the state of %s cannot be written; it comes again later", name)
            finally:
                self._waiting.task_done()

    async def begin(self, name: str, epoch: int) -> dict[StateKey, bytes]:
        """Return what is kept, for a run that starts; what came before is written first."""
        await self._waiting.join()
        return await asyncio.to_thread(self._table.begin, name, epoch)

    async def version(self, name: str, epoch: int) -> int:
        """Return the version that is kept of a run, -1 when none is."""
        await self._waiting.join()
        return await asyncio.to_thread(self._table.version, name, epoch)

    async def drain(self) -> None:
        """Wait until all is written."""
        await self._waiting.join()


__all__ = ("FRAME_BYTES", "HostedState", "StateBook", "from_rows", "to_rows")
