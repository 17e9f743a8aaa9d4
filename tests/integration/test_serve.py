"""``vgd serve`` as a process: started, asked, ended."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.integration

FLOW = [
    {"id": "t", "type": "tab"},
    {
        "id": "in", "type": "http in", "z": "t", "url": "/hello/:name", "method": "get",
        "x": 1, "y": 1, "wires": [["out"]],
    },
    {"id": "out", "type": "http response", "z": "t", "x": 1, "y": 1, "wires": []},
    {
        "id": "warn", "type": "function", "z": "t", "name": "teller", "language": "python",
        "func": "node.warn('careful')", "x": 1, "y": 1, "wires": [],
    },
]  # fmt: skip


class Server:
    """A process, its lines and its address."""

    def __init__(self, folder: Path, *arguments: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            (sys.executable, "-P", "-m", "vgd_kernel.cli.main", "serve", "--port", "0",
             "--folder", str(folder), *arguments),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, **variables},
        )  # fmt: skip
        self.lines: list[str] = []

    def until(self, text: str) -> str:
        """Return the first new line with a text."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if text in line:
                return self.lines[-1]
        raise AssertionError(f"no line with {text!r} in: {self.lines}")

    @property
    def url(self) -> str:
        return next(line for line in self.lines if "running at" in line).split()[-1].rstrip("/")

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        data = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(
            self.url + path, data, {"Content-Type": "application/json", **named}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=10)
        self.lines += output.splitlines()
        return self.process.returncode


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "flows.json").write_text(json.dumps(FLOW))
    started = Server(tmp_path)
    started.until("Started flows")
    yield started
    started.end()


def test_http_nodes_and_the_api_answer_on_one_port(server):
    assert server.ask("GET", "/hello/ali")[0] == 200
    assert json.loads(server.ask("GET", "/flows")[1]) == FLOW
    assert server.ask("POST", "/inject/warn") == (200, "OK")
    assert server.until("careful").endswith(" - [warn] [function:teller] careful")


def test_a_deployment_is_logged_as_node_red_logs_it(server):
    for kind, line in (("nodes", "modified nodes"), ("flows", "modified flows"), ("full", "flows")):
        assert server.ask("POST", "/flows", FLOW, Node_RED_Deployment_Type=kind)[0] == 204
        assert server.until("Started ").endswith(f" - [info] Started {line}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_flows_and_ends(server, number):
    assert server.end(number) == 0
    assert server.lines[-1].endswith(" - [info] Stopped flows")


def test_an_empty_folder_is_begun(tmp_path):
    started = Server(tmp_path / "new", "--json")
    assert json.loads(started.until("Started flows"))["level"] == "info"
    assert started.end() == 0
    assert json.loads((tmp_path / "new" / "flows.json").read_text()) == []


@pytest.mark.parametrize(
    ("arguments", "variables", "reason"),
    [
        (["--host", "0.0.0.0"], {}, "VGD_ADMIN_TOKEN"),
        ([], {"VGD_CREDENTIAL_SECRET": "wrong"}, "cannot be decrypted"),
        (["--port", "99999"], {}, "http_port"),
    ],
)
def test_what_cannot_be_served_is_refused_with_the_reason(tmp_path, arguments, variables, reason):
    (tmp_path / "flows_cred.json").write_text('{"$": "00000000000000000000000000000000YWJj"}')
    started = Server(tmp_path, *arguments, **variables)
    assert started.process.wait(10) == 2
    started.end()
    assert reason in "\n".join(started.lines)


def test_a_port_in_use_is_named(server, tmp_path):
    port = server.url.rpartition(":")[2]
    second = Server(tmp_path / "second", "--port", port)
    assert second.process.wait(10) == 2
    second.end()
    assert f"port {port}" in "\n".join(second.lines)


def test_nothing_heavy_is_imported_to_serve():
    heavy = ("dask", "distributed", "pandas", "jupyter_server", "IPython", "papermill", "httpx")
    code = (
        "import sys, vgd_kernel.app, vgd_kernel.cli.serve\n"
        "from vgd_kernel.model.registry import installed\n"
        f"installed(); print([name for name in {heavy!r} if name in sys.modules])"
    )
    found = subprocess.run(
        (sys.executable, "-P", "-c", code), capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
