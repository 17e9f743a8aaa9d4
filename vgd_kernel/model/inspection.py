"""Values as a person reads them in JavaScript: ``{ a: 1, b: [ 'x' ] }`` (Node.js ``inspect``)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.javascript_values import number_text, to_iso
from vgd_kernel.model.message import UNDEFINED

LINE = 72
"""Longest list or object that stays on one line, in characters; Node.js has the same."""

MAX_ITEMS = 100
"""Items of a list that are written out; Node.js has the same."""

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z_0-9]*\Z")


def _quote(text: str) -> str:
    quote = "'" if "'" not in text else '"' if '"' not in text else "`" if "`" not in text else "'"
    body = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return quote + (body.replace("'", "\\'") if quote == "'" else body) + quote


def inspect(value: Any, *, depth: int = 2) -> str:
    """Return a value as Node.js shows it; below ``depth`` levels ``[Object]`` and ``[Array]``.

    >>> inspect({"a": 1, "b c": ["x", None], "d": True})
    "{ a: 1, 'b c': [ 'x', null ], d: true }"
    """
    return _write(value, depth, 0, ())


def _write(value: Any, depth: int, level: int, parents: tuple[int, ...]) -> str:
    if isinstance(value, str):
        return _quote(value)
    if value is None:
        return "null"
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, datetime.datetime):
        return to_iso(value)
    if isinstance(value, (bytes, bytearray)):
        shown = " ".join(f"{byte:02x}" for byte in value[:50])
        more = f" ... {len(value) - 50} more bytes" if len(value) > 50 else ""
        return f"<Buffer {shown}{more}>" if value else "<Buffer >"
    if id(value) in parents:
        return "[Circular *1]"
    if isinstance(value, (list, tuple)):
        if level > depth:
            return "[Array]"
        inner = (*parents, id(value))
        items = [_write(item, depth, level + 1, inner) for item in value[:MAX_ITEMS]]
        if len(value) > MAX_ITEMS:
            items.append(f"... {len(value) - MAX_ITEMS} more items")
        return _join(items, "[", "]", level)
    if isinstance(value, Mapping):
        if level > depth:
            return "[Object]"
        inner = (*parents, id(value))
        items = [
            f"{key if _NAME.match(str(key)) else _quote(str(key))}: "
            + _write(item, depth, level + 1, inner)
            for key, item in value.items()
        ]
        return _join(items, "{", "}", level)
    return repr(value)


def _join(items: list[str], opening: str, closing: str, level: int) -> str:
    if not items:
        return opening + closing
    line = ", ".join(items)
    if len(line) + len(items) <= LINE and "\n" not in line:
        return f"{opening} {line} {closing}"
    indent = "  " * (level + 1)
    return f"{opening}\n{indent}" + f",\n{indent}".join(items) + f"\n{'  ' * level}{closing}"


__all__ = ("inspect",)
