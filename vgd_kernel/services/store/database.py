"""The SQLite file: one connection, write-ahead log, migrations, short transactions.

A committed transaction survives ``kill -9`` (write-ahead log) and a power cut
(``synchronous=FULL``). All calls are blocking and thread-safe; on an event loop they go through
``asyncio.to_thread``.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vgd_kernel.model.errors import PlatformError

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE deployment (
        name TEXT PRIMARY KEY,
        revision INTEGER NOT NULL,
        desired TEXT NOT NULL CHECK (desired IN ('running', 'stopped')),
        owner TEXT NOT NULL,
        created REAL NOT NULL,
        updated REAL NOT NULL,
        epoch INTEGER NOT NULL DEFAULT 0,
        worker TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE TABLE revision (
        deployment TEXT NOT NULL REFERENCES deployment (name) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        flow TEXT NOT NULL,
        labels TEXT NOT NULL,
        environment TEXT NOT NULL,
        owner TEXT NOT NULL,
        created REAL NOT NULL,
        PRIMARY KEY (deployment, number)
    ) STRICT;
    CREATE TABLE journal (
        deployment TEXT NOT NULL REFERENCES deployment (name) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        node TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (deployment, seq)
    ) STRICT;
    CREATE TABLE cursor (
        deployment TEXT PRIMARY KEY REFERENCES deployment (name) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        source_seq INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE job (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        notebook TEXT NOT NULL,
        cron TEXT NOT NULL,
        timezone TEXT NOT NULL,
        parameters TEXT NOT NULL,
        paused INTEGER NOT NULL,
        owner TEXT NOT NULL,
        created REAL NOT NULL
    ) STRICT;
    CREATE TABLE job_run (
        id TEXT PRIMARY KEY,
        job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        state TEXT NOT NULL,
        scheduled REAL NOT NULL,
        due TEXT,
        started REAL,
        finished REAL,
        output TEXT NOT NULL,
        results TEXT NOT NULL,
        error TEXT NOT NULL,
        UNIQUE (job, due)
    ) STRICT;
    CREATE INDEX job_run_by_time ON job_run (job, scheduled);
    """,
    """
    CREATE TABLE state (
        deployment TEXT NOT NULL REFERENCES deployment (name) ON DELETE CASCADE,
        store BLOB NOT NULL,
        scope BLOB NOT NULL,
        key BLOB NOT NULL,
        value BLOB NOT NULL,
        PRIMARY KEY (deployment, store, scope, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE state_cursor (
        deployment TEXT PRIMARY KEY REFERENCES deployment (name) ON DELETE CASCADE,
        epoch INTEGER NOT NULL,
        version INTEGER NOT NULL
    ) STRICT;
    """,
)
"""One script per schema version; released ones are never changed, only followed by others."""


class Database:
    """An open SQLite file at the newest schema version."""

    def __init__(self, path: Path, migrations: Sequence[str] = MIGRATIONS) -> None:
        """Open the file, make it when it is not there, and migrate it.

        Args:
            path: The file.
            migrations: One script per schema version; those of the server when absent.

        Raises:
            PlatformError: It is not a database of VGD, or of a newer VGD.
        """
        self.path = path
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._connection = sqlite3.connect(
                path, check_same_thread=False, isolation_level=None, timeout=10
            )
        except (sqlite3.Error, OSError) as error:
            raise _unusable(path, error) from None
        try:
            path.chmod(0o600)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute("PRAGMA foreign_keys=ON")
            self._migrate(migrations)
        except (sqlite3.DatabaseError, OSError) as error:
            self._connection.close()
            raise _unusable(path, error) from None
        except PlatformError:
            self._connection.close()
            raise

    def _migrate(self, migrations: Sequence[str]) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version > len(migrations):
            raise PlatformError(
                f"{self.path} has schema version {version}; expected at most {len(migrations)}. "
                "It was written by a newer VisualGridDev: upgrade this one."
            )
        for number, script in enumerate(migrations[version:], start=version + 1):
            self._connection.executescript(
                f"BEGIN IMMEDIATE; {script}; PRAGMA user_version={number}; COMMIT"
            )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run statements together: all are kept, or none when one raises."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                if self._connection.in_transaction:  # a full disk ends it before
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def read(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._lock:
            return self._connection.execute(query, parameters).fetchall()

    def close(self) -> None:
        """Close the file; harmless when it is closed."""
        with self._lock:
            self._connection.close()


def _unusable(path: Path, error: Exception) -> PlatformError:
    return PlatformError(
        f"{path} cannot be read: {error}; expected a database of VisualGridDev. "
        "Move the file away to begin anew, or restore it from a backup."
    )


__all__ = ("MIGRATIONS", "Database")
