"""Places for nodes that have none: columns along the wires, rows in document order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vgd_kernel.model.wiring import wires_of

STEP_X, STEP_Y = 210, 70
"""Distance of columns and rows in pixels: a wide label fits, wires stay readable."""

FIRST_X, FIRST_Y = 165, 60
"""Centre of the first node."""


def is_placed(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry has a place on the canvas."""
    return all(
        isinstance(entry.get(key), (int, float)) and not isinstance(entry.get(key), bool)
        for key in ("x", "y")
    )


def place(entries: Iterable[Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    """Return a centre for every node of one tab, by id.

    Nodes that have a place keep it; the others stand below them, each one column behind the
    nearest node that is wired to it.
    """
    nodes = {str(entry["id"]): entry for entry in entries}
    places = {id: (float(e["x"]), float(e["y"])) for id, e in nodes.items() if is_placed(e)}
    free = {id: entry for id, entry in nodes.items() if id not in places}
    top = max((y for _, y in places.values()), default=FIRST_Y - STEP_Y) + STEP_Y
    rows: dict[int, int] = {}
    for id, column in _columns(free).items():
        row = rows.get(column, 0)
        rows[column] = row + 1
        places[id] = (FIRST_X + column * STEP_X, top + row * STEP_Y)
    return places


def _columns(nodes: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return for each node how many wires it is away from the nearest node without an input."""
    targets = {id: [t for _, t in wires_of(entry) if t in nodes] for id, entry in nodes.items()}
    wired = {target for found in targets.values() for target in found}
    columns: dict[str, int] = {}
    for start in [id for id in nodes if id not in wired] + list(nodes):  # the rest is in loops
        reached = [start] if start not in columns else []
        columns.setdefault(start, 0)
        for id in reached:
            for target in targets[id]:
                if target not in columns:
                    columns[target] = columns[id] + 1
                    reached.append(target)
    return columns


__all__ = ("FIRST_X", "FIRST_Y", "STEP_X", "STEP_Y", "is_placed", "place")
