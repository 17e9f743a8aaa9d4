"""The dataframe node: rows to a pandas DataFrame and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field, field_validator

from vgd_kernel.model import (
    UNDEFINED,
    ByField,
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    paths,
    text_field,
)
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import NumberText, PathText, Text, field, number
from vgd_kernel.nodes.data._frames import column_types, names, shape_frame, to_frame, to_rows


class DataFrame(Node):
    """Makes a pandas DataFrame of a message or of many, or rows of a DataFrame.

    - **table**: a list of rows (dicts or lists), a dict of columns, one row, or CSV text becomes a
      DataFrame
    - **collect**: the rows of so many messages, or of all until one has `complete`, become one
      DataFrame; `msg.reset` forgets them. What was collected survives a restart.
    - **rows**: a DataFrame becomes a list of dicts with plain values

    **Columns** keeps only some (`day, price`), **types** converts them (`price: float, day: date`),
    **index** names the column that becomes the index.

    **Output**: the message (the last one, when collecting) with the result in its property.
    Values that are no table are errors that can be caught.
    """

    spec = NodeSpec(
        type="dataframe",
        category="data",
        color="#B8D8BA",
        icon="table",
        accepts={"=property": ("array", "object", "string", "table", "buffer")},
        gives={
            "=property": ByField(
                "mode", {"table": ("table",), "collect": ("table",), "rows": ("array",)}
            )
        },
        keeps=True,
        tags=("pandas", "table", "rows", "csv", "collect"),
    )

    mode: Literal["table", "collect", "rows"] = Field(default="table", title="Make")
    property: PathText = text_field("payload", title="Property")
    columns: Text = text_field("", title="Columns", description="Comma-separated; empty: all.")
    types: Text = text_field("", title="Types", description="Such as price: float, day: date.")
    index: Text = text_field("", title="Index", description="Column that becomes the index.")
    count: NumberText = text_field("", title="Messages", description="To collect; empty: no end.")

    @field_validator("types")
    @classmethod
    def _check_types(cls, value: str) -> str:
        try:
            column_types(value)
        except ExpressionError as error:
            raise ValueError(str(error)) from None
        return value

    def start(self, ctx: Context) -> Receive:
        """Choose between one message and many."""
        with field(ctx, "property"):
            path = paths.parse_message_path(self.property or "payload")
        put, send = paths.setter(path), ctx.send
        columns, types, index = names(self.columns), column_types(self.types), self.index.strip()

        def shaped(value: Any) -> Any:
            return shape_frame(to_frame(value), columns=columns, types=types, index=index)

        if self.mode == "collect":
            return self._collector(ctx, path, lambda msg, rows: put(msg, shaped(rows)))
        convert: Callable[[Any], Any] = shaped
        if self.mode == "rows":
            convert = lambda value: to_rows(shaped(value))  # noqa: E731 - one of two

        def receive(msg: Message) -> None:
            put(msg, convert(paths.get(msg, path)))
            send(msg)

        return receive

    def _collector(
        self, ctx: Context, path: paths.Path, put: Callable[[Message, Any], Any]
    ) -> Receive:
        most, state, send = number(self.count), ctx.state, ctx.send

        def receive(msg: Message) -> None:
            if "reset" in msg:
                state["rows"] = []
                ctx.status()
                return
            rows = state.setdefault("rows", [])
            value = paths.get(msg, path)
            if value is not UNDEFINED:
                rows.extend(to_rows(to_frame(value)))
                state["messages"] = state.get("messages", 0) + 1
            if "complete" not in msg and not 0 < most <= state.get("messages", 0):
                ctx.status("blue", "dot", f"{len(rows)} rows")
                return
            state["rows"], state["messages"] = [], 0
            ctx.status()
            msg.pop("complete", None)
            put(msg, rows)
            send(msg)

        return receive
