"""Reading CSV as it comes in messages: whole, in pieces of a sequence, in rows or in lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from vgd_kernel.model import UNDEFINED, Context, Message, clone
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.javascript_values import to_number
from vgd_kernel.nodes.parser._csv_legacy import LegacyReader
from vgd_kernel.nodes.parser._csv_options import CsvOptions, Rows
from vgd_kernel.nodes.parser._csv_rfc import Cell, parse_cells, read_names, read_rows

BAD_TEMPLATE = "Malformed columns template."
"""Status of a node whose column names cannot be read."""


class Reader(Protocol):
    """Reads texts, one after the other."""

    def read(self, text: str, *, skipped: int, first: bool) -> Rows | None:
        """Return the rows of a text, None when all of it was skipped.

        Args:
            text: One line or many.
            skipped: How many lines of the stream have come before it.
            first: It may begin with lines to skip and a header.
        """


class RfcReader:
    """Reads texts by RFC 4180; the names of a header line stay for the texts after it."""

    def __init__(self, options: CsvOptions, ctx: Context) -> None:
        """Take the column names of the config.

        Raises:
            ExpressionError: They are no line of CSV.
        """
        self._options = options
        self._ctx = ctx
        self._names: list[Cell] = read_names(options.template)

    def read(self, text: str, *, skipped: int, first: bool) -> Rows | None:
        """Return the rows of a text, None when all of it was skipped."""
        start = 0
        if first:
            left = self._options.skip - skipped
            for _ in range(left):
                found = re.compile(r"[\r\n]").search(text, start)
                start = found.end() if found else len(text)
            if left > 0 and start >= len(text):
                return None
        if first and self._options.header_in:
            try:
                lines, start = parse_cells(
                    text, self._options.separator, start=start, strict=True, one_line=True
                )
            except ExpressionError:
                self._ctx.status("red", "dot", BAD_TEMPLATE)
                raise
            self._names = lines[0] if lines else []
        return read_rows(text, self._names, self._options, start=start)


class CsvInput:
    """Turns messages with CSV text into messages with objects."""

    def __init__(self, ctx: Context, options: CsvOptions, reader: Reader, *, one: bool) -> None:
        """Start with nothing kept.

        Args:
            ctx: The node.
            options: How to read.
            reader: Reads the texts.
            one: Send a message per row; else one with a list of all rows.
        """
        self._ctx = ctx
        self._options = options
        self._reader = reader
        self._one = one
        self._kept: list[dict[str, Any]] = []

    def receive(self, msg: Message) -> bool:
        """Read the text of a message and send what is in it; False: all of it was skipped."""
        text: str = msg["payload"]
        parts = msg["parts"] if isinstance(msg.get("parts"), Mapping) else None
        index = parts.get("index", 0) if parts else 0
        count = parts.get("count") if parts else None
        is_line = parts is not None and len(re.findall(r"[\r\n]", text)) <= 1
        first = parts is None or index <= self._options.skip or (not self._one and not is_line)
        found = self._reader.read(text, skipped=index, first=first)
        if found is None:
            return False
        if found.damaged:
            warning = "Malformed CSV data - output probably corrupt."
            self._ctx.log(warning, level="warn", msg=msg)
        if self._one:
            self._send_rows(msg, found)
            return True
        if is_line:
            self._kept += found.rows
        if is_line and index + 1 != count:
            if isinstance(self._reader, LegacyReader):
                msg["payload"] = found.rows
            return True
        msg["payload"] = found.rows
        if is_line:
            msg["payload"], self._kept = self._kept, []
            del msg["parts"]
        msg["columns"] = found.columns
        self._ctx.send(msg)
        return True

    def _send_rows(self, msg: Message, found: Rows) -> None:
        parts = msg["parts"] if isinstance(msg.get("parts"), Mapping) else None
        last = (
            parts is not None and "count" in parts and parts.get("index", 0) + 1 >= parts["count"]
        )
        head = self._options.skip + self._options.header_in
        total = len(found.rows)
        for number, row in enumerate(found.rows):
            out = clone(msg) | {"payload": row, "columns": found.columns}
            if parts is not None:
                for key in ("index", "count"):
                    out["parts"][key] = to_number(parts.get(key, UNDEFINED)) - head
            else:
                out["parts"] = {"id": msg.get("_msgid"), "index": number, "count": total}
            if last:
                out["complete"] = True
            self._ctx.send(out)
        if last and not found.rows:
            self._ctx.emit({"complete": True})


__all__ = ("BAD_TEMPLATE", "CsvInput", "Reader", "RfcReader")
