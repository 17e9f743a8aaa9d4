"""Real processes for the tests: schedulers and workers, ended by their ids and looked after."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

VGD = (sys.executable, "-P", "-m", "vgd_kernel.cli.main")

TICKS = [
    {"id": "tab", "type": "tab", "label": "ticks"},
    {
        "id": "tick", "type": "inject", "z": "tab", "name": "ticker", "repeat": "0.05",
        "once": True, "onceDelay": 0, "props": [{"p": "payload"}], "payload": "",
        "payloadType": "date", "wires": [["out"]],
    },
    {
        "id": "echo", "type": "change", "z": "tab", "name": "echo",
        "rules": [{"t": "set", "p": "heard", "pt": "msg", "to": "true", "tot": "bool"}],
        "wires": [["out"]],
    },
    {
        "id": "out", "type": "debug", "z": "tab", "name": "out", "active": True,
        "complete": "payload", "targetType": "msg", "wires": [],
    },
]  # fmt: skip
"""A flow that ticks twenty times a second, and hears."""


class Processes:
    """Starts processes and ends them all, with their children."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"process-{len(self._started)}.log").open("wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._folder
            )
        self._started.append(process)
        return process

    def scheduler(self, port: int) -> subprocess.Popen[bytes]:
        """Start a Dask scheduler and wait until it listens."""
        process = self.start(
            sys.executable, "-m", "dask", "scheduler",
            "--host", "127.0.0.1", "--port", str(port), "--no-dashboard",
            "--dashboard-address", "127.0.0.1:0",
        )  # fmt: skip
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return process
            time.sleep(0.05)
        raise AssertionError(f"no scheduler on port {port}")

    def worker(self, port: int, name: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker."""
        address = f"tcp://127.0.0.1:{port}"
        return self.start(*VGD, "worker", "--scheduler", address, "--name", name, *options)

    def end(self) -> None:
        for process in self._started:
            tree = []
            with contextlib.suppress(psutil.NoSuchProcess):
                tree = psutil.Process(process.pid).children(recursive=True)
            for one in tree:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()
            process.kill()
            process.wait(10)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    started = Processes(tmp_path)
    yield started
    started.end()


@pytest.fixture
def no_leak() -> Iterator[None]:
    """Fail when a process that the test started is left over."""
    before = set(psutil.Process().children(recursive=True))
    yield
    left = {c for c in psutil.Process().children(recursive=True) if _is_ours(c)} - before
    for child in left:
        os.kill(child.pid, signal.SIGKILL)
    assert not left


def _is_ours(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return "vgd_kernel" in " ".join(process.cmdline())
    return False


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until(claim: Callable[[], bool], *, within_s: float = 10.0) -> float:
    """Wait until a claim about other processes holds; return how long it took."""
    began = time.monotonic()
    while not claim():
        assert time.monotonic() - began < within_s, "the claim did not come true in time"
        await asyncio.sleep(0.01)
    return time.monotonic() - began


@pytest.fixture
def eventually() -> Callable[..., object]:
    return until


@pytest.fixture
def ticks() -> list[dict]:
    return [dict(entry) for entry in TICKS]
