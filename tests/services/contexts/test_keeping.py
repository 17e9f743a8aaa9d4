"""States and contexts that outlive a run and a process."""

import asyncio
import json
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from vgd_kernel.engine.contexts import Contexts
from vgd_kernel.model.expand import expand
from vgd_kernel.services.contexts import FileKeeper, StateKeeper

FLOW = expand([{"id": "tab", "type": "tab"}, {"id": "n", "type": "x", "z": "tab"}])


def restored(keeper):
    return Contexts(FLOW, {}, keeper.snapshot)


@pytest.mark.asyncio
async def test_the_next_run_goes_on_where_the_last_one_ended(tmp_path):
    keeper = FileKeeper(tmp_path, interval_s=60)
    assert keeper.snapshot is None
    contexts = restored(keeper)
    keeper.begin(contexts)
    seen = {"big": 2**80, "bytes": b"x", 5: "number as key"}
    contexts.state("n")["seen"] = dict(seen)
    contexts.store("global", "n", "tab").set("count", 7)
    await keeper.end()
    again = FileKeeper(tmp_path / "state.sqlite")
    contexts = restored(again)
    assert contexts.states == {"n": {"seen": seen}}
    assert contexts.read("global") == {"count": 7}
    again.begin(contexts)
    contexts.states.clear()
    contexts.store("global", "n", "tab").set("count", 8)
    await again.end()
    last = FileKeeper(tmp_path)
    assert last.snapshot["states"] == {}
    assert restored(last).read("global") == {"count": 8}
    await last.end()


@pytest.mark.asyncio
async def test_what_changes_is_written_every_interval_and_after_a_failure_again(caplog):
    batches = asyncio.Queue()
    failures = [OSError(28, "No space left on device")]

    async def write(batch):
        if failures:
            raise failures.pop()
        batches.put_nowait(dict(batch))

    keeper = StateKeeper({}, write, interval_s=0)
    contexts = restored(keeper)
    keeper.begin(contexts)
    contexts.store("flow", "n", "tab").set("x", 1)
    assert await asyncio.wait_for(batches.get(), 5) == {("memory", "tab", "x"): b"\x01"}
    assert "the state cannot be kept: [Errno 28]" in caplog.text
    contexts.store("flow", "n", "tab").set("x", 2)
    assert await asyncio.wait_for(batches.get(), 5) == {("memory", "tab", "x"): b"\x02"}
    contexts.store("flow", "n", "tab").set("x", 3)
    await keeper.end()
    assert batches.get_nowait() == {("memory", "tab", "x"): b"\x03"}


@pytest.mark.asyncio
async def test_a_kept_value_that_cannot_be_read_is_left_out(caplog):
    async def write(batch):
        raise AssertionError(batch)

    keeper = StateKeeper(
        {("memory", "tab", "good"): b"\x01", ("memory", "tab", "bad"): b"\xc1"}, write, interval_s=1
    )
    assert restored(keeper).read("tab") == {"good": 1}
    assert "'bad' of tab is left out" in caplog.text


FLOW_FILE = [
    {"id": "tab", "type": "tab"},
    {
        "id": "tick", "type": "inject", "z": "tab", "repeat": "0.02", "once": True,
        "onceDelay": "0", "props": [{"p": "payload"}], "payloadType": "date", "wires": [["f"]],
    },
    {
        "id": "f", "type": "function", "z": "tab", "language": "python", "outputs": 1,
        "func": "state['n'] = state.get('n', 0) + 1\n"
        "flow.set('n', flow.get('n', 0) + 1)\n"
        "return {'payload': [state['n'], flow.get('n')]}",
        "wires": [["out"]],
    },
    {"id": "out", "type": "debug", "z": "tab", "active": True, "tosidebar": True, "wires": []},
]  # fmt: skip


@contextmanager
def running(folder):
    command = (sys.executable, "-m", "vgd_kernel.cli.main", "run", "flow.json", "--json")
    process = subprocess.Popen(
        (*command, "--state", "kept.sqlite"), cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=10)


def counts(line):
    return json.loads(line)["msg"]["payload"]


@pytest.mark.timeout(60)
def test_after_kill_9_counts_go_on_where_they_were_written_last(tmp_path):
    (tmp_path / "flow.json").write_text(json.dumps(FLOW_FILE))
    with running(tmp_path) as first:  # 1. counts for longer than two intervals, is killed
        while (seen := counts(first.stdout.readline()))[0] < 120:
            assert seen[0] == seen[1]
    with running(tmp_path) as second:  # 2. goes on from the last write, ends in order
        resumed = counts(second.stdout.readline())
        assert resumed[0] == resumed[1]
        assert resumed[0] > 30
        second.send_signal(signal.SIGTERM)
        left = second.stdout.read().splitlines()
        assert second.wait(10) == 0
    last = counts(left[-1]) if left else resumed
    with running(tmp_path) as third:  # 3. an orderly end has lost nothing
        assert counts(third.stdout.readline()) == [last[0] + 1, last[1] + 1]
