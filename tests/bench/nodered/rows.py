"""The rows of the comparison: what is kept, how it is written, which goals there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

SMALLER_IS_BETTER = frozenset({"ms", "us", "s", "KiB/tab", "MiB"})
"""Units of time and memory; the others are rates."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was measured on both.

    Attributes:
        name: Of the flow file; ``-python`` behind it when the function bodies are Python.
        unit: Of both values.
        node_red: Median of Node-RED.
        vgd: Median of VisualGridDev.
        ratio: How many times better VisualGridDev is; below 1 it is worse.
    """

    name: str
    unit: str
    node_red: float
    vgd: float
    ratio: float


def row(name: str, unit: str, node_red: float, vgd: float) -> Row:
    """Return a row; the ratio turns round for units of which less is better."""
    ratio = node_red / vgd if unit in SMALLER_IS_BETTER else vgd / node_red
    return Row(name, unit, _rounded(node_red), _rounded(vgd), round(ratio, 3))


def _rounded(value: float) -> float:
    """Return a value with four digits: repetitions differ by more."""
    return float(f"{value:.4g}")


@dataclass(frozen=True, slots=True)
class Goal:
    """What the project wants to reach.

    Attributes:
        what: In words.
        rows: Names of the rows that it is about, without ``-python``.
        ratio: Smallest ratio wanted; 0 when ``limit`` is what counts.
        limit: Largest value of VisualGridDev wanted, in the row's unit.
    """

    what: str
    rows: re.Pattern[str]
    ratio: float
    limit: float = 0.0

    def reached(self, row: Row) -> bool:
        """Tell whether a row reaches it."""
        return row.vgd < self.limit if self.limit else row.ratio >= self.ratio


def _goal(what: str, rows: str, ratio: float, limit: float = 0.0) -> Goal:
    return Goal(what, re.compile(rows + r"\Z"), ratio, limit)


_PLAIN = "(junction|change|switch|template)"
GOALS = (
    _goal("bursts: junction, change, switch, template x 1, 10, 50", f"burst-{_PLAIN}-\\d+", 5),
    _goal("laps: the same x 3, 10, one message in flight", f"lap-{_PLAIN}-\\d+", 5),
    _goal("function nodes x 10 and 50 under load", r"burst-function-(10|50)", 1),
    _goal("change with JSONata", r"(burst|lap)-change-jsonata-\d+", 1),
    _goal("latency of 3 nodes, p50", r"lat3-p50", 0, 20),
    _goal("latency of 3 nodes, p99", r"lat3-p99", 0, 100),
    _goal("fan-out to 10, small to large", r"fanout-\d+", 3),
    _goal("split and join, 10,000 and 100,000 items", r"splitjoin-\d+", 3),
    _goal("HTTP requests/s, 1, 10, 50 connections", r"http-\d+", 1),
    _goal("HTTP p99", r"http-\d+-p99", 1),
    _goal("MQTT, QoS 0 and 1", r"mqtt-q[01](-fn)?", 1),
    _goal("deploy of 100, 1,000, 5,000 tabs", r"tabs-\d+-(function|template)-deploy", 3),
    _goal("memory of a tab", r"tabs-\d+-(function|template)-memory", 5),
    _goal("one changed node of 25,000", r"tabs-5000-\w+-one-node", 0, 0.1),
    _goal("start to the first message", r"start", 1),
)
"""The table of goals. Python function bodies have a column of their own."""

PYTHON_GOALS = {"function nodes x 10 and 50 under load": 3.0}
"""Where Python has a goal of its own."""


class Results:
    """The file with the rows; rows that are not measured again stay."""

    def __init__(self, path: Path) -> None:
        """Read what is there."""
        self._path = path
        found = json.loads(path.read_text("utf-8")) if path.is_file() else {"rows": []}
        self.rows = {each["name"]: Row(**each) for each in found["rows"]}

    def add(self, rows: Iterable[Row], machine: Mapping[str, Any]) -> None:
        """Put rows in place of those of the same name and write the file."""
        self.rows |= {each.name: each for each in rows}
        report = {"machine": dict(machine), "rows": [asdict(each) for each in self.rows.values()]}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def table(rows: Iterable[Row], machine: Mapping[str, Any]) -> str:
    """Return the table for the README: a line per goal, from its worst to its best row."""
    lines = [
        f"Medians of five runs in turn with Node-RED {machine['node_red']} "
        f"(Node.js {machine['node']}) on {machine['cpu']}, {machine['cores']} cores, "
        f"Python {machine['python']}. How many times better (below 1: worse), worst to best row, "
        "with the function nodes of the flows in JavaScript, and in Python.",
        "",
        "| what | goal | JavaScript | Python |",
        "| --- | --- | --- | --- |",
    ]
    known = {each.name: each for each in rows}
    for goal in GOALS:
        names = [name for name in known if goal.rows.match(name)]
        python = [f"{name}-python" for name in names if f"{name}-python" in known]
        if not names:
            continue
        own = replace(goal, ratio=PYTHON_GOALS.get(goal.what, goal.ratio))
        wanted = f"{goal.ratio:g}x" if own == goal else f"{goal.ratio:g}x, {own.ratio:g}x"
        cells = [
            _range([known[name] for name in group], judge)
            for group, judge in ((names, goal), (python, own))
        ]
        limit = f"< {goal.limit:g} {known[names[0]].unit}"
        lines.append(f"| {goal.what} | {limit if goal.limit else wanted} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _range(rows: Sequence[Row], goal: Goal) -> str:
    """Return the worst and best of some rows, and whether they reach the goal."""
    if not rows:
        return ""
    values = sorted(row.vgd if goal.limit else row.ratio for row in rows)
    ends = (values[-1], values[0]) if goal.limit else (values[0], values[-1])
    shown = [f"{value:.3g}" if value < 100 else f"{value:.0f}" for value in ends]
    text = shown[0] if len(values) == 1 or shown[0] == shown[1] else f"{shown[0]} to {shown[1]}"
    good = sum(map(goal.reached, rows))
    if good == len(rows):
        return f"{text}, reached"
    return f"{text}, reached by {good} of {len(rows)}" if good else f"{text}, missed"


def put_table(readme: Path, text: str) -> None:
    """Put a table between the marks of a README.

    Raises:
        ValueError: The marks are not there.
    """
    begin, end = "<!-- bench: make bench writes this -->\n", "<!-- /bench -->"
    before, mark, rest = readme.read_text("utf-8").partition(begin)
    _, closing, after = rest.partition(end)
    if not mark or not closing:
        raise ValueError(f"saw no {begin.strip()} and {end} in {readme}; put both lines there.")
    readme.write_text(f"{before}{begin}\n{text}\n\n{end}{after}", encoding="utf-8")


__all__ = (
    "GOALS",
    "PYTHON_GOALS",
    "SMALLER_IS_BETTER",
    "Goal",
    "Results",
    "Row",
    "put_table",
    "row",
    "table",
)
