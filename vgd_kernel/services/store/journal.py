"""The journal of a deployment: its last debug messages and log lines, numbered for good."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vgd_kernel.services.store.database import Database


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a journal.

    Attributes:
        seq: 1, 2, ... within the deployment, never used twice.
        kind: ``debug``, ``log`` or ``display``.
        node: Id of the node that it came from, empty for the platform.
        body: The event as a JSON object.
    """

    seq: int
    kind: str
    node: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a journal has come.

    Attributes:
        seq: Number of its last record.
        epoch: Epoch of the run that the last record of a worker came from.
        source_seq: Number of that record within its run.
    """

    seq: int = 0
    epoch: int = 0
    source_seq: int = 0


class JournalTable:
    """Reads and writes journals; every method is one transaction."""

    def __init__(self, database: Database, size: int) -> None:
        """Keep the last ``size`` records of each deployment."""
        self._database = database
        self._size = size

    def load(self, deployment: str) -> tuple[list[Record], Cursor]:
        """Return what is kept of a deployment, oldest first, and how far it has come."""
        rows = self._database.read(
            "SELECT seq, kind, node, body FROM journal WHERE deployment = ? ORDER BY seq",
            (deployment,),
        )
        records = [Record(seq, kind, node, json.loads(body)) for seq, kind, node, body in rows]
        found = self._database.read(
            "SELECT seq, epoch, source_seq FROM cursor WHERE deployment = ?", (deployment,)
        )
        return records, Cursor(*found[0]) if found else Cursor()

    def append(self, deployment: str, records: Sequence[Record], cursor: Cursor) -> bool:
        """Add records, drop the oldest, move the cursor; False when the deployment is gone."""
        with self._database.transaction() as connection:
            known = connection.execute(
                "SELECT 1 FROM deployment WHERE name = ?", (deployment,)
            ).fetchone()
            if known is None:
                return False
            connection.executemany(
                "INSERT OR REPLACE INTO journal VALUES (?, ?, ?, ?, ?)",
                [(deployment, r.seq, r.kind, r.node, json.dumps(r.body)) for r in records],
            )
            connection.execute(
                "DELETE FROM journal WHERE deployment = ? AND seq <= ?",
                (deployment, cursor.seq - self._size),
            )
            connection.execute(
                "INSERT OR REPLACE INTO cursor VALUES (?, ?, ?, ?)",
                (deployment, cursor.seq, cursor.epoch, cursor.source_seq),
            )
        return True


__all__ = ("Cursor", "JournalTable", "Record")
