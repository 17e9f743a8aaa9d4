"""Runs the micro-benchmarks by pytest-benchmark and writes their medians."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from facts import commit, machine

HERE = Path(__file__).parent
PART = "micro"
OFFICIAL = ("--benchmark-min-rounds=50", "--benchmark-min-time=0.001", "--benchmark-max-time=0.5")
QUICK = ("--benchmark-min-rounds=2", "--benchmark-min-time=0.0001", "--benchmark-max-time=0.01")

STATISTICS = {"median": "median", "quartile_1": "q1", "quartile_3": "q3"}
"""Name in a row to pytest-benchmark's."""


def measure_micro(*, quick: bool, output: Path) -> int:
    """Measure all of them; return pytest's exit code, 0 when the file was written."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder, "raw.json")
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-o"]
        command += ["python_files=bench_*.py", "--benchmark-sort=name"]
        command += ["--benchmark-columns=median,iqr,rounds", f"--benchmark-json={raw}"]
        command += [*(QUICK if quick else OFFICIAL), str(HERE)]
        code = subprocess.run(command, check=False, cwd=HERE.parents[2]).returncode
        if code:
            return code
        rows = [_row(each) for each in json.loads(raw.read_text("utf-8"))["benchmarks"]]
    report = {"machine": machine(), "commit": commit(), "rows": rows}
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    for row in rows:
        print(f"{row['name']:36}{row['median']:14,.1f}  {row['unit']}")
    print(f"\nwritten to {output}")
    return 0


def _row(found: dict[str, Any]) -> dict[str, Any]:
    """Return the row of one benchmark: its group and parameter, nanoseconds for one message."""
    values = [found["group"], *(found["params"] or {}).values()]
    scale = 1e9 / found["extra_info"].get("per", 1)
    numbers = {name: round(found["stats"][key] * scale, 2) for name, key in STATISTICS.items()}
    return {"name": "-".join(values), "unit": "ns", **numbers}


__all__ = ("PART", "measure_micro")
