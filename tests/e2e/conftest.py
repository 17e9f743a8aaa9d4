"""A real JupyterLab in a real browser: one server for all tests, a page and a folder per test."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
]


@dataclass
class Lab:
    """A running JupyterLab: its address, its folder, its process."""

    url: str
    token: str
    root: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    port: int
    collaborative: bool

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
            "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0", f"--IdentityProvider.token={self.token}",
            f"--ServerApp.root_dir={self.root}",
            f"--LabApp.collaborative={self.collaborative}",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]  # fmt: skip
        if not self.collaborative:
            command.append("--ServerApp.jpserver_extensions={'jupyter_server_ydoc': False}")
        log = (ARTIFACTS / f"jupyterlab-{self.port}.log").open("ab")
        self.process = subprocess.Popen(
            command, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )
        wait_for(lambda: answers(f"{self.url}/api?token={self.token}"), 60, "JupyterLab to answer")

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Stop the server and what it started."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, number)
        self.process.wait(30)

    def fetch(self, path: str) -> object:
        """Return the JSON of a GET request to the server."""
        request = urllib.request.Request(
            f"{self.url}/{path}", headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)


def answers(url: str) -> bool:
    """Tell whether a URL answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_for(condition, timeout_s: float, what: str) -> None:
    """Wait until a condition of another process holds."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {timeout_s} s for {what}"
        time.sleep(0.1)


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_lab(folder: Path, *, collaborative: bool = False) -> Lab:
    """Return a JupyterLab of its own folders, not yet started."""
    ARTIFACTS.mkdir(exist_ok=True)
    root = folder / "work"
    root.mkdir(parents=True)
    for notebook in NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(notebook, root)
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "IPYTHONDIR": str(folder / "ipython"),
        "VGD_STATE_DIR": str(folder / "vgd"),
    }
    port = free_port()
    return Lab(
        url=f"http://127.0.0.1:{port}",
        token=secrets.token_hex(16),
        root=root,
        process=None,  # type: ignore[arg-type] - set by start()
        environment=environment,
        port=port,
        collaborative=collaborative,
    )


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for all tests."""
    server = make_lab(tmp_path_factory.mktemp("lab"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests: Debian's."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "no Chromium; run `make test`, which installs it or says how"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page; its last picture is kept under tests/artifacts."""
    context = browser.new_context(viewport={"width": 1400, "height": 950})
    fresh = context.new_page()
    fresh.set_default_timeout(30_000)
    yield fresh
    ARTIFACTS.mkdir(exist_ok=True)
    with contextlib.suppress(Exception):
        fresh.screenshot(path=ARTIFACTS / f"{request.node.name}.png")
    context.close()


def open_lab(page: Page, server: Lab, path: str = "") -> None:
    """Open JupyterLab, at a file when one is given, and wait until it is there."""
    tree = f"/tree/{path}" if path else ""
    page.goto(f"{server.url}/lab{tree}?token={server.token}&reset")
    page.wait_for_selector("#jp-main-dock-panel", timeout=60_000)
    page.wait_for_function("window.document.querySelector('#jupyterlab-splash') === null")


def wait_for_kernel(page: Page) -> None:
    """Wait until the notebook's kernel is idle (a cell sent before is lost now and then)."""
    page.wait_for_selector("#jp-main-statusbar :text('Idle')", timeout=60_000)
