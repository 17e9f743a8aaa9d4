"""The kept state of deployments: node states and contexts, value by value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vgd_kernel.services.store.database import Database

StateKey = tuple[str, str, str]
"""Store, scope and key; see `vgd_kernel.engine.ledger`."""


@dataclass(frozen=True, slots=True)
class StateChanges:
    """What changed of a deployment's state.

    Attributes:
        epoch: Of the run that it comes from.
        version: Grows with every change of that run.
        values: What is there now; None for what is no more.
        whole: Everything that is not in ``values`` is no more.
    """

    epoch: int
    version: int
    values: Mapping[StateKey, bytes | None] = field(repr=False)
    whole: bool = False


class StateTable:
    """Reads and writes the state of deployments; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def begin(self, deployment: str, epoch: int) -> dict[StateKey, bytes]:
        """Return what is kept, for a run that starts; changes of older runs are refused from now.

        Args:
            deployment: Its name.
            epoch: Of the run that starts.
        """
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO state_cursor SELECT name, ?, 0 FROM deployment "
                "WHERE name = ?",
                (epoch, deployment),
            )
            rows = connection.execute(
                "SELECT store, scope, key, value FROM state WHERE deployment = ?", (deployment,)
            ).fetchall()
        return {(_text(row[0]), _text(row[1]), _text(row[2])): row[3] for row in rows}

    def version(self, deployment: str, epoch: int) -> int:
        """Return the version that is kept of a run; -1 when it is none of this run."""
        rows = self._database.read(
            "SELECT version FROM state_cursor WHERE deployment = ? AND epoch = ?",
            (deployment, epoch),
        )
        return int(rows[0][0]) if rows else -1

    def apply(self, deployment: str, changes: StateChanges) -> bool:
        """Keep changes; False when they come from a run that is not the newest any more."""
        with self._database.transaction() as connection:
            moved = connection.execute(
                "UPDATE state_cursor SET epoch = ?, version = ? "
                "WHERE deployment = ? AND epoch <= ?",
                (changes.epoch, changes.version, deployment, changes.epoch),
            ).rowcount
            if not moved:
                return False
            if changes.whole:
                connection.execute("DELETE FROM state WHERE deployment = ?", (deployment,))
            for key, value in changes.values.items():
                place = (deployment, *map(_bytes, key))
                if value is None:
                    connection.execute(
                        "DELETE FROM state WHERE deployment = ? AND store = ? AND scope = ? "
                        "AND key = ?",
                        place,
                    )
                else:
                    connection.execute(
                        "INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?)", (*place, value)
                    )
        return True


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


__all__ = ("StateChanges", "StateKey", "StateTable")
