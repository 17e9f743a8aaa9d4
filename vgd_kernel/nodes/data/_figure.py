"""Rows as a Plotly figure, in Plotly's JSON: ``{"data": [traces], "layout": {...}}``.

Built by hand, not by plotly.express: a stream draws a figure per message, and express takes 70 ms
and a DataFrame for what is a few lists here. Source: Plotly's figure reference.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.nodes.data._frames import to_frame, to_rows

Kind = Literal["line", "scatter", "bar", "histogram", "box", "area"]
Row = Mapping[str, Any]

_TRACES: Mapping[Kind, Mapping[str, Any]] = {
    "line": {"type": "scatter", "mode": "lines"},
    "scatter": {"type": "scatter", "mode": "markers"},
    "area": {"type": "scatter", "mode": "lines", "stackgroup": "1"},
    "bar": {"type": "bar"},
    "histogram": {"type": "histogram"},
    "box": {"type": "box"},
}


def read_rows(value: Any) -> list[Row]:
    """Return a message's value as rows of plain values.

    Raises:
        ExpressionError: It is no table, list of rows, row, columns, or CSV text.
    """
    if isinstance(value, list) and all(type(row) is dict for row in value):
        return value
    if isinstance(value, dict) and not any(isinstance(v, (list, tuple)) for v in value.values()):
        return [value]
    return list(to_rows(to_frame(value)))


def draw(
    rows: Sequence[Row], kind: Kind, *, x: str, y: Sequence[str], color: str, title: str
) -> dict[str, Any]:
    """Return the figure of rows.

    Args:
        rows: What is drawn, in order.
        kind: Form of the chart.
        x: Column of the x axis; empty: the number of the row.
        y: Columns of the y axis, a trace each; empty: all with numbers.
        color: Column whose values make traces of their own; empty: none.
        title: Title, may be empty.

    Raises:
        ExpressionError: A column is not there, or none has numbers.
    """
    columns = list(dict.fromkeys(str(name) for row in rows for name in row))
    for name in (*y, *(part for part in (x, color) if part)):
        if name not in columns:
            raise ExpressionError(
                f"no column {name!r}; expected one of {', '.join(columns)}. Change the node."
            )
    drawn = list(y) or [n for n in columns if n not in (x, color) and _has_numbers(rows, n)]
    if not drawn and not (kind == "histogram" and x):
        raise ExpressionError(
            f"no column with numbers among {', '.join(columns) or 'none'}; expected one to draw. "
            "Set Y or convert a column."
        )
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.get(color) if color else None, []).append(row)
    names = [x or drawn[0]] if kind == "histogram" else drawn
    traces = [
        _trace(members, kind, x, name, _label(name, group, len(names)) if color else name)
        for group, members in groups.items()
        for name in names
    ]
    layout: dict[str, Any] = {
        "xaxis": {"title": {"text": names[0] if kind == "histogram" else x}},
        "yaxis": {"title": {"text": "count" if kind == "histogram" else ", ".join(names)}},
        "showlegend": len(traces) > 1,
    }
    if title:
        layout["title"] = {"text": title}
    return {"data": traces, "layout": layout}


def _trace(rows: Sequence[Row], kind: Kind, x: str, y: str, name: str) -> dict[str, Any]:
    values = [_plain(row.get(y)) for row in rows]
    if kind == "histogram":
        return {**_TRACES[kind], "name": name, "x": values}
    trace = {**_TRACES[kind], "name": name, "y": values}
    if x:
        trace["x"] = [_plain(row.get(x)) for row in rows]
    return trace


def _label(name: str, group: Any, count: int) -> str:
    return str(group) if count == 1 else f"{group}, {name}"


def _has_numbers(rows: Sequence[Row], name: str) -> bool:
    values = [row[name] for row in rows if row.get(name) is not None]
    return bool(values) and all(isinstance(v, (int, float)) and v is not True for v in values)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    return None if isinstance(value, float) and value != value else value


__all__ = ("Kind", "Row", "draw", "read_rows")
