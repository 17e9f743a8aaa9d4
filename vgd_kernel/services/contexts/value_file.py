"""One SQLite file of values by store, scope and key.

Several processes may write to the same file: each writes only the keys that it changed, in short
transactions, and waits for the others. The file has a write-ahead log; what `ValueFile.write` has
returned from survives ``kill -9`` and a power cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from vgd_kernel.services.store.database import Database

Key = tuple[str, str, str]
"""Store, scope and top-level key."""

_MIGRATIONS = (
    # two processes may open a new file at the same time
    """
    CREATE TABLE IF NOT EXISTS value (
        store BLOB NOT NULL,
        scope BLOB NOT NULL,
        key BLOB NOT NULL,
        value BLOB NOT NULL,
        PRIMARY KEY (store, scope, key)
    ) STRICT, WITHOUT ROWID;
    """,
)


class ValueFile:
    """An open file of values. All calls block; on a loop they go through a thread."""

    def __init__(self, path: Path) -> None:
        """Open the file, make it when it is not there.

        Raises:
            PlatformError: It is something else, or cannot be used.
        """
        self._database = Database(path, _MIGRATIONS)

    def load(self) -> dict[Key, bytes]:
        """Return all values."""
        rows = self._database.read("SELECT store, scope, key, value FROM value")
        return {(_text(row[0]), _text(row[1]), _text(row[2])): row[3] for row in rows}

    def write(self, batch: Mapping[Key, bytes | None]) -> None:
        """Write values together; None deletes one.

        Raises:
            sqlite3.Error: The disk is full, or the file is held too long by others.
        """
        kept = [(*map(_bytes, key), value) for key, value in batch.items() if value is not None]
        gone = [tuple(map(_bytes, key)) for key, value in batch.items() if value is None]
        with self._database.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO value VALUES (?, ?, ?, ?)", kept)
            connection.executemany(
                "DELETE FROM value WHERE store = ? AND scope = ? AND key = ?", gone
            )

    def close(self) -> None:
        """Close the file; harmless when it is closed."""
        self._database.close()


def _bytes(text: str) -> bytes:
    """Return a text as bytes; keys may hold lone halves of characters, as in JavaScript."""
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


__all__ = ("Key", "ValueFile")
