"""Measures the engine, prints a table, writes the file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict
from pathlib import Path

from facts import commit, machine

from engine.latency import latency_rows, many_flows_rows
from engine.rows import Row
from engine.throughput import chain_rows, fanout_rows, runtime_rows

PARTS: dict[str, Callable[[int, int], Iterator[Row]]] = {
    "engine-chain": chain_rows,
    "engine-fanout": fanout_rows,
    "engine-runtime": runtime_rows,
    "engine-latency": latency_rows,
    "engine-flows": many_flows_rows,
}
"""Part to what measures it: ``(repetitions, messages)``."""


def measure_engine(parts: Collection[str], *, repetitions: int, quick: bool, output: Path) -> None:
    """Measure some of `PARTS`; rows of other parts stay in the file."""
    scale = 100_000 if quick else 1_000_000
    about = machine()
    out = sys.stdout.write
    out(", ".join(f"{key} {value}" for key, value in about.items()) + "\n\n")
    out(f"{'what':28}{'median':>14}{'minimum':>14}{'maximum':>14}  unit\n")
    before = json.loads(output.read_text("utf-8"))["rows"] if output.is_file() else []
    rows = {(each["name"], each["unit"]): each for each in before}
    for part, measure in PARTS.items():
        if part not in parts:
            continue
        for found in measure(repetitions, scale):
            rows[found.name, found.unit] = asdict(found)
            numbers = (found.value, found.minimum, found.maximum)
            digits = 0 if found.unit.endswith("/s") else 1
            columns = "".join(f"{number:14,.{digits}f}" for number in numbers)
            out(f"{found.name:28}{columns}  {found.unit}\n")
            sys.stdout.flush()
    report = {"machine": about, "commit": commit(), "rows": list(rows.values())}
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    out(f"\nwritten to {output}\n")


__all__ = ("PARTS", "measure_engine")
