"""Jobs: notebooks that run by the clock or on demand."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from vgd_server.access import allowed
from vgd_server.base import Body, VGDHandler


class JobBody(Body):
    """A new job."""

    notebook: str
    name: str = ""
    cron: str = ""
    timezone: str = "UTC"
    parameters: dict[str, Any] = Field(default_factory=dict)
    paused: bool = False


class JobChange(Body):
    """Fields of a job to be changed; absent ones stay."""

    notebook: str | None = None
    name: str | None = None
    cron: str | None = None
    timezone: str | None = None
    parameters: dict[str, Any] | None = None
    paused: bool | None = None


class JobsHandler(VGDHandler):
    """``/jobs``."""

    @allowed("read")
    async def get(self) -> None:
        """Return all jobs."""
        schedule = (await self.platform()).schedule
        self.answer({"jobs": [schedule.describe(job) for job in await schedule.all()]})

    @allowed("execute")
    async def post(self) -> None:
        """Add a job."""
        body = self.body(JobBody)
        schedule = (await self.platform()).schedule
        job = await schedule.create(**body.model_dump(), owner=self.user)
        self.answer(schedule.describe(job), 201)


class JobHandler(VGDHandler):
    """``/jobs/{id}``."""

    @allowed("read")
    async def get(self, id: str) -> None:
        """Return one job."""
        schedule = (await self.platform()).schedule
        self.answer(schedule.describe(await schedule.get(id)))

    @allowed("execute")
    async def patch(self, id: str) -> None:
        """Change fields of a job."""
        change = self.body(JobChange).model_dump(exclude_none=True)
        schedule = (await self.platform()).schedule
        self.answer(schedule.describe(await schedule.change(id, **change)))

    @allowed("execute")
    async def delete(self, id: str) -> None:
        """Cancel what runs of a job and forget it."""
        schedule = (await self.platform()).schedule
        await schedule.remove(id)
        self.set_status(204)
        self.finish()


ROUTES = [("/jobs", JobsHandler), ("/jobs/{id}", JobHandler)]
