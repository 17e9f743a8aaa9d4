"""The benchmark runs and writes what is promised."""

import json
import subprocess
import sys
from pathlib import Path


def test_it_prints_a_table_and_writes_machine_commit_and_rows(tmp_path):
    output = tmp_path / "engine.json"
    script = Path(__file__).with_name("run.py")
    command = [sys.executable, str(script), "--quick", "--repetitions", "1", "--only", "latency"]
    done = subprocess.run(
        [*command, "--output", str(output)], capture_output=True, text=True, check=True
    )
    report = json.loads(output.read_text("utf-8"))
    assert report["machine"]["cores"] >= 1
    assert set(report) == {"machine", "commit", "rows"}
    for row in report["rows"]:
        assert row["name"] in done.stdout
        assert 0 < row["minimum"] <= row["value"] <= row["maximum"]
        assert (row["repetitions"], row["unit"]) == (1, "us")
