"""The schedule: jobs, their due times and their runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from vgd_kernel.model.errors import FlowError, VgdError
from vgd_kernel.model.services import NotebookRunner
from vgd_kernel.services.schedule.config import ScheduleSettings
from vgd_kernel.services.schedule.parameters import NotebookError, ParameterError, typed_values
from vgd_kernel.services.schedule.timetable import CronError, due_text, next_due, zone
from vgd_kernel.services.store import Job, JobRun, Store

STOPPED = "the server stopped while it ran"

LONGEST_WAIT_S = 60.0
"""The clock is looked at this often at least, so that a changed system time is noticed."""

logger = logging.getLogger(__name__)


class UnknownJobError(FlowError):
    """A job or a run that is not there."""


class FieldError(FlowError):
    """A field of a job that cannot be used.

    Attributes:
        field: Its name.
    """

    def __init__(self, text: str, *, field: str) -> None:
        """Keep the text and the name of the field."""
        super().__init__(text)
        self.field = field


class Schedule:
    """Runs notebooks by the clock. All calls on the loop that started it."""

    def __init__(
        self,
        store: Store,
        runner: NotebookRunner,
        root: Path,
        settings: ScheduleSettings | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare; `start` does the work.

        Args:
            store: Where jobs and runs are kept.
            runner: Executes notebooks.
            root: Folder that notebook paths are below; nothing outside of it is run.
            settings: See `ScheduleSettings`.
            clock: Wall-clock seconds.
        """
        settings = settings or ScheduleSettings()
        self._jobs = store.jobs
        self._runner = runner
        self._root = root.resolve()
        self._late_limit_s = settings.late_limit_s
        self._clock = clock
        self._slots = asyncio.Semaphore(settings.jobs_at_once)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._timer: asyncio.Task[None] | None = None
        self._closing = False

    async def start(self) -> None:
        """Set runs that a stopped server left behind to failed, and begin to look at the clock."""
        await asyncio.to_thread(self._jobs.fail_unfinished, STOPPED, now=self._clock())
        self._timer = asyncio.get_running_loop().create_task(self._watch_clock())

    async def close(self) -> None:
        """Cancel what runs and stop looking at the clock."""
        self._closing = True
        tasks = [*self._running.values(), *([self._timer] if self._timer else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- jobs ----------------------------------------------------------------------------------

    async def create(
        self,
        *,
        name: str,
        notebook: str,
        cron: str = "",
        timezone: str = "UTC",
        parameters: Mapping[str, Any] | None = None,
        paused: bool = False,
        owner: str = "",
    ) -> Job:
        """Add a job.

        Raises:
            FieldError: A field cannot be used; nothing was added.
        """
        job = Job(
            secrets.token_hex(8), name or Path(notebook).stem, notebook, cron.strip(), timezone,
            dict(parameters or {}), paused, owner, self._clock(),
        )  # fmt: skip
        return await self._save(job)

    async def change(self, id: str, **fields: Any) -> Job:
        """Change fields of a job; the same errors as `create`."""
        return await self._save(replace(await self.get(id), **fields))

    async def _save(self, job: Job) -> Job:
        checked = await asyncio.to_thread(self._check, job)
        await asyncio.to_thread(self._jobs.put, checked)
        self._changed.set()
        return checked

    def _check(self, job: Job) -> Job:
        try:
            zone(job.timezone)
        except CronError as error:
            raise FieldError(str(error), field="timezone") from None
        try:
            if job.cron:
                next_due(job.cron, job.timezone, self._clock())
        except CronError as error:
            raise FieldError(str(error), field="cron") from None
        try:
            path = self._path(job.notebook)
            values = typed_values(path, job.parameters)
        except NotebookError as error:
            raise FieldError(str(error), field="notebook") from None
        except ParameterError as error:
            raise FieldError(str(error), field=f"parameters.{error.name}") from None
        notebook = path.relative_to(self._root).as_posix()
        return replace(job, notebook=notebook, parameters=values)

    def _path(self, notebook: str) -> Path:
        path = (self._root / notebook).resolve()  # an absolute path replaces the root here
        if not path.is_relative_to(self._root):
            raise NotebookError(
                f"the notebook {notebook!r} lies outside of the server's folder; expected a path "
                "below it, as in 'notebooks/report.ipynb'. Move the notebook or correct the path."
            )
        return path

    async def remove(self, id: str) -> None:
        """Cancel what runs of a job and forget it; executed copies stay."""
        await self.get(id)
        for run in await asyncio.to_thread(self._jobs.runs, id):
            await self.cancel(run.id)
        await asyncio.to_thread(self._jobs.remove, id)
        self._changed.set()

    async def get(self, id: str) -> Job:
        """Return a job.

        Raises:
            UnknownJobError: There is none.
        """
        job = await asyncio.to_thread(self._jobs.get, id)
        if job is None:
            raise UnknownJobError(
                f"no job {id!r}; expected the id of one of the jobs. List them to see their ids."
            )
        return job

    async def all(self) -> list[Job]:
        """Return all jobs, oldest first."""
        return await asyncio.to_thread(self._jobs.all)

    def describe(self, job: Job) -> dict[str, Any]:
        """Return a job as JSON, with its next due time."""
        due = None if job.paused or not job.cron else self._next(job, self._clock())
        return {**asdict(job), "parameters": dict(job.parameters), "next_run": due}

    # -- runs ----------------------------------------------------------------------------------

    async def run_now(self, id: str) -> JobRun:
        """Run a job once, at once or when a slot is free; return the run."""
        run = await self._begin(await self.get(id), self._clock(), due=None)
        assert run is not None, "a run that was asked for has no due time to collide with"
        return run

    async def runs(self, id: str) -> list[JobRun]:
        """Return the runs of a job, newest first."""
        await self.get(id)
        return await asyncio.to_thread(self._jobs.runs, id)

    async def run(self, id: str, run_id: str) -> JobRun:
        """Return one run of a job.

        Raises:
            UnknownJobError: There is none.
        """
        found = await asyncio.to_thread(self._jobs.run, run_id)
        if found is None or found.job != id:
            raise UnknownJobError(
                f"no run {run_id!r} of the job {id!r}; expected the id of one of its runs. "
                "List the runs to see their ids."
            )
        return found

    async def wait(self, run_id: str, *, timeout_s: float) -> None:
        """Wait until a run has ended, at most so long."""
        task = self._running.get(run_id)
        if task is not None:
            await asyncio.wait({task}, timeout=timeout_s)

    async def cancel(self, run_id: str) -> None:
        """End a run and its kernel; harmless when it has ended."""
        task = self._running.get(run_id)
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    async def _begin(self, job: Job, scheduled: float, *, due: str | None) -> JobRun | None:
        run = JobRun(secrets.token_hex(8), job.id, "queued", scheduled)
        if not await asyncio.to_thread(self._jobs.add_run, run, due=due):
            return None
        task = asyncio.get_running_loop().create_task(self._execute(job, run))
        self._running[run.id] = task
        task.add_done_callback(lambda _: self._running.pop(run.id, None))
        return run

    async def _execute(self, job: Job, run: JobRun) -> None:
        try:
            async with self._slots:
                run = replace(run, state="running", started=self._clock())
                await asyncio.to_thread(self._jobs.save_run, run)
                result = await self._runner.run(self._path(job.notebook), job.parameters)
                output = result.output.resolve()
                if output.is_relative_to(self._root):
                    output = output.relative_to(self._root)
                run = replace(
                    run, state="succeeded", output=output.as_posix(), results=result.results
                )
        except asyncio.CancelledError:
            if self._closing:
                run = replace(run, state="failed", error=STOPPED)
            else:
                run = replace(run, state="cancelled", error="it was cancelled")
            raise
        except VgdError as error:
            run = replace(run, state="failed", error=str(error))
        except Exception as error:  # boundary: the run tells, the schedule goes on
            logger.exception("the job %s failed", job.name)
            run = replace(run, state="failed", error=f"{type(error).__name__}: {error}")
        finally:
            # not in a thread: this must also happen while the task is being cancelled
            self._jobs.save_run(replace(run, finished=self._clock()))

    # -- the clock -----------------------------------------------------------------------------

    def _next(self, job: Job, after: float) -> float | None:
        try:
            return next_due(job.cron, job.timezone, after)
        except CronError as error:
            logger.warning("the job %s is never due: %s", job.name, error)
            return None

    async def _watch_clock(self) -> None:
        """Begin what is due; sleep until the next due time or a change of the jobs."""
        looked = self._clock()
        while True:
            self._changed.clear()
            now = max(self._clock(), looked)
            upcoming = [now + LONGEST_WAIT_S]
            for job in await self.all():
                if job.paused or not job.cron:
                    continue
                due = self._next(job, max(looked, now - self._late_limit_s))
                while due is not None and due <= now:
                    await self._begin(job, due, due=due_text(due))
                    due = self._next(job, due)
                if due is not None:
                    upcoming.append(due)
            looked = now
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, min(upcoming) - self._clock())):
                    await self._changed.wait()


__all__ = ("LONGEST_WAIT_S", "STOPPED", "FieldError", "Schedule", "UnknownJobError")
