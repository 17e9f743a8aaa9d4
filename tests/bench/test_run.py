"""The benchmark of the engine runs and writes what is promised."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("run.py")


def run(*arguments):
    command = [sys.executable, str(SCRIPT), "--quick", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_prints_a_table_and_writes_machine_commit_and_rows(tmp_path):
    done = run("--only", "engine-latency", "--output", str(tmp_path))
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "engine.json").read_text("utf-8"))
    assert report["machine"]["cores"] >= 1
    assert set(report) == {"machine", "commit", "rows"}
    for row in report["rows"]:
        assert row["name"] in done.stdout
        assert 0 < row["minimum"] <= row["value"] <= row["maximum"]
        assert (row["repetitions"], row["unit"]) == (1, "us")


def test_rows_of_parts_that_are_not_measured_again_stay(tmp_path):
    kept = {"name": "old", "unit": "us", "value": 1.0}
    (tmp_path / "engine.json").write_text(json.dumps({"rows": [kept]}), "utf-8")
    assert run("--only", "engine-latency", "--output", str(tmp_path)).returncode == 0
    rows = json.loads((tmp_path / "engine.json").read_text("utf-8"))["rows"]
    assert rows[0] == kept
    assert len(rows) > 1


def test_an_unknown_part_is_refused_with_the_known_ones():
    done = run("--only", "burst,cook")
    assert done.returncode == 2
    assert "saw --only cook; expected some of engine-chain" in done.stderr
