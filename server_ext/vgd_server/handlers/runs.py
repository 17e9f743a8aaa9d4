"""Runs of a job."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from vgd_kernel.services.store import JobRun
from vgd_server.access import allowed
from vgd_server.base import MAX_WAIT_S, VGDHandler


class RunNowHandler(VGDHandler):
    """``/jobs/{id}/run``."""

    @allowed("execute")
    async def post(self, id: str) -> None:
        """Run a job once, now."""
        schedule = (await self.platform()).schedule
        self.answer(_describe(await schedule.run_now(id)), 202)


class RunsHandler(VGDHandler):
    """``/jobs/{id}/runs``."""

    @allowed("read")
    async def get(self, id: str) -> None:
        """Return the runs of a job, newest first."""
        schedule = (await self.platform()).schedule
        self.answer({"runs": [_describe(run) for run in await schedule.runs(id)]})


class RunHandler(VGDHandler):
    """``/jobs/{id}/runs/{run}``."""

    @allowed("read")
    async def get(self, id: str, run: str) -> None:
        """Return one run; wait for its end if asked."""
        schedule = (await self.platform()).schedule
        await schedule.run(id, run)
        wait_s = self.query_number("wait_s", 0, most=MAX_WAIT_S)
        await schedule.wait(run, timeout_s=wait_s)
        self.answer(_describe(await schedule.run(id, run)))


def _describe(run: JobRun) -> dict[str, Any]:
    return {**asdict(run), "results": dict(run.results)}


ROUTES = [
    ("/jobs/{id}/run", RunNowHandler),
    ("/jobs/{id}/runs", RunsHandler),
    ("/jobs/{id}/runs/{run}", RunHandler),
]
