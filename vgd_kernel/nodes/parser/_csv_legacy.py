"""CSV as Node-RED has always read it: lenient, number by number, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vgd_kernel.model.javascript_values import parse_float, whole
from vgd_kernel.nodes.parser._csv_options import CsvOptions, Rows

_NUMBER = re.compile(
    r"-?(?!0[0-9])(?:(?:[0-9]*\.)?[0-9]+|(?:[0-9]+\.?[0-9]*|\.[0-9]*)[eE]-?\+?[0-9]+)\Z"
)
_QUOTE = '"'


def split_names(text: str, separator: str) -> list[str]:
    """Return the column names of a line, without quotes and outer spaces."""
    found, current = [], ""
    left = text.count(_QUOTE)
    position, text = 0, text.strip()
    while position < len(text):
        if left % 2 == 0 and text.startswith(separator, position):
            found.append(current)
            current = ""
            position += len(separator)
            continue
        left -= text[position] == _QUOTE
        current += text[position]
        position += 1
    return [name.replace(_QUOTE, "").strip() for name in (*found, current)]


class LegacyReader:
    """Reads texts; the column names of a header line stay for the texts after it.

    Attributes:
        names: Column names; empty ones leave their column out.
    """

    def __init__(self, options: CsvOptions) -> None:
        """Take the column names of the config."""
        self._options = options
        self._set_names(split_names(options.template, ","))

    def _set_names(self, names: list[str]) -> None:
        self.names = names
        self._makes_names = names == [""]

    @property
    def columns(self) -> str:
        """The names of the columns that are read, as a line."""
        return ",".join(f'"{name}"' if "," in name else name for name in self.names if name)

    def read(self, text: str, *, skipped: int, first: bool) -> Rows:
        """Return the rows of a text.

        Args:
            text: One line or many.
            skipped: How many lines of the stream have come before it.
            first: It may begin with lines to skip and a header.
        """
        before = "\n"
        if first:
            text = self._without_skipped(text, skipped)
        if first and text and self._options.header_in:
            head = re.match(r"[^\r\n]*", text)
            line = head[0] if head else ""
            self._set_names(split_names(line, self._options.separator))
            before, text = text[len(line) : len(line) + 1], text[len(line) + 1 :]
        rows: list[dict[str, Any]] = []
        row: dict[str, Any] = {}
        column = 0
        closed = True
        for cell, end, outside in self._cells(text, before):
            closed = outside
            if self._makes_names:
                self._make_name(column)
            if column < len(self.names) and self.names[column]:
                self._put(row, self.names[column], cell)
            column += 1
            if end != self._options.separator:
                if row:
                    rows.append(row)
                row, column = {}, 0
        return Rows(rows, self.columns, damaged=not closed)

    def _without_skipped(self, text: str, skipped: int) -> str:
        for _ in range(max(self._options.skip - skipped, 0)):
            _, _, text = text.partition("\n")
        return text

    def _make_name(self, column: int) -> None:
        self.names.extend([""] * (column + 1 - len(self.names)))
        self.names[column] = f"col{column + 1}"

    def _cells(self, text: str, before: str) -> Iterator[tuple[str | None, str, bool]]:
        """Yield each cell (None: nothing between separators), what ends it, and if quotes match.

        ``before`` is the character before the text.
        """
        separator = self._options.separator
        special = re.compile(f'["\r\n{re.escape(separator) if len(separator) == 1 else ""}]')
        cell, start, outside = "", 0, True
        for match in special.finditer(text):
            position, character = match.start(), match[0]
            if position > start:
                cell += text[start:position]
                before = text[position - 1]
            start = position + 1
            if character == _QUOTE:
                outside = not outside
                if before == _QUOTE and not outside:
                    cell += _QUOTE
            elif outside:
                empty = before == separator or (character == separator and before == "\n")
                yield None if empty else cell, character, True
                cell = ""
            else:
                cell += character
            before = character
        cell += text[start:]
        nothing = start == len(text) and before == separator and outside and text != ""
        yield None if nothing else cell, "", outside

    def _put(self, row: dict[str, Any], name: str, cell: str | None) -> None:
        options = self._options
        if cell is None:
            if options.nulls:
                row[name] = None
        elif options.numbers and _NUMBER.match(cell.strip()):
            row[name] = whole(parse_float(cell.strip()))
        elif cell or options.empty_texts:
            row[name] = cell


__all__ = ("LegacyReader", "split_names")
