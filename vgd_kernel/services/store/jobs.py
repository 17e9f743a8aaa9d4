"""Scheduled jobs and their runs, as rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vgd_kernel.services.store.database import Database

RunState = Literal["queued", "running", "succeeded", "failed", "cancelled"]

KEPT_RUNS = 200
"""Runs that are kept per job: half a year of a daily job, a day of one every ten minutes."""


@dataclass(frozen=True, slots=True)
class Job:
    """A notebook that runs by the clock.

    Attributes:
        id: Unique, 16 hex digits.
        name: For people.
        notebook: Path below the server's root, ``/`` between its parts.
        cron: Cron text; empty for a job that runs only on demand.
        timezone: IANA name of the zone that the cron text is meant in.
        parameters: Values for the notebook's cell tagged ``parameters``.
        paused: Runs only on demand while true.
        owner: Who made it.
        created: Seconds since the epoch.
    """

    id: str
    name: str
    notebook: str
    cron: str
    timezone: str
    parameters: Mapping[str, Any]
    paused: bool
    owner: str
    created: float


@dataclass(frozen=True, slots=True)
class JobRun:
    """One execution of a job.

    Attributes:
        id: Unique, 16 hex digits.
        job: Id of the job.
        state: How far it has come.
        scheduled: When it was due or asked for, seconds since the epoch.
        started: When it began, None before.
        finished: When it ended, None before.
        output: Path of the executed copy below the server's root, empty before.
        results: Values that the notebook recorded.
        error: Why it failed, empty otherwise.
    """

    id: str
    job: str
    state: RunState
    scheduled: float
    started: float | None = None
    finished: float | None = None
    output: str = ""
    results: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


_JOB = "id, name, notebook, cron, timezone, parameters, paused, owner, created"
_RUN = "id, job, state, scheduled, started, finished, output, results, error"


class JobTable:
    """Reads and writes jobs and runs; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._database = database

    def all(self) -> list[Job]:
        """Return all jobs, oldest first."""
        rows = self._database.read(f"SELECT {_JOB} FROM job ORDER BY created, id")  # noqa: S608 - constant columns
        return [_job(row) for row in rows]

    def get(self, id: str) -> Job | None:
        """Return one job, None when there is none."""
        return next((job for job in self.all() if job.id == id), None)

    def put(self, job: Job) -> None:
        """Add a job, or replace the one with its id."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO job VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "name = excluded.name, notebook = excluded.notebook, cron = excluded.cron, "
                "timezone = excluded.timezone, parameters = excluded.parameters, "
                "paused = excluded.paused",
                (job.id, job.name, job.notebook, job.cron, job.timezone,
                 json.dumps(dict(job.parameters)), int(job.paused), job.owner, job.created),
            )  # fmt: skip

    def remove(self, id: str) -> None:
        """Forget a job and its runs; executed copies stay."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM job WHERE id = ?", (id,))

    def add_run(self, run: JobRun, *, due: str | None) -> bool:
        """Add a run; drop the oldest finished ones beyond `KEPT_RUNS`.

        Args:
            run: The run.
            due: Its due time by the clock as ISO text; None when it was asked for.

        Returns:
            False when the job has a run of this due time already, or is gone.
        """
        try:
            with self._database.transaction() as connection:
                connection.execute(
                    "INSERT INTO job_run (id, job, state, scheduled, due, output, results, error) "
                    "VALUES (?, ?, ?, ?, ?, '', '{}', '')",
                    (run.id, run.job, run.state, run.scheduled, due),
                )
                connection.execute(
                    "DELETE FROM job_run WHERE finished IS NOT NULL AND id IN (SELECT id FROM "
                    "job_run WHERE job = ? ORDER BY scheduled DESC LIMIT -1 OFFSET ?)",
                    (run.job, KEPT_RUNS),
                )
        except sqlite3.IntegrityError:
            return False
        return True

    def save_run(self, run: JobRun) -> None:
        """Write how far a run has come."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE job_run SET state = ?, started = ?, finished = ?, output = ?, "
                "results = ?, error = ? WHERE id = ?",
                (run.state, run.started, run.finished, run.output,
                 json.dumps(dict(run.results)), run.error, run.id),
            )  # fmt: skip

    def runs(self, job: str) -> list[JobRun]:
        """Return the runs of a job, newest first."""
        query = f"SELECT {_RUN} FROM job_run WHERE job = ? ORDER BY scheduled DESC, rowid DESC"  # noqa: S608 - constant columns
        return [_run(row) for row in self._database.read(query, (job,))]

    def run(self, id: str) -> JobRun | None:
        """Return one run, None when there is none."""
        rows = self._database.read(f"SELECT {_RUN} FROM job_run WHERE id = ?", (id,))  # noqa: S608 - constant columns
        return _run(rows[0]) if rows else None

    def fail_unfinished(self, reason: str, *, now: float) -> int:
        """Set runs that a stopped server left behind to failed; return how many there were."""
        with self._database.transaction() as connection:
            return connection.execute(
                "UPDATE job_run SET state = 'failed', finished = ?, error = ? "
                "WHERE state IN ('queued', 'running')",
                (now, reason),
            ).rowcount


def _job(row: tuple[Any, ...]) -> Job:
    id, name, notebook, cron, timezone, parameters, paused, owner, created = row
    return Job(
        id, name, notebook, cron, timezone, json.loads(parameters), bool(paused), owner, created
    )


def _run(row: tuple[Any, ...]) -> JobRun:
    id, job, state, scheduled, started, finished, output, results, error = row
    return JobRun(id, job, state, scheduled, started, finished, output, json.loads(results), error)


__all__ = ("KEPT_RUNS", "Job", "JobRun", "JobTable", "RunState")
