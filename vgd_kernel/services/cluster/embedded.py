"""The own cluster of a server: a Dask scheduler in this process, workers as processes.

The port of the scheduler and the process ids of the workers are kept in the state folder, so
that a server that comes back finds both again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import psutil  # type: ignore[import-untyped]  # it has no types

from vgd_kernel.model.errors import PlatformError
from vgd_kernel.services.cluster.card import WorkerCard
from vgd_kernel.services.cluster.config import ClusterSettings
from vgd_kernel.services.cluster.dask_import import import_distributed
from vgd_kernel.services.cluster.tasks import TaskSet

LOOPBACK = "127.0.0.1"

STOP_LIMIT_S = 8.0
"""Workers that do not end within this time after SIGTERM are killed."""

SHORT_LIFE_S = 5.0
"""A worker that lived shorter is started again with a growing pause, at most `LONGEST_PAUSE_S`."""

LONGEST_PAUSE_S = 30.0

MAX_LOG_BYTES = 5_000_000
"""A worker's log that is longer is begun anew at the worker's start."""

logger = logging.getLogger(__name__)


class EmbeddedCluster:
    """Keeps a scheduler and a number of workers running."""

    def __init__(
        self, settings: ClusterSettings, folder: Path, command: Sequence[str], work_dir: Path
    ) -> None:
        """Prepare; `start` does the work.

        Args:
            settings: How many workers, and their orphan time-out.
            folder: State folder, for ports, process ids and logs.
            command: What starts a worker; options are appended.
            work_dir: Working directory of the workers.
        """
        self._settings = settings
        self._folder = folder
        self._command = command
        self._work_dir = work_dir
        self._scheduler: Any = None
        self._tasks = TaskSet("embedded cluster")
        self._closing = asyncio.Event()
        self._pids: dict[str, int] = {}

    async def start(self) -> str:
        """Start what is not running yet and return the scheduler's address.

        Raises:
            PlatformError: The scheduler cannot be started.
        """
        distributed = await asyncio.to_thread(import_distributed)
        self._scheduler = await self._start_scheduler(distributed)
        known = self._read("workers.json")
        for number in range(1, self._settings.workers + 1):
            name = f"local-{number}"
            self._tasks.spawn(self._keep(name, self._still_running(name, known.get(name))))
        return str(self._scheduler.address)

    async def _start_scheduler(self, distributed: Any) -> Any:
        port = self._read("scheduler.json").get("port", 0)
        for candidate in dict.fromkeys((port, 0)):
            scheduler = distributed.Scheduler(
                host=LOOPBACK,
                port=candidate,
                dashboard=False,
                # its HTTP server cannot be turned off, and would take port 8787 of all interfaces
                dashboard_address=f"{LOOPBACK}:0",
            )
            try:
                await scheduler
            except (OSError, RuntimeError) as error:
                logger.warning("no scheduler on port %d: %s", candidate, error.__cause__ or error)
                continue
            self._write("scheduler.json", {"port": scheduler.port})
            return scheduler
        raise PlatformError(
            f"no Dask scheduler can listen on {LOOPBACK}; expected a free port. "
            "Look at the server's log, or set VGD_SCHEDULER to a running scheduler."
        )

    async def _keep(self, name: str, process: psutil.Process | None) -> None:
        """Keep one worker running until we close; a process of before is taken over."""
        short_lives = 0
        while not self._closing.is_set():
            began = time.monotonic()
            if process is not None:
                self._note(name, process)
                await self._end_of(process)
                process = None
            else:
                child = await self._spawn(name)
                with contextlib.suppress(psutil.NoSuchProcess):
                    self._note(name, psutil.Process(child.pid))
                if self._closing.is_set():  # `close` came while it was being started
                    child.terminate()
                code = await child.wait()
                level = logging.INFO if self._closing.is_set() else logging.WARNING
                logger.log(level, "the worker %s ended with code %d", name, code)
            self._pids.pop(name, None)
            short_lives = short_lives + 1 if time.monotonic() - began < SHORT_LIFE_S else 0
            if short_lives:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(LONGEST_PAUSE_S, 0.25 * 2**short_lives)):
                        await self._closing.wait()

    async def _end_of(self, process: psutil.Process) -> None:
        """Wait for a process that is not our child, so that nobody tells us when it ends."""
        while _runs(process):  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(self._settings.look_every_s)

    async def _spawn(self, name: str) -> asyncio.subprocess.Process:
        arguments = [
            *self._command,
            "--scheduler", str(self._scheduler.address),
            "--name", name,
            "--host", LOOPBACK,
            "--orphan-timeout", f"{self._settings.orphan_timeout_s:g}",
            "--scratch", str(self._scratch),
            "--embedded",
        ]  # fmt: skip
        with self._open_log(name) as log:
            return await asyncio.create_subprocess_exec(
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._work_dir,
                start_new_session=True,  # Ctrl+C in the server's terminal is not for workers
            )

    def _open_log(self, name: str) -> IO[bytes]:
        path = self._folder / "logs" / f"{name}.log"
        path.parent.mkdir(exist_ok=True)
        longer = path.exists() and path.stat().st_size > MAX_LOG_BYTES
        return path.open("wb" if longer else "ab")

    def lost(self, card: WorkerCard) -> None:
        """End a worker that the server has lost but that may still be there, say frozen."""
        if card.pid in self._pids.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(card.pid, signal.SIGKILL)

    async def close(self) -> None:
        """Stop the workers and the scheduler."""
        self._closing.set()
        self._signal(signal.SIGTERM)
        if not await self._tasks.wait(STOP_LIMIT_S):
            self._signal(signal.SIGKILL)
            await self._tasks.wait(STOP_LIMIT_S)
        await self._tasks.close()
        self._write("workers.json", {})
        if self._scheduler is not None:
            await self._scheduler.close()

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._pids.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _note(self, name: str, process: psutil.Process) -> None:
        self._pids[name] = process.pid
        known = self._read("workers.json")
        known[name] = process.pid
        self._write("workers.json", known)

    def _still_running(self, name: str, pid: Any) -> psutil.Process | None:
        """Return a worker of before, None when it has ended (its id may be another's by now).

        Its command line says that it is ours; start times do not, since Linux derives them from
        a boot time that moves with the clock.
        """
        try:
            process = psutil.Process(int(pid))
            ours = {"--embedded", name, str(self._scratch)}
            if ours <= set(process.cmdline()) and _runs(process):
                return process
        except (psutil.NoSuchProcess, psutil.AccessDenied, TypeError, ValueError):
            pass
        return None

    @property
    def _scratch(self) -> Path:
        return self._folder / "scratch"

    def _read(self, file: str) -> dict[str, Any]:
        try:
            data = json.loads((self._folder / file).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def _write(self, file: str, data: dict[str, Any]) -> None:
        temporary = self._folder / f"{file}.new"
        temporary.write_text(json.dumps(data), encoding="utf-8")
        temporary.replace(self._folder / file)


def _runs(process: psutil.Process) -> bool:
    """Tell whether a process lives; one that has ended but was not reaped does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


__all__ = ("LOOPBACK", "EmbeddedCluster")
