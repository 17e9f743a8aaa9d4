"""JupyterLab as the browser tests handle it: start and stop it, open files, run cells."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import nbformat
from playwright.sync_api import Page, expect

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
        ]  # fmt: skip
        if not self.collaborative:
            command.append("--ServerApp.jpserver_extensions={'jupyter_server_ydoc': False}")
        with (ARTIFACTS / f"jupyterlab-{self.port}.log").open("ab") as log:
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


def write_json(file: Path, data: object) -> None:
    """Write a JSON file and the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(data), "utf-8")


def make_lab(folder: Path, *, collaborative: bool) -> Lab:
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
    write_json(
        folder / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings",
        {"fetchNews": "false", "checkForUpdates": False},
    )
    write_json(  # cells out of sight stay in the page, so that tests can count them
        folder / "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings",
        {"windowingMode": "none"},
    )
    if not collaborative:
        names = ("collaboration-extension", "docprovider-extension")
        disabled = {f"@jupyter/{name}": True for name in names}
        write_json(folder / "config/labconfig/page_config.json", {"disabledExtensions": disabled})
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


def open_lab(page: Page, server: Lab, path: str = "") -> None:
    """Open JupyterLab, at a file when one is given, and wait until it is there."""
    tree = f"/tree/{path}" if path else ""
    page.goto(f"{server.url}/lab{tree}?token={server.token}&reset")
    page.wait_for_selector("#jp-main-dock-panel", timeout=60_000)
    page.wait_for_function("window.document.querySelector('#jupyterlab-splash') === null")


def wait_for_kernel(page: Page) -> None:
    """Wait until the notebook's kernel is idle (a cell sent before is lost now and then)."""
    page.wait_for_selector("#jp-main-statusbar :text('Idle')", timeout=60_000)


def write_notebook(server: Lab, name: str, *cells: str) -> str:
    """Write a notebook of code cells for the kernel ``vgd`` and return its path."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "vgd", "display_name": "VGD (Python 3)"}
    nbformat.write(notebook, server.root / name)
    return name


def run_cell(page: Page, index: int) -> None:
    """Run one cell and wait until it has ended."""
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(index)
    cell.locator(".jp-InputArea-editor .cm-content").click()
    page.keyboard.press("Control+Enter")
    wait_for_cell(page, index)


def wait_for_cell(page: Page, index: int, timeout_s: float = 60) -> None:
    """Wait until a cell has a number: ``[3]:``."""
    prompt = page.locator(".jp-Notebook .jp-CodeCell").nth(index).locator(".jp-InputPrompt")
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=timeout_s * 1000)


def output_text(page: Page, index: int) -> str:
    """Return the text that a cell printed or returned."""
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(index)
    return "\n".join(cell.locator(".jp-OutputArea-output pre").all_inner_texts()).strip()


def choose(page: Page, menu: str, *labels: str) -> None:
    """Choose an item of JupyterLab's menu, through its submenus."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    for label in labels:
        page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{re.escape(label)}$")).click()


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page as a test artefact."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")
