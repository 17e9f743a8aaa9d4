"""Journals in memory: bounded, numbered, awaitable; written to the store in batches."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from vgd_kernel.model.events import LogLevel, LogRecord
from vgd_kernel.services.store import Cursor, Record, Store

WRITE_EVERY_S = 0.5
"""Records of half a second go into one transaction. A server that is killed in between reads
them again from the worker, which keeps them too."""


class Journal:
    """The last records of one deployment.

    Attributes:
        cursor: How far it has come.
    """

    def __init__(
        self, records: list[Record], cursor: Cursor, *, size: int, on_change: Callable[[], None]
    ) -> None:
        """Go on from what the store kept."""
        self.cursor = cursor
        self._records: deque[Record] = deque(records, maxlen=size)
        self._unwritten: deque[Record] = deque(maxlen=size)
        self._on_change = on_change
        self._grown = asyncio.Event()

    def take_up(self, epoch: int, batch: list[Mapping[str, Any]]) -> None:
        """Add records of a worker; what is known already or of an older epoch is left out."""
        seen = self.cursor.source_seq if self.cursor.epoch == epoch else 0
        if epoch < self.cursor.epoch:
            return
        new = [record for record in batch if record["seq"] > seen]
        if not new:
            return
        self._add([(r["kind"], r["node"], r["body"]) for r in new], epoch, new[-1]["seq"])

    def note(self, text: str, *, level: LogLevel = "info") -> None:
        """Add a line of the platform's own."""
        body = LogRecord(level, "", text, "", time.time()).to_json()
        self._add([("log", "", body)], self.cursor.epoch, self.cursor.source_seq)

    def _add(self, items: list[tuple[str, str, dict[str, Any]]], epoch: int, source: int) -> None:
        first = self.cursor.seq + 1
        records = [Record(seq, *item) for seq, item in enumerate(items, start=first)]
        self._records.extend(records)
        self._unwritten.extend(records)
        self.cursor = Cursor(records[-1].seq, epoch, source)
        self._grown.set()
        self._grown = asyncio.Event()
        self._on_change()

    def read(self, kind: str, *, after: int = 0, node: str = "") -> list[Record]:
        """Return the kept records of a kind after a number, oldest first."""
        return [
            record
            for record in self._records
            if record.seq > after and record.kind == kind and node in ("", record.node)
        ]

    def recent(self, count: int) -> list[Record]:
        """Return the last records of every kind, oldest first."""
        return list(self._records)[-count:]

    async def wait(
        self, kind: str, *, after: int, node: str = "", timeout_s: float
    ) -> list[Record]:
        """Return as `read` does, but wait for the first record when there is none."""
        try:
            async with asyncio.timeout(timeout_s):
                while not (found := self.read(kind, after=after, node=node)):
                    await self._grown.wait()
                return found
        except TimeoutError:
            return []

    def take_unwritten(self) -> list[Record]:
        """Return what the store has not got yet, and forget that it has not."""
        records = list(self._unwritten)
        self._unwritten.clear()
        return records


class JournalBook:
    """The journals of all deployments."""

    def __init__(self, store: Store, *, size: int) -> None:
        """Keep ``size`` records of each."""
        self._store = store
        self._size = size
        self._journals: dict[str, Journal] = {}
        self._changed = asyncio.Event()

    async def open(self, name: str) -> Journal:
        """Return the journal of a deployment, read from the store the first time."""
        if name not in self._journals:
            records, cursor = await asyncio.to_thread(self._store.journal.load, name)
            journal = Journal(records, cursor, size=self._size, on_change=self._changed.set)
            self._journals.setdefault(name, journal)
        return self._journals[name]

    def get(self, name: str) -> Journal | None:
        """Return an open journal, None when it is not open."""
        return self._journals.get(name)

    def forget(self, name: str) -> None:
        """Drop the journal of a deployment that was removed."""
        self._journals.pop(name, None)

    async def run(self) -> None:
        """Write what is new, in batches, until cancelled."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(WRITE_EVERY_S)
            await self.write()

    async def write(self) -> None:
        """Write what is new."""
        self._changed.clear()
        for name, journal in tuple(self._journals.items()):
            records, cursor = journal.take_unwritten(), journal.cursor
            if records:
                await asyncio.to_thread(self._store.journal.append, name, records, cursor)


__all__ = ("WRITE_EVERY_S", "Journal", "JournalBook")
