"""Jobs, their due times and their runs, with a clock that the test turns."""

import asyncio
import json

import pytest
import pytest_asyncio

from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.services import NotebookResult
from vgd_kernel.services.schedule import FieldError, Schedule, ScheduleSettings, UnknownJobError
from vgd_kernel.services.schedule.service import STOPPED
from vgd_kernel.services.store import Store

pytestmark = pytest.mark.asyncio

MINUTE = 60.0


class FakeRunner:
    """Runs nothing; ends each run when and how the test says."""

    def __init__(self):
        self.asked = []
        self.ends = asyncio.Event()
        self.error = None
        self.began = asyncio.Event()

    async def run(self, notebook, parameters, *, output=None):
        self.asked.append((notebook.name, dict(parameters)))
        self.began.set()
        await self.ends.wait()
        if self.error is not None:
            raise self.error
        return NotebookResult(notebook.parent / "runs" / "copy.ipynb", {"sum": 3}, 0.1)


class Clock:
    """Wall-clock time that stands still."""

    now = 1000 * MINUTE

    def __call__(self):
        return self.now


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "n = 1\n"}
    (folder / "report.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}}))
    return folder


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "state")
    yield opened
    opened.close()


@pytest.fixture
def clock():
    return Clock()


@pytest_asyncio.fixture
async def runner():
    return FakeRunner()


@pytest_asyncio.fixture
async def schedule(store, runner, root, clock):
    running = Schedule(store, runner, root, ScheduleSettings(jobs_at_once=1), clock=clock)
    await running.start()
    yield running
    await running.close()


async def finished(schedule, job, count=1):
    async with asyncio.timeout(5):
        while True:
            runs = await schedule.runs(job.id)
            ended = [run for run in runs if run.finished is not None]
            if len(ended) >= count:
                return ended
            for run in runs:
                await schedule.wait(run.id, timeout_s=5)
            await asyncio.sleep(0)


async def test_a_job_that_is_run_now_tells_its_results_and_where_its_copy_is(schedule, runner):
    job = await schedule.create(name="", notebook="report.ipynb", parameters={"n": "2"}, owner="a")
    assert (job.name, dict(job.parameters), job.owner) == ("report", {"n": 2}, "a")
    runner.ends.set()
    run = await schedule.run_now(job.id)
    assert run.state == "queued"
    (ended,) = await finished(schedule, job)
    assert (ended.state, ended.results, ended.output) == (
        "succeeded", {"sum": 3}, "runs/copy.ipynb",
    )  # fmt: skip
    assert runner.asked == [("report.ipynb", {"n": 2})]


async def test_a_failure_is_kept_with_its_reason(schedule, runner):
    job = await schedule.create(name="", notebook="report.ipynb")
    runner.error = FlowError("cell 3: no such file")
    runner.ends.set()
    await schedule.run_now(job.id)
    (ended,) = await finished(schedule, job)
    assert (ended.state, ended.error) == ("failed", "cell 3: no such file")


async def test_a_due_job_is_run_once_for_each_due_time(schedule, runner, clock):
    runner.ends.set()
    job = await schedule.create(name="", notebook="report.ipynb", cron="* * * * *")
    assert schedule.describe(job)["next_run"] == clock.now + MINUTE
    clock.now += MINUTE + 1
    await schedule.change(job.id, name="renamed")  # a change makes it look at the clock
    (ended,) = await finished(schedule, job)
    assert ended.scheduled == 1001 * MINUTE
    await schedule.change(job.id, name="again")
    assert len(await schedule.runs(job.id)) == 1


async def test_due_times_that_lie_far_back_are_left_out(schedule, runner, clock):
    runner.ends.set()
    job = await schedule.create(name="", notebook="report.ipynb", cron="* * * * *")
    clock.now += 100 * MINUTE + 1  # the machine slept
    await schedule.change(job.id, name="awake")
    (ended,) = await finished(schedule, job)
    assert ended.scheduled == 1100 * MINUTE


async def test_a_paused_job_is_not_due_but_can_be_run(schedule, runner, clock):
    runner.ends.set()
    job = await schedule.create(name="", notebook="report.ipynb", cron="* * * * *", paused=True)
    assert schedule.describe(job)["next_run"] is None
    clock.now += MINUTE + 1
    await schedule.change(job.id, name="renamed")
    await schedule.run_now(job.id)
    assert len(await finished(schedule, job)) == 1


async def test_runs_beyond_the_limit_wait_their_turn(schedule, runner):
    job = await schedule.create(name="", notebook="report.ipynb")
    first = await schedule.run_now(job.id)
    await runner.began.wait()
    second = await schedule.run_now(job.id)
    assert (await schedule.run(job.id, first.id)).state == "running"
    assert (await schedule.run(job.id, second.id)).state == "queued"
    runner.ends.set()
    await finished(schedule, job, 2)


async def test_a_cancelled_run_says_so(schedule, runner):
    job = await schedule.create(name="", notebook="report.ipynb")
    run = await schedule.run_now(job.id)
    await runner.began.wait()
    await schedule.cancel(run.id)
    assert (await schedule.run(job.id, run.id)).state == "cancelled"


async def test_jobs_survive_a_restart_and_what_ran_is_set_to_failed(
    schedule, runner, store, root, clock
):
    job = await schedule.create(name="nightly", notebook="report.ipynb", cron="0 3 * * *")
    run = await schedule.run_now(job.id)
    await runner.began.wait()
    await schedule.close()

    again = Schedule(store, runner, root, clock=clock)
    await again.start()
    assert [found.name for found in await again.all()] == ["nightly"]
    ended = await again.run(job.id, run.id)
    assert (ended.state, ended.error) == ("failed", STOPPED)
    await again.close()


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("cron", {"cron": "every day"}),
        ("timezone", {"timezone": "Mars/Olympus"}),
        ("notebook", {"notebook": "none.ipynb"}),
        ("notebook", {"notebook": "../outside.ipynb"}),
        ("notebook", {"notebook": "/etc/passwd"}),
        ("parameters.n", {"parameters": {"n": "many"}}),
        ("parameters.m", {"parameters": {"m": 1}}),
    ],
)
async def test_a_field_that_cannot_be_used_is_named_and_nothing_is_kept(schedule, field, fields):
    with pytest.raises(FieldError, match=r"expected|it has") as caught:
        await schedule.create(**{"name": "x", "notebook": "report.ipynb", **fields})
    assert caught.value.field == field
    assert await schedule.all() == []


async def test_a_change_that_cannot_be_used_changes_nothing(schedule):
    job = await schedule.create(name="x", notebook="report.ipynb", cron="0 3 * * *")
    with pytest.raises(FieldError):
        await schedule.change(job.id, cron="61 * * * *")
    assert (await schedule.get(job.id)).cron == "0 3 * * *"


async def test_what_is_not_there_is_named(schedule):
    job = await schedule.create(name="x", notebook="report.ipynb")
    with pytest.raises(UnknownJobError, match="no job 'none'"):
        await schedule.get("none")
    with pytest.raises(UnknownJobError, match="no run 'none'"):
        await schedule.run(job.id, "none")


async def test_a_removed_job_is_ended_and_forgotten(schedule, runner):
    job = await schedule.create(name="x", notebook="report.ipynb")
    await schedule.run_now(job.id)
    await runner.began.wait()
    await schedule.remove(job.id)
    assert await schedule.all() == []


async def test_an_absolute_path_below_the_root_is_kept_as_a_relative_one(schedule, root):
    job = await schedule.create(name="", notebook=str(root / "report.ipynb"))
    assert job.notebook == "report.ipynb"
