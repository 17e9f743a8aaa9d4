"""The micro-benchmarks run, and cover what is promised."""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PROMISED = {
    "hop": [""],
    "clone": ["small", "middle", "large"],
    "typed-input": [
        *("msg", "flow", "global", "str", "num", "bool", "json"),
        *("bin", "date", "jsonata", "env", "re"),
    ],
    "node": [
        *("junction", "change-set", "change-move", "change-delete", "switch", "range", "template"),
        *("rbe", "split-of-10", "join-of-10", "csv-read-10-rows", "csv-write-10-rows"),
        *("json-read", "json-write", "function-python", "function-javascript-batch"),
    ],
}


def test_the_hop_the_clone_each_typed_input_and_each_hot_node_have_a_figure(tmp_path):
    command = [sys.executable, str(HERE / "run.py"), "--quick", "--only", "micro"]
    command += ["--output", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "micro.json").read_text("utf-8"))
    assert report["machine"]["cores"] >= 1
    rows = {row["name"]: row for row in report["rows"]}
    promised = {
        f"{group}-{name}".rstrip("-") for group, names in PROMISED.items() for name in names
    }
    assert promised <= set(rows)
    for row in rows.values():
        assert row["unit"] == "ns"
        assert 0 < row["quartile_1"] <= row["median"] <= row["quartile_3"]


def test_a_test_run_does_not_collect_them():
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", str(HERE / "micro")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE.parents[1])
    assert "no tests collected" in done.stdout
