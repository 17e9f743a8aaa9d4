"""What the Makefile says before it does anything."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "tests/tools" / name), *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_busy_port_is_a_clear_message() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = tool("free_port.py", str(port))
    assert done.returncode == 1
    assert f"port {port} is busy" in done.stderr
    assert "make lab PORT=" in done.stderr


@pytest.mark.parametrize("port", ["none", "0", "70000", "-1"])
def test_a_port_that_is_none_is_a_clear_message(port: str) -> None:
    done = tool("free_port.py", port)
    assert done.returncode == 1
    assert f"saw PORT={port}; expected a number from 1 to 65535" in done.stderr


def test_plain_make_lists_the_targets() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("lab", "test", "demo", "check", "bench", "build", "fix", "clean"):
        assert f"\n{target} " in f"\n{done.stdout}"


def test_this_machine_has_what_make_needs() -> None:
    done = tool("require.py")
    assert (done.returncode, done.stderr) == (0, "")
