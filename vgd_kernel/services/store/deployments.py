"""Deployments and their revisions, as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from vgd_kernel.model.flow import Entry
from vgd_kernel.services.store.database import Database

Desired = Literal["running", "stopped"]


@dataclass(frozen=True, slots=True)
class Revision:
    """One immutable version of what a deployment runs.

    Attributes:
        deployment: Name of the deployment.
        number: 1, 2, ...
        flow: Entries of the flow document.
        labels: What a worker must have to be chosen.
        environment: Environment variables that the flow sees.
        owner: Who made it.
        created: Seconds since the epoch.
    """

    deployment: str
    number: int
    flow: list[Entry]
    labels: Mapping[str, str]
    environment: Mapping[str, str]
    owner: str
    created: float


@dataclass(frozen=True, slots=True)
class Deployment:
    """A flow that is to be kept running, or was.

    Attributes:
        name: Unique, readable.
        revision: Number of the newest revision, the one that runs.
        desired: What the user wants.
        owner: Who made it.
        created: Seconds since the epoch.
        updated: Time of the last change that a person made.
        epoch: How often it was started; a worker that runs an older one is stale.
        worker: JSON of the card of the worker that it was placed on last, empty before.
    """

    name: str
    revision: int
    desired: Desired
    owner: str
    created: float
    updated: float
    epoch: int
    worker: str


class DeploymentTable:
    """Reads and writes deployments; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def all(self) -> list[Deployment]:
        """Return all deployments by name."""
        rows = self._database.read(
            "SELECT name, revision, desired, owner, created, updated, epoch, worker "
            "FROM deployment ORDER BY name"
        )
        return [Deployment(*row) for row in rows]

    def get(self, name: str) -> Deployment | None:
        """Return one deployment, None when there is none."""
        return next((row for row in self.all() if row.name == name), None)

    def put(
        self,
        name: str,
        *,
        flow: list[Entry],
        labels: Mapping[str, str],
        environment: Mapping[str, str],
        owner: str,
        now: float,
    ) -> Revision:
        """Add a revision (the first one makes the deployment) and want it running."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT max(number) FROM revision WHERE deployment = ?", (name,)
            ).fetchone()
            number = (row[0] or 0) + 1
            connection.execute(
                "INSERT INTO deployment (name, revision, desired, owner, created, updated, epoch) "
                "VALUES (?, ?, 'running', ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
                "revision = excluded.revision, desired = 'running', updated = excluded.updated",
                # the first epoch comes from the clock: a run of a removed namesake is always older
                (name, number, owner, now, now, int(now * 1000)),
            )
            connection.execute(
                "INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?)",
                (name, number, *(json.dumps(x) for x in (flow, dict(labels), dict(environment))),
                 owner, now),
            )  # fmt: skip
        return Revision(name, number, flow, labels, environment, owner, now)

    def revisions(self, name: str) -> list[Revision]:
        """Return the revisions of a deployment, oldest first."""
        rows = self._database.read(
            "SELECT deployment, number, flow, labels, environment, owner, created "
            "FROM revision WHERE deployment = ? ORDER BY number",
            (name,),
        )
        return [_revision(row) for row in rows]

    def revision(self, name: str, number: int) -> Revision | None:
        """Return one revision, None when there is none."""
        rows = self._database.read(
            "SELECT deployment, number, flow, labels, environment, owner, created "
            "FROM revision WHERE deployment = ? AND number = ?",
            (name, number),
        )
        return _revision(rows[0]) if rows else None

    def set_desired(self, name: str, desired: Desired, *, now: float) -> None:
        """Write down what the user wants."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE deployment SET desired = ?, updated = ? WHERE name = ?",
                (desired, now, name),
            )

    def set_placement(self, name: str, *, epoch: int, worker: str) -> None:
        """Write down where a deployment is about to be started, before it is."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE deployment SET epoch = ?, worker = ? WHERE name = ?", (epoch, worker, name)
            )

    def remove(self, name: str) -> None:
        """Forget a deployment with its revisions and its journal."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM deployment WHERE name = ?", (name,))


def _revision(row: tuple[Any, ...]) -> Revision:
    name, number, flow, labels, environment, owner, created = row
    return Revision(
        name, number, json.loads(flow), json.loads(labels), json.loads(environment), owner, created
    )


__all__ = ("Deployment", "DeploymentTable", "Desired", "Revision")
