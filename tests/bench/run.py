"""Measures the engine alone, and the runtime beside Node-RED.

    python tests/bench/run.py [--only engine,burst,…] [--repetitions 5] [--quick] [--output DIR]

Everything by default, about 20 minutes. A part is named whole or by its beginning (``engine``).
The rows go to ``engine.json``, ``nodered.json`` and ``micro.json`` in ``tests/bench/results``, the
table into the README; rows of parts that are not measured stay as they are. ``--quick`` only shows
that it works: its figures go nowhere unless ``--output`` says where.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import engine.command
import micro.command
import nodered.parts
from nodered.command import Wanted, compare

HERE = Path(__file__).parent
PARTS = (*engine.command.PARTS, *nodered.parts.PARTS, micro.command.PART)


def main() -> int:
    """Return 1 when something could not be measured."""
    parser = argparse.ArgumentParser(description="Measure.")
    parser.add_argument("--only", default="", help=f"parts, by commas: {', '.join(PARTS)}")
    parser.add_argument("--repetitions", type=int, default=0, help="5; 1 with --quick")
    parser.add_argument("--quick", action="store_true", help="show that it works")
    parser.add_argument("--output", type=Path, help="folder for the figures")
    chosen = parser.parse_args()
    beginnings = tuple(filter(None, chosen.only.split(",")))
    unknown = [begin for begin in beginnings if not any(part.startswith(begin) for part in PARTS)]
    if unknown:
        parser.error(f"saw --only {','.join(unknown)}; expected some of {', '.join(PARTS)}")
    parts = {part for part in PARTS if part.startswith(beginnings or "")}
    repetitions = chosen.repetitions or (1 if chosen.quick else 5)
    official = not (chosen.output or chosen.quick)
    folder = HERE / "results" if official else chosen.output or Path(tempfile.mkdtemp())
    if parts & set(engine.command.PARTS):
        engine.command.measure_engine(
            parts, repetitions=repetitions, quick=chosen.quick, output=folder / "engine.json"
        )
    failed = 0
    if parts & set(nodered.parts.PARTS):
        readme = HERE.parents[1] / "README.md" if official else None
        output = folder / "nodered.json"
        failed = compare(Wanted(parts, repetitions, chosen.quick, output, readme))
    if micro.command.PART in parts:
        failed += micro.command.measure_micro(quick=chosen.quick, output=folder / "micro.json")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
