"""CSV by RFC 4180, lenient in the data, strict in lines of column names.

Any character separates; a carriage return, a line feed or both end a line.
"""

from __future__ import annotations

import math
import re
from typing import Any

from vgd_kernel.model.errors import ThrownError
from vgd_kernel.model.javascript_values import to_number, whole
from vgd_kernel.nodes.parser._csv_options import CsvOptions, Rows

Cell = str | None
"""The text of a cell; None when nothing stands there, not even quotes."""

_NO_NUMBER = re.compile(r" *(\+|-0[0-9]|0[0-9])")
_QUOTE = '"'


def parse_cells(
    text: str, separator: str, *, start: int = 0, strict: bool = False, one_line: bool = False
) -> tuple[list[list[Cell]], int]:
    """Return the cells of all lines that are not empty, and where reading ended.

    Args:
        text: The CSV.
        separator: One character.
        start: Where to begin.
        strict: Refuse quotes at wrong places.
        one_line: Stop behind the first line.

    Raises:
        ExpressionError: A quote stands where it must not (``strict``).
    """
    special = re.compile(f'["\r\n{re.escape(separator) if len(separator) == 1 else ""}]')
    lines: list[list[Cell]] = []
    row: list[Cell] = []
    pieces: list[str] = []
    position, fresh, end = start, True, len(text)

    def finish_row() -> None:
        nonlocal row
        if "".join(pieces):
            row.append("".join(pieces))
        pieces.clear()
        if row:
            lines.append(row)
            row = []

    while position < end:
        match = special.search(text, position)
        stop = match.start() if match else end
        if stop > position:
            pieces.append(text[position:stop])
            position, fresh = stop, False
            continue
        character = text[position]
        position += 1
        if character == separator:
            row.append("".join(pieces) or (None if fresh else ""))
            pieces.clear()
            fresh = True
        elif character == _QUOTE and fresh:
            fresh = False
            position = _quoted(text, position, pieces, strict=strict)
            if position < end and text[position] not in f"{separator}\r\n{_QUOTE}":
                if strict:
                    raise ThrownError("Data found after closing quote", kind="DataAfterCloseError")
                pieces.append(_QUOTE)
        elif character == _QUOTE:
            if strict:
                raise ThrownError(
                    "Quote found in the middle of an unquoted field", kind="UnquotedQuoteError"
                )
            if position < end and text[position] not in f"{separator}\r\n":
                pieces.append(_QUOTE)
                position += text[position] == _QUOTE
        else:
            position += text[position : position + 1] == "\n"
            finish_row()
            fresh = True
            if one_line:
                break
    finish_row()
    return lines, position


def _quoted(text: str, position: int, pieces: list[str], *, strict: bool) -> int:
    """Take what stands between quotes; return the position behind the closing one."""
    while True:
        close = text.find(_QUOTE, position)
        if close < 0:
            if strict:
                raise ThrownError("Missing quote, unclosed cell", kind="ParseError")
            pieces.append(text[position:])
            return len(text)
        pieces.append(text[position:close])
        if text[close + 1 : close + 2] != _QUOTE:
            return close + 1
        pieces.append(_QUOTE)
        position = close + 2


def quoted(cell: str, separator: str) -> str:
    """Return a cell in quotes where it needs them."""
    if not any(character in cell for character in (separator, _QUOTE, "\r", "\n")):
        return cell
    return _QUOTE + cell.replace(_QUOTE, '""') + _QUOTE


def join_names(names: list[Cell]) -> str:
    """Return column names as a line; those that are empty are left out."""
    return ",".join(quoted(name, ",") for name in names if name)


def read_names(line: str) -> list[Cell]:
    """Return the column names of a line that is separated by commas; ``[""]`` when there are none.

    Raises:
        ExpressionError: It is not one line of CSV.
    """
    lines, _ = parse_cells(line, ",", strict=True)
    return lines[0] if len(lines) == 1 else [""]


def read_rows(text: str, names: list[Cell], options: CsvOptions, *, start: int) -> Rows:
    """Return the rows of a text; without names the columns are called ``col1`` and so on."""
    lines, _ = parse_cells(text, options.separator, start=start)
    if names in ([], [""]) and lines:
        names = [f"col{number}" for number in range(1, len(lines[0]) + 1)]
    rows = [row for line in lines if (row := _row(line, names, options))]
    return Rows(rows, join_names(names))


def _row(line: list[Cell], names: list[Cell], options: CsvOptions) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for index, name in enumerate(names):
        cell = line[index] if index < len(line) else None
        if not name or (cell is None and not options.nulls):
            continue
        if cell == "" and not options.empty_texts:
            continue
        row[name] = _value(cell) if options.numbers and cell else cell
    return row


def _value(cell: str) -> Any:
    if _NO_NUMBER.match(cell):
        return cell
    number = to_number(cell)
    return cell if math.isnan(number) else whole(number)


__all__ = ("Cell", "join_names", "parse_cells", "quoted", "read_names", "read_rows")
