"""Runs the chosen parts, prints the rows, writes the file and the README's table."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from facts import commit, machine

from nodered.contest import Contest
from nodered.install import install
from nodered.parts import PARTS
from nodered.rows import Results, put_table, table


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run of the benchmark shall do.

    Attributes:
        parts: Some of `PARTS`.
        repetitions: Of each measurement.
        quick: Less of everything.
        output: File of the rows; those of other parts in it are kept.
        readme: Gets the table; None leaves it alone.
    """

    parts: Collection[str]
    repetitions: int
    quick: bool
    output: Path
    readme: Path | None


def compare(wanted: Wanted) -> int:
    """Measure, print, write; return how many measurements failed."""
    installation = install()
    versions = {"node": installation.node_version, "node_red": installation.version}
    about = {**machine(), **versions, "commit": commit()}
    contest = Contest(installation, wanted.repetitions, wanted.quick)
    results = Results(wanted.output)
    out = sys.stdout.write
    title = f"beside Node-RED {installation.version}"
    out(f"\n{title:36}{'Node-RED':>14}{'VGD':>14}{'ratio':>9}\n")
    for part, measure in PARTS.items():
        if part not in wanted.parts:
            continue
        for row in measure(contest):
            out(f"{row.name:36}{row.node_red:14,.4g}{row.vgd:14,.4g}{row.ratio:9.2f}  {row.unit}\n")
            sys.stdout.flush()
            results.add([row], about)
    text = table(results.rows.values(), about)
    out(f"\n{text}\n\nwritten to {wanted.output}\n")
    if wanted.readme is not None:
        put_table(wanted.readme, text)
    return len(contest.failures)


__all__ = ("Wanted", "compare")
