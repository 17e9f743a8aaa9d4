"""The watch node."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from vgd_kernel.engine import Run, RunOptions, start
from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.model.events import LogRecord
from vgd_kernel.nodes.storage._watched import changes, look
from vgd_kernel.nodes.storage.watch import LOOK_EVERY_S, Watch
from vgd_kernel.testing import VirtualClock


def kinds(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {Path(f.path).name: (f.event, f.kind) for f in changes(before, after)}


def test_new_changed_and_removed_files_are_found(tmp_path: Path) -> None:
    (tmp_path / "stays").touch()
    (tmp_path / "grows").touch()
    (tmp_path / "goes").touch()
    before = look([str(tmp_path)], recursive=False)
    (tmp_path / "grows").write_text("x")
    (tmp_path / "goes").unlink()
    (tmp_path / "folder").mkdir()
    after = look([str(tmp_path)], recursive=False)
    assert kinds(before, after) == {
        "goes": ("remove", "none"),
        "grows": ("update", "file"),
        "folder": ("update", "directory"),
    }


@pytest.mark.parametrize(("recursive", "found"), [(False, set()), (True, {"deep"})])
def test_folders_within_count_when_asked(tmp_path: Path, recursive: bool, found: set[str]) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    before = look([str(tmp_path)], recursive=recursive)
    (tmp_path / "a" / "b" / "deep").touch()
    assert set(kinds(before, look([str(tmp_path)], recursive=recursive))) == found


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_other_kinds_have_their_name_and_no_size(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    [found] = changes({}, look([str(tmp_path / "pipe")], recursive=False))
    assert (found.kind, found.size_bytes) == ("fifo", None)


class Play:
    """A watching flow in virtual time."""

    def __init__(self, run: Run, clock: VirtualClock) -> None:
        self.clock = clock
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.log: asyncio.Queue[str] = asyncio.Queue()
        run.tap("out", self.sent.put_nowait)
        run.observe(self._note)

    def _note(self, event: Any) -> None:
        if isinstance(event, LogRecord):
            self.log.put_nowait(event.text)

    async def next(self) -> dict[str, Any]:
        """Let time pass until a change is told."""
        async with asyncio.timeout(20):
            while self.sent.empty():
                await self.clock.advance(LOOK_EVERY_S)
                await asyncio.to_thread(lambda: None)
        return self.sent.get_nowait()


@asynccontextmanager
async def watching(files: str) -> AsyncIterator[Play]:
    # one thread: what is asked of it is done in order, so that waiting for nothing waits for looks
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=1))
    clock = VirtualClock()
    entry = {"id": "w", "z": "t", **Watch(files=files).to_raw(), "wires": [["out"]]}
    out = {"id": "out", "type": "junction", "z": "t", "wires": [[]]}
    run = await start(FlowDocument([entry, out]), installed(), RunOptions(clock=clock))
    play = Play(run, clock)
    for _ in range(6):  # the first look asks the thread twice
        await asyncio.to_thread(lambda: None)
        await clock.settle()
    yield play
    await run.stop()


@pytest.mark.asyncio
async def test_a_change_is_a_message(tmp_path: Path) -> None:
    async with watching(str(tmp_path)) as play:
        path = tmp_path / "new"
        path.write_text("hello")
        msg = await play.next()
    expected = {"payload": str(path), "filename": str(path), "file": "new", "event": "update"}
    assert expected | {"type": "file", "size": 5, "topic": str(tmp_path)} == {
        key: value for key, value in msg.items() if key != "_msgid"
    }


@pytest.mark.asyncio
async def test_several_paths_are_a_list_in_the_topic(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.touch()
    two.touch()
    async with watching(f"{one}, {two}") as play:
        two.unlink()
        msg = await play.next()
    assert (msg["event"], msg["type"], msg["file"]) == ("remove", "none", "two")
    assert json.loads(msg["topic"]) == [str(one), str(two)]


@pytest.mark.asyncio
async def test_a_path_that_is_not_there_is_an_error_and_is_watched_all_the_same(
    tmp_path: Path,
) -> None:
    path = tmp_path / "later"
    async with watching(str(path)) as play:
        assert await play.log.get() == f"Error: {path} does not exist."
        path.touch()
        assert (await play.next())["event"] == "update"
