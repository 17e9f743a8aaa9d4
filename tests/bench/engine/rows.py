"""Rows of the engine's figures, and the small flows that they are measured with."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from vgd_kernel.engine import Run, start
from vgd_kernel.model import FlowDocument, installed

BURST = 1000
"""Messages that are handed in at once, as a busy source does."""

BODIES: dict[str, dict[str, Any]] = {
    "junction": {"type": "junction"},
    "change": {
        "type": "change",
        "rules": [{"t": "set", "p": "payload", "pt": "msg", "to": "hello", "tot": "str"}],
    },
    "python": {"type": "python", "code": "msg['payload'] = 1\nreturn msg", "outputs": 1},
}
"""What the nodes of a chain are; ``python`` is the function node with a Python body."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measured number.

    Attributes:
        name: What was measured.
        unit: Of ``value``, ``minimum`` and ``maximum``.
        value: Median of the repetitions.
        repetitions: How many there were.
        minimum: Smallest.
        maximum: Largest.
    """

    name: str
    unit: str
    value: float
    repetitions: int
    minimum: float
    maximum: float


def row(name: str, unit: str, values: list[float]) -> Row:
    """Return the row of all repetitions."""
    median = statistics.median(values)
    return Row(name, unit, median, len(values), min(values), max(values))


def chain(body: dict[str, Any], length: int) -> list[dict[str, Any]]:
    """Return a tab with nodes ``n0`` to ``n<length - 1>`` in a row."""
    ids = [f"n{index}" for index in range(length)]
    targets = [[[id]] for id in ids[1:]] + [[[]]]
    nodes = [{"id": i, "z": "t", "wires": w, **body} for i, w in zip(ids, targets, strict=True)]
    return [{"id": "t", "type": "tab", "label": "bench"}, *nodes]


async def started(entries: list[dict[str, Any]]) -> Run:
    """Return a run of a flow that has no problems."""
    run = await start(FlowDocument(entries), installed())
    assert not run.problems, run.problems
    return run


def repeated(work: Callable[[], Coroutine[Any, Any, Any]], repetitions: int) -> list[Any]:
    """Return the results of some runs, each on a loop of its own."""
    return [asyncio.run(work()) for _ in range(repetitions)]


__all__ = ("BODIES", "BURST", "Row", "chain", "repeated", "row", "started")
