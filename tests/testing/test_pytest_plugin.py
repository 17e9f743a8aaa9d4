"""Test cases of flow files as tests of pytest."""

import json
import subprocess
import sys
from pathlib import Path

FLOW = [
    {
        "id": "tab",
        "type": "tab",
        "vgd": {
            "tests": [
                {"name": "nothing comes", "expect": [{"node": "out", "count": 0}]},
                {"name": "something comes", "expect": [{"node": "out", "count": 1}]},
            ]
        },
    },
    {"id": "out", "type": "debug", "z": "tab", "wires": []},
]


def run_pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    plugins = ("vgd_kernel.testing.pytest_plugin", "no:cacheprovider")
    options = [option for plugin in plugins for option in ("-p", plugin)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *options, "--rootdir", folder, folder],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_each_case_of_a_flow_file_is_a_test(tmp_path: Path) -> None:
    (tmp_path / "one.flow.json").write_text(json.dumps(FLOW))
    (tmp_path / "other.json").write_text("not a flow")
    ran = run_pytest(tmp_path)
    assert ran.returncode == 1
    assert "1 failed, 1 passed" in ran.stdout
    assert 'node "out": saw 0 messages, expected 1' in ran.stdout


def test_a_flow_file_that_cannot_be_read_is_an_error_of_collection(tmp_path: Path) -> None:
    (tmp_path / "bad.flow.json").write_text("[1]")
    ran = run_pytest(tmp_path)
    assert ran.returncode == 2
    assert "entry 0 is a JSON number" in ran.stdout
