"""CSV as Node-RED has always read it: lenient, number by number, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vgd_kernel.model.javascript_values import parse_float, whole
from vgd_kernel.nodes.parser._csv_names import JAVASCRIPT_SPACE, LegacyNames
from vgd_kernel.nodes.parser._csv_options import CsvOptions, Rows

_NUMBER = re.compile(
    r"-?(?!0[0-9])(?:(?:[0-9]*\.)?[0-9]+|(?:[0-9]+\.?[0-9]*|\.[0-9]*)[eE]-?\+?[0-9]+)\Z"
)
_QUOTE = '"'


class LegacyReader:
    """Reads texts; the column names of a header line stay for the texts after it."""

    def __init__(self, options: CsvOptions, names: LegacyNames) -> None:
        """Take the column names of the config."""
        self._options = options
        self._names = names

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
            self._names.take(line, self._options.separator)
            before, text = text[len(line) : len(line) + 1], text[len(line) + 1 :]
        names, rows = self._names, list[dict[str, Any]]()
        row: dict[str, Any] = {}
        column = 0
        closed = True
        for cell, end, outside in self._cells(text, before):
            closed = outside
            names.make(column)
            if column < len(names.current) and names.current[column]:
                self._put(row, names.current[column], cell)
            column += 1
            if end != self._options.separator:
                if row:
                    rows.append(row)
                row, column = {}, 0
        return Rows(rows, names.line, damaged=not closed)

    def _without_skipped(self, text: str, skipped: int) -> str:
        for _ in range(max(self._options.skip - skipped, 0)):
            _, _, text = text.partition("\n")
        return text

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
        elif options.numbers and _NUMBER.match(cell.strip(JAVASCRIPT_SPACE)):
            row[name] = whole(parse_float(cell.strip(JAVASCRIPT_SPACE)))
        elif cell or options.empty_texts:
            row[name] = cell


__all__ = ("LegacyReader",)
