"""The plot node: a chart of the rows of a message, or of the last ones of a stream."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive, paths, text_field
from vgd_kernel.model.fields import PathText, Text, field
from vgd_kernel.nodes.data._figure import Kind, draw, read_rows
from vgd_kernel.nodes.data._frames import names

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

    kind: Kind = Field(default="line", title="Kind")
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
        wanted = names(self.yColumns)

        def receive(msg: Message) -> None:
            if "reset" in msg:
                state["rows"] = []
                return
            value: Any = paths.get(msg, path)
            if isinstance(value, (int, float)):
                value = {wanted[0] if wanted else "value": value}
            rows = read_rows(value)
            if self.window:
                state["rows"] = rows = [*state.get("rows", []), *rows][-self.window :]
            figure = draw(
                rows, self.kind, x=self.xColumn, y=wanted, color=self.color, title=self.title
            )
            text = f"{self.kind} chart of {len(rows)} rows"
            ctx.display({MIME: figure, "text/plain": text})
            put(msg, figure)
            send(msg)

        return receive
