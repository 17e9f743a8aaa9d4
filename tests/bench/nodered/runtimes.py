"""Two ways to start a runtime on a flow file; from then on both answer the same routes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any, Self

import psutil

from nodered.flow_files import Flow
from nodered.install import Installation

HOST = "127.0.0.1"
START_LIMIT_S = 120.0
"""25,000 nodes start in a tenth of this."""

POLL_S = 0.05
"""Between two looks at a result; each costs the runtime about 1 ms."""


class RuntimeFailedError(Exception):
    """A runtime ended, or did not answer as expected; says what it printed last."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


class Output:
    """What a process prints, with the time of each line."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Read in a thread of its own until the process ends."""
        self._process = process
        self._lines: list[tuple[float, str]] = []
        self._more = threading.Condition()
        self._ended = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._more:
                self._lines.append((perf_counter(), line.decode("utf-8", "replace").rstrip()))
                self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()

    @property
    def position(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def wait(self, text: str, *, since: int = 0, limit_s: float = START_LIMIT_S) -> float:
        """Return when (`perf_counter`) a line with a text came.

        Raises:
            RuntimeFailedError: It did not come.
        """

        def found() -> float | None:
            return next((at for at, line in self._lines[since:] if text in line), None)

        with self._more:
            self._more.wait_for(lambda: self._ended or found() is not None, limit_s)
            at = found()
        if at is None:
            raise RuntimeFailedError(f'waited for "{text}"; saw: {self.end()}')
        return at

    def end(self) -> str:
        """Return the last lines."""
        return " / ".join(line for _, line in self._lines[-8:])


class Runtime(ABC):
    """A runtime in a process of its own, with a flow.

    Attributes:
        flow: What it runs.
        port: Where it serves.
        start_s: Seconds from the start of the process until its flow was started.
        pid: Of its process.
    """

    def __init__(self, flow: Flow) -> None:
        """Start it in a folder that is thrown away."""
        self.flow = flow
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="vgd-bench-"))
        (self._folder / "flows.json").write_text(json.dumps(flow), "utf-8")
        command = self.command(self._folder, self.port)
        environment = {**os.environ, "NO_UPDATE_NOTIFIER": "1"}
        self.began = perf_counter()
        self._process = subprocess.Popen(
            command,
            cwd=self._folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.pid = self._process.pid
        self._output = Output(self._process)

    @abstractmethod
    def command(self, folder: Path, port: int) -> list[str]:
        """Return what starts it on ``flows.json`` of a folder."""

    def ready(self) -> Self:
        """Wait until the flow is started and the routes answer."""
        try:
            self.start_s = self._output.wait("Started flows") - self.began
            self.until(lambda: self.get("/flows") is not None)
        except BaseException:
            self.stop()
            raise
        return self

    def until(self, claim: Callable[[], bool], *, limit_s: float = START_LIMIT_S) -> None:
        """Ask every 5 ms until something holds; refused connections are a no."""
        end = perf_counter() + limit_s
        while perf_counter() < end:
            try:
                if claim():
                    return
            except (urllib.error.URLError, ConnectionError):
                if self._process.poll() is not None:
                    raise RuntimeFailedError(f"it ended: {self._output.end()}") from None
            time.sleep(0.005)
        raise RuntimeFailedError(f"no answer in {limit_s:g} s: {self._output.end()}")

    def stop(self) -> None:
        """End the process and delete its folder."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Wait until it is ready."""
        return self.ready()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.stop()

    # the routes

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        """Return the body of an answer."""
        url = f"http://{HOST}:{self.port}{path}"
        asked = urllib.request.Request(url, body, headers or {}, method=method)
        with urllib.request.urlopen(asked, timeout=START_LIMIT_S) as answer:
            content: bytes = answer.read()
        return content

    def get(self, path: str) -> Any:
        """Return a JSON answer."""
        return json.loads(self.request("GET", path, headers={"Accept": "application/json"}))

    def inject(self, id: str) -> None:
        """Press the button of a node."""
        self.request("POST", f"/inject/{id}")

    def deploy(self, body: bytes, kind: str) -> float:
        """Return the seconds that a deploy takes, until its flow is started."""
        since = self._output.position
        began = perf_counter()
        self.request(
            "POST",
            "/flows",
            body,
            {"Content-Type": "application/json", "Node-RED-Deployment-Type": kind},
        )
        answered = perf_counter()
        started = "Started flows" if kind == "full" else f"Started modified {kind}"
        return max(answered, self._output.wait(started, since=since)) - began

    def result(self, *, limit_s: float = 120.0) -> dict[str, Any]:
        """Return the global context value ``bench`` once it is an object.

        Raises:
            RuntimeFailedError: It was none in time.
        """
        end = perf_counter() + limit_s
        while perf_counter() < end:
            time.sleep(POLL_S)
            found = self.get("/context/global/bench")
            kept = found if "msg" in found else next(iter(found.values()), {})
            if str(kept.get("format", "")).startswith("Object"):
                value: dict[str, Any] = json.loads(kept["msg"])
                return value
        raise RuntimeFailedError(f"no result in {limit_s:g} s: {self._output.end()}")

    def measure(self) -> dict[str, Any]:
        """Press ``inj`` and return what the flow found."""
        self.request("DELETE", "/context/global/bench?store=memory")
        self.inject("inj")
        return self.result()

    def memory_mib(self) -> float:
        """Return the resident memory of the process and its children."""
        process = psutil.Process(self.pid)
        family = [process, *process.children(recursive=True)]
        return float(sum(each.memory_info().rss for each in family)) / 2**20


class NodeRed(Runtime):
    """Node-RED by its own command line, without an editor."""

    def __init__(self, flow: Flow, installation: Installation, *, heap_mib: int = 0) -> None:
        """Start it; ``heap_mib`` raises Node.js's limit, 0 leaves it."""
        self._installation = installation
        self._heap_mib = heap_mib
        super().__init__(flow)

    def command(self, folder: Path, port: int) -> list[str]:
        """Write the settings and return the command."""
        settings = {
            "uiHost": HOST,
            "uiPort": port,
            "flowFile": "flows.json",
            "credentialSecret": False,
            "disableEditor": True,
            "telemetry": {"enabled": False},
            "runtimeState": {"enabled": True, "ui": False},
            "diagnostics": {"enabled": True, "ui": False},
            "functionExternalModules": True,
            "debugMaxLength": 1_000_000,
            "apiMaxLength": "200mb",
            "logging": {"console": {"level": "info", "metrics": False, "audit": False}},
            "editorTheme": {"projects": {"enabled": False}, "tours": False},
        }
        path = folder / "settings.js"
        path.write_text(f"module.exports = {json.dumps(settings)};\n", "utf-8")
        heap = [f"--max-old-space-size={self._heap_mib}"] if self._heap_mib else []
        node, red = str(self._installation.node), str(self._installation.red)
        return [node, *heap, red, "-u", str(folder), "-s", str(path)]


class Vgd(Runtime):
    """VisualGridDev by ``vgd serve``."""

    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command of this Python."""
        vgd = [sys.executable, "-m", "vgd_kernel.cli.main", "serve"]
        return [*vgd, str(folder / "flows.json"), "--port", str(port)]


__all__ = ("HOST", "NodeRed", "Runtime", "RuntimeFailedError", "Vgd", "free_port")
