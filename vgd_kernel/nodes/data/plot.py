"""The plot node: a chart of the rows of a message, or of the last ones of a stream."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field

from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive, paths, text_field
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import PathText, Text, field
from vgd_kernel.nodes.data._frames import to_frame, to_rows

MIME = "application/vnd.plotly.v1+json"
"""MIME type under which Jupyter draws a Plotly figure."""


class Plot(Node):
    """Draws a chart with Plotly, shown beside the node and in the notebook.

    **Input**: a DataFrame, a list of rows, a dict of columns, CSV text, one row, or a number.

    **Window**: with 0 each message is drawn by itself; with *n* the last *n* rows of all messages
    are drawn, so that a stream moves through the chart. `msg.reset` empties it.

    **Output**: the message with the figure (a dict, as Plotly's JSON) in its property.
    """

    spec = NodeSpec(
        type="plot",
        category="data",
        color="#B8D8BA",
        icon="chart",
        tags=("plotly", "chart", "figure", "graph", "draw"),
    )

    kind: Literal["line", "scatter", "bar", "histogram", "box", "area"] = Field(
        default="line", title="Kind"
    )
    property: PathText = text_field("payload", title="Property")
    xColumn: Text = text_field(  # noqa: N815 - `x` and `y` are the node's place on the canvas
        "", title="X", description="Column; empty: the index."
    )
    yColumns: Text = text_field(  # noqa: N815 - likewise
        "", title="Y", description="Columns, comma-separated; empty: all numbers."
    )
    color: Text = text_field("", title="Colour by", description="Column.")
    title: Text = text_field("", title="Title")
    window: int = Field(default=0, ge=0, le=1_000_000, title="Window", description="Rows; 0: none.")

    def start(self, ctx: Context) -> Receive:
        """Bind the property; rows of a window are state and survive a restart."""
        with field(ctx, "property"):
            path = paths.parse_message_path(self.property or "payload")
        put, send, state = paths.setter(path), ctx.send, ctx.state

        def receive(msg: Message) -> None:
            if "reset" in msg:
                state["rows"] = []
                return
            value: Any = paths.get(msg, path)
            if isinstance(value, (int, float)):
                value = {self.yColumns or "value": value}
            if self.window:
                rows = [*state.get("rows", []), *to_rows(to_frame(value))][-self.window :]
                state["rows"] = value = rows
            frame = to_frame(value)
            figure = self._figure(frame)
            text = f"{self.kind} chart of {len(frame)} rows"
            ctx.display({MIME: figure, "text/plain": text})
            put(msg, figure)
            send(msg)

        return receive

    def _figure(self, frame: Any) -> dict[str, Any]:
        import plotly.express as express  # heavy: only this node loads it

        wanted = [name.strip() for name in self.yColumns.split(",") if name.strip()]
        columns = [str(column) for column in frame.columns]
        for name in (*wanted, *(part for part in (self.xColumn, self.color) if part)):
            if name not in columns:
                raise ExpressionError(
                    f"no column {name!r}; expected one of {', '.join(columns)}. Change the node."
                )
        if not wanted:
            numbers = frame.select_dtypes("number").columns
            wanted = [str(name) for name in numbers if name not in (self.xColumn, self.color)]
        if not wanted:
            raise ExpressionError(
                f"no column with numbers among {', '.join(columns) or 'none'}; expected one to "
                "draw. Set Y or convert a column."
            )
        options: dict[str, Any] = {"title": self.title or None, "color": self.color or None}
        if self.kind == "histogram":
            options["x"] = self.xColumn or wanted[0]
        else:
            options |= {"x": self.xColumn or None, "y": wanted if len(wanted) > 1 else wanted[0]}
        figure = getattr(express, self.kind)(frame, **options)
        drawn: dict[str, Any] = json.loads(figure.to_json())
        drawn["layout"].pop("template", None)  # 7 KB of defaults that every figure has
        return drawn
