"""The csv node: reads and writes lines of separated values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from vgd_kernel.model import UNDEFINED, Context, Message, Node, NodeSpec, Receive, text_field
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.fields import Flag, Text
from vgd_kernel.model.javascript_values import parse_float, type_name
from vgd_kernel.nodes.parser._csv_legacy import LegacyReader
from vgd_kernel.nodes.parser._csv_names import LegacyNames
from vgd_kernel.nodes.parser._csv_options import CsvOptions
from vgd_kernel.nodes.parser._csv_reading import BAD_TEMPLATE, CsvInput, Reader, RfcReader
from vgd_kernel.nodes.parser._csv_writer import LegacyWriter, RfcWriter, Writer


class Csv(Node):
    """Turns CSV text into objects, and objects or lists into CSV text.

    **Text to objects**: one message per row (with `parts`) or one with a list of all rows. Column
    names come from the node, or from the first line; without names columns are `col1`, `col2`, …
    Lines may arrive one by one as a sequence. `msg.columns` holds the names.

    **Objects to text**: an object, a list of objects, a list of lists or a list of values becomes
    lines. Column names come from the node, from `msg.columns` or from the first object. The line
    of names is written never, always, or once until a message with `reset` comes.

    The *RFC 4180* parser takes quotes strictly by the standard; *legacy* is Node-RED's older one,
    here without two of its defects: a text may begin with a separator, and a line of a sequence
    that ends with a line break is not lost.
    """

    spec = NodeSpec(
        type="csv",
        category="parser",
        color="#DEBD5C",
        icon="table",
        accepts={"payload": ("string", "object", "array", "buffer", "table", "null")},
        tags=("comma", "separated", "parse", "table", "columns"),
    )
    defers_done: ClassVar[bool] = True

    rules: Literal["rfc", ""] = Field(
        default="rfc", alias="spec", title="Parser", description="Empty: Node-RED's older one."
    )
    sep: Text = text_field(",", title="Separator", description="\\t is a tabulator.")
    temp: Text = text_field("", title="Columns", description="Names, separated by commas.")
    hdrin: Flag = Field(default=False, title="First row contains column names")
    hdrout: Literal["none", "once", "all"] = Field(default="none", title="Write column names")
    multi: Literal["one", "mult"] = Field(
        default="one", title="Output", description="one: a message per row; mult: one list."
    )
    ret: Text = text_field("\\r\\n", title="Line end")
    skip: Text = text_field("0", title="Skip first lines")
    strings: Flag = Field(default=True, title="Parse numerical values")
    include_empty_strings: Flag = Field(default=False, title="Include empty strings")
    include_null_values: Flag = Field(default=False, title="Include null values")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave out; entries without a parser mean the older one."""
        entry = dict(raw)
        for key in ("sep", "ret", "multi"):
            if not entry.get(key):
                entry.pop(key, None)
        header = entry.get("hdrout") or "none"
        entry["hdrout"] = "all" if header is True else header
        entry["spec"] = "rfc" if entry.get("spec") == "rfc" else ""
        if not entry["spec"]:
            entry.setdefault("ret", "\\n")
        return entry

    def _options(self) -> CsvOptions:
        return CsvOptions(
            template=self.temp,
            separator=_unescaped(self.sep, {"t": "\t", "n": "\n", "r": "\r"}),
            line_end=_unescaped(self.ret, {"n": "\n", "r": "\r"}),
            skip=0 if math.isnan(skip := parse_float(self.skip)) else int(skip),
            header_in=self.hdrin,
            numbers=self.strings,
            empty_texts=self.include_empty_strings,
            nulls=self.include_null_values,
        )

    def _both(self, options: CsvOptions, ctx: Context) -> tuple[Reader, Writer]:
        def warn(text: str) -> None:
            ctx.log(text, level="warn")

        if self.rules == "rfc":
            return RfcReader(options, ctx), RfcWriter(options, self.hdrout, warn)
        names = LegacyNames(options.template)
        return LegacyReader(options, names), LegacyWriter(options, self.hdrout, warn, names)

    def start(self, ctx: Context) -> Receive | None:
        """Choose the parser; with column names that cannot be read the node does nothing."""
        rfc, options = self.rules == "rfc", self._options()
        ctx.status()
        try:
            reader, writer = self._both(options, ctx)
        except ExpressionError:
            ctx.log(BAD_TEMPLATE, level="warn")
            ctx.status("red", "dot", BAD_TEMPLATE)
            return None
        source = CsvInput(ctx, options, reader, one=self.multi == "one")

        def receive(msg: Message) -> None:
            if rfc:
                ctx.status()
            if "reset" in msg:
                writer.header_sent = False
            value = msg.get("payload", UNDEFINED)
            if value is UNDEFINED:
                if "reset" not in msg:
                    ctx.send(msg)
            elif isinstance(value, str):
                if not source.receive(msg):
                    return  # Node-RED forgets to complete what it skips
            elif type_name(value) == "object":
                parts = msg.get("parts")
                continues = isinstance(parts, Mapping) and (parts.get("index") or 0) > 0
                writer.write(msg, continues=continues)
                ctx.send(msg)
            else:
                _refuse(ctx, msg, rfc=rfc)
            ctx.done(msg)

        return receive


def _refuse(ctx: Context, msg: Message, *, rfc: bool) -> None:
    text = "This node only handles CSV strings or js objects."
    if not rfc:
        ctx.log(text, level="warn", msg=msg)
        return
    ctx.status("red", "dot", text)
    raise ThrownError(text)


def _unescaped(text: str, escapes: Mapping[str, str]) -> str:
    for letter, character in escapes.items():
        text = text.replace(f"\\{letter}", character)
    return text
