"""Values as a person reads them in JavaScript: ``{ a: 1, b: [ 'x' ] }`` (Node.js ``inspect``).

Its rules decide where lines break: an object with at most three levels below it stands on one line
when it fits; a list of more than six short items is set in columns. Source: Node.js,
``lib/internal/util/inspect.js``.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from vgd_kernel.model.javascript_values import is_number, number_text, to_iso
from vgd_kernel.model.message import UNDEFINED

LINE = 80
"""Longest line, in characters; Node.js has the same."""

MAX_ITEMS = 100
"""Items of a list that are written out; Node.js has the same."""

_LEVELS = 3
"""Levels that may stand on one line; Node.js calls it ``compact``."""

_GROUPED = 6
"""Lists longer than this are set in columns."""

_MOST_COLUMNS = 12
"""Four for each of the levels."""

_BYTES = 50
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]*\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\\": "\\\\"}


def _escaped(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\x{ord(match[0]):02X}"


def _quote(text: str) -> str:
    quote = "'" if "'" not in text else '"' if '"' not in text else "`" if "`" not in text else "'"
    if quote == "`" and "${" in text:
        quote = "'"
    body = _CONTROL.sub(_escaped, text)
    return quote + (body.replace("'", "\\'") if quote == "'" else body) + quote


def inspect(value: Any, *, depth: int = 2) -> str:
    """Return a value as Node.js shows it; below ``depth`` levels ``[Object]`` and ``[Array]``.

    >>> inspect({"a": 1, "b c": ["x", None], "d": True})
    "{ a: 1, 'b c': [ 'x', null ], d: true }"
    """
    return _Writer(depth).write(value, 0, 0, ())


class _Writer:
    """Writes one value; ``reached`` is the level of the object that was written last."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.reached = 0

    def write(self, value: Any, level: int, indent: int, parents: tuple[int, ...]) -> str:
        simple = _simple(value, indent)
        if simple is not None:
            return simple
        if id(value) in parents:
            return "[Circular *1]"
        is_list = isinstance(value, (list, tuple))
        if not value:
            return "[]" if is_list else "{}"
        if level > self.depth:
            return "[Array]" if is_list else "[Object]"
        self.reached = level
        inner = (*parents, id(value))
        if is_list:
            items = [self.write(v, level + 1, indent + 2, inner) for v in value[:MAX_ITEMS]]
            rest = len(value) - MAX_ITEMS
            if rest > 0:
                items.append(f"... {rest} more item{'s' if rest > 1 else ''}")
            return self.join(items, "[]", level, indent, value)
        items = [
            f"{key if _NAME.match(key) else _quote(key)}: "
            + self.write(item, level + 1, indent + 2, inner)
            for key, item in sorted(((str(k), v) for k, v in value.items()), key=_place)
        ]
        return self.join(items, "{}", level, indent, None)

    def join(
        self, items: list[str], braces: str, level: int, indent: int, values: Sequence[Any] | None
    ) -> str:
        lines = items
        if values is not None and len(items) > _GROUPED:
            lines = _columns(items, indent, values)
        if self.reached - level < _LEVELS and len(lines) == len(items):
            start = len(items) + indent + 1 + 10
            length = sum(map(len, items)) + len(items) + start
            if length <= LINE and not any("\n" in item for item in items):
                return f"{braces[0]} {', '.join(items)} {braces[1]}"
        margin = "\n" + " " * indent
        return f"{braces[0]}{margin}  " + f",{margin}  ".join(lines) + margin + braces[1]


def _place(item: tuple[str, Any]) -> tuple[bool, int]:
    """Return where a property stands: numbers come first in an object, in their order."""
    is_index = item[0].isdecimal() and str(int(item[0])) == item[0]
    return (not is_index, int(item[0]) if is_index else 0)


def _simple(value: Any, indent: int) -> str | None:
    """Return what is no list or object of others; None for those."""
    if isinstance(value, str):
        return _text(value, indent)
    if value is None:
        return "null"
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return "-0" if value == 0 and math.copysign(1, value) < 0 else number_text(value)
    if isinstance(value, datetime.datetime):
        return to_iso(value)
    if isinstance(value, (bytes, bytearray)):
        shown = " ".join(f"{byte:02x}" for byte in value[:_BYTES])
        rest = len(value) - _BYTES
        more = f" ... {rest} more byte{'s' if rest > 1 else ''}" if rest > 0 else ""
        return f"<Buffer {shown}{more}>"
    return None if isinstance(value, (list, tuple, Mapping)) else repr(value)


def _text(value: str, indent: int) -> str:
    """Return a text quoted; a long one of several lines with a line for each."""
    if len(value) > 16 and len(value) > LINE - indent - 4 and "\n" in value[:-1]:
        parts = [_quote(part) for part in re.split(r"(?<=\n)", value) if part]
        return (" +\n" + " " * (indent + 2)).join(parts)
    return _quote(value)


def _columns(items: list[str], indent: int, values: Sequence[Any]) -> list[str]:
    """Return the lines of a list in columns; the items as they are when columns do not help."""
    count = min(len(items), MAX_ITEMS)
    lengths = [len(item) for item in items[:count]]
    total, longest = sum(lengths) + 2 * count, max(lengths) + 2
    if longest * 3 + indent >= LINE or not (total / longest > 5 or longest <= 8):
        return items
    biased = max(longest - 3 - math.sqrt(longest - total / len(items)), 1)
    columns = min(
        math.floor(math.sqrt(2.5 * biased * count) / biased + 0.5),
        (LINE - indent) // longest,
        _MOST_COLUMNS,
    )
    if columns <= 1:
        return items
    widths = [max(lengths[column::columns]) + 2 for column in range(columns)]
    numbers = all(is_number(value) for value in values[: len(items)])
    lines = []
    for first in range(0, count, columns):
        row = items[first : min(first + columns, count)]
        padded = [f"{item}, " for item in row[:-1]]
        if numbers:
            cells = [cell.rjust(width) for cell, width in zip(padded, widths, strict=False)]
            cells.append(row[-1].rjust(widths[len(row) - 1] - 2))
        else:
            cells = [cell.ljust(width) for cell, width in zip(padded, widths, strict=False)]
            cells.append(row[-1])
        lines.append("".join(cells))
    return lines + items[count:]


__all__ = ("inspect",)
