"""What is written survives, and nothing else is let in."""

import sqlite3
import subprocess
import sys
import textwrap

import pytest

from vgd_kernel.model.errors import PlatformError
from vgd_kernel.services.store import Cursor, Database, Job, JobRun, Record, Store, StoreSettings
from vgd_kernel.services.store.database import MIGRATIONS
from vgd_kernel.services.store.jobs import KEPT_RUNS

FLOW = [{"id": "a", "type": "tab"}]


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "state", StoreSettings(journal_size=10))
    yield opened
    opened.close()


def put(store, name="plant", flow=FLOW, now=1.0):
    return store.deployments.put(
        name, flow=flow, labels={"site": "x"}, environment={"A": "1"}, owner="ada", now=now
    )


def test_a_first_revision_makes_the_deployment_and_wants_it_running(store):
    revision = put(store)
    row = store.deployments.get("plant")
    assert (row.revision, row.desired, row.owner, row.created) == (1, "running", "ada", 1.0)
    assert store.deployments.revision("plant", 1) == revision


def test_revisions_are_numbered_and_stay_as_they_were(store):
    put(store)
    put(store, flow=[], now=2.0)
    assert [r.number for r in store.deployments.revisions("plant")] == [1, 2]
    assert store.deployments.revision("plant", 1).flow == FLOW
    assert store.deployments.get("plant").revision == 2
    assert store.deployments.revision("plant", 3) is None


def test_a_placement_is_written_down(store):
    put(store)
    store.deployments.set_placement("plant", epoch=7, worker="{}")
    assert store.deployments.get("plant").epoch == 7


def test_a_new_deployment_is_newer_than_every_run_of_a_removed_namesake(store):
    put(store, now=100.0)
    first = store.deployments.get("plant").epoch
    store.deployments.set_placement("plant", epoch=first + 3, worker="")
    store.deployments.remove("plant")
    put(store, now=101.0)
    assert store.deployments.get("plant").epoch > first + 3


def test_the_journal_keeps_the_last_records_and_its_cursor(store):
    put(store)
    records = [Record(seq, "log", "", {"n": seq}) for seq in range(1, 26)]
    assert store.journal.append("plant", records, Cursor(25, 3, 12))
    kept, cursor = store.journal.load("plant")
    assert [record.seq for record in kept] == list(range(16, 26))
    assert cursor == Cursor(25, 3, 12)


def test_the_journal_of_a_removed_deployment_is_gone_and_takes_nothing(store):
    put(store)
    store.journal.append("plant", [Record(1, "log", "", {})], Cursor(1, 1, 1))
    store.deployments.remove("plant")
    assert store.journal.load("plant") == ([], Cursor())
    assert not store.journal.append("plant", [Record(2, "log", "", {})], Cursor(2, 1, 2))


def job(id="j1", **fields):
    values = {"name": "report", "notebook": "a.ipynb", "cron": "* * * * *", "timezone": "UTC",
              "parameters": {"n": 1}, "paused": False, "owner": "ada", "created": 1.0}  # fmt: skip
    return Job(id, **{**values, **fields})


def test_a_job_is_kept_changed_and_removed_with_its_runs(store):
    store.jobs.put(job())
    store.jobs.put(job(paused=True))
    assert store.jobs.all() == [job(paused=True)]
    store.jobs.add_run(JobRun("r1", "j1", "queued", 5.0), due=None)
    store.jobs.remove("j1")
    assert store.jobs.get("j1") is None
    assert store.jobs.run("r1") is None


def test_one_due_time_has_one_run(store):
    store.jobs.put(job())
    assert store.jobs.add_run(JobRun("r1", "j1", "queued", 60.0), due="t60")
    assert not store.jobs.add_run(JobRun("r2", "j1", "queued", 60.0), due="t60")
    assert store.jobs.add_run(JobRun("r3", "j1", "queued", 60.0), due=None)
    assert store.jobs.add_run(JobRun("r4", "j1", "queued", 60.0), due=None)


def test_only_the_last_runs_of_a_job_are_kept(store):
    store.jobs.put(job())
    for number in range(KEPT_RUNS + 3):
        run = JobRun(f"r{number}", "j1", "succeeded", float(number), 1.0, 2.0)
        store.jobs.add_run(run, due=None)
        store.jobs.save_run(run)
    assert len(store.jobs.runs("j1")) == KEPT_RUNS
    assert store.jobs.runs("j1")[0].id == f"r{KEPT_RUNS + 2}"


def test_runs_that_were_left_unfinished_are_set_to_failed(store):
    store.jobs.put(job())
    store.jobs.add_run(JobRun("r1", "j1", "queued", 1.0), due=None)
    store.jobs.save_run(JobRun("r1", "j1", "running", 1.0, 2.0))
    assert store.jobs.fail_unfinished("the server stopped", now=9.0) == 1
    run = store.jobs.run("r1")
    assert (run.state, run.finished, run.error) == ("failed", 9.0, "the server stopped")


def test_a_state_folder_belongs_to_one_process_at_a_time(store):
    with pytest.raises(PlatformError, match="in use by another server"):
        Store(store.folder)


def test_a_folder_that_was_closed_can_be_opened_again(store, tmp_path):
    put(store)
    store.close()
    again = Store(store.folder)
    assert [row.name for row in again.deployments.all()] == ["plant"]
    again.close()


def test_a_failed_transaction_leaves_nothing(tmp_path):
    database = Database(tmp_path / "db.sqlite")

    def add_and_fail():
        with database.transaction() as connection:
            connection.execute("INSERT INTO job VALUES ('j','','','','','{}',0,'',0)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()
    assert database.read("SELECT count(*) FROM job") == [(0,)]
    database.close()


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "db.sqlite"
    path.write_bytes(b"this is a letter, not a database, and long enough for SQLite to look at it")
    with pytest.raises(PlatformError, match=r"db\.sqlite cannot be read"):
        Database(path)


def test_a_database_of_a_newer_version_is_left_alone(tmp_path):
    path = tmp_path / "db.sqlite"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(PlatformError, match="newer VisualGridDev"):
        Database(path)


def test_what_was_committed_survives_kill_9(tmp_path):
    script = textwrap.dedent("""
        import os, signal, sys
        from pathlib import Path
        from vgd_kernel.services.store import Store
        store = Store(Path(sys.argv[1]))
        store.deployments.put("plant", flow=[], labels={}, environment={}, owner="", now=1.0)
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    folder = tmp_path / "killed"
    ended = subprocess.run([sys.executable, "-c", script, str(folder)], check=False)
    assert ended.returncode == -9
    store = Store(folder)
    assert [row.name for row in store.deployments.all()] == ["plant"]
    store.close()
