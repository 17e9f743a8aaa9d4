"""Values as YAML, in the form that Node-RED writes."""

from __future__ import annotations

import base64
import datetime
import math
import re
from collections.abc import Mapping
from typing import Any

from vgd_kernel.model import UNDEFINED
from vgd_kernel.model.javascript_values import number_text, to_iso, to_text
from vgd_kernel.nodes.parser._yaml_scalar import INDENT, write_text


def dump_yaml(value: Any) -> str:
    """Return a value as a YAML document.

    Raises:
        TypeError: It holds something that YAML cannot hold, such as a function.
    """
    return _Writer(value).node(value, 0, compact=True) + "\n"


class _Writer:
    """Writes one document; objects that stand at several places are written once."""

    def __init__(self, root: Any) -> None:
        self._shared: dict[int, int] = {}
        self._written: set[int] = set()
        self._find_shared(root, {})

    def _find_shared(self, value: Any, seen: dict[int, Any]) -> None:
        if not isinstance(value, (Mapping, list, tuple)):
            return
        if id(value) in seen:
            self._shared.setdefault(id(value), len(self._shared))
            return
        seen[id(value)] = value
        for item in value.values() if isinstance(value, Mapping) else value:
            self._find_shared(item, seen)

    def node(self, value: Any, level: int, *, compact: bool) -> str:
        """Return a value; ``compact``: its first line continues the line before."""
        if not isinstance(value, (Mapping, list, tuple)):
            return _scalar(value, level)
        mark = ""
        if id(value) in self._shared:
            name = f"ref_{self._shared[id(value)]}"
            if id(value) in self._written:
                return f"*{name}"
            self._written.add(id(value))
            mark, compact = f"&{name}", False
        first = "" if compact else self._line(level)
        if isinstance(value, Mapping):
            lines, empty = self._entries(value, level), "{}"
        else:
            lines, empty = self._items(value, level), "[]"
        if not lines:
            return f"{mark} {empty}" if mark else empty
        return mark + first + self._line(level).join(lines)

    def _line(self, level: int) -> str:
        return "\n" + " " * (INDENT * level)

    def _entries(self, value: Mapping[Any, Any], level: int) -> list[str]:
        lines = []
        for key, item in value.items():
            if item is UNDEFINED:
                continue
            name = write_text(to_text(key), level + 1, is_key=True)
            explicit = len(name) > 1024
            text = self.node(item, level + 1, compact=explicit)
            if explicit:
                name = f"? {name}{self._line(level)}"
            lines.append(f"{name}:{text}" if text.startswith("\n") else f"{name}: {text}")
        return lines

    def _items(self, value: Any, level: int) -> list[str]:
        lines = []
        for item in value:
            text = self.node(None if item is UNDEFINED else item, level + 1, compact=True)
            lines.append(f"-{text}" if text.startswith("\n") else f"- {text}")
        return lines


def _scalar(value: Any, level: int) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, str):
        return write_text(value, level)
    if isinstance(value, datetime.datetime):
        return to_iso(value)
    if isinstance(value, (bytes, bytearray)):
        return "!!binary " + write_text(base64.b64encode(value).decode(), level)
    raise TypeError(f"unacceptable kind of an object to dump: {type(value).__name__}")


def _number(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    if value == 0 and math.copysign(1, value) < 0:
        return "-0.0"
    text = number_text(value)
    is_whole = isinstance(value, int) or value.is_integer()
    return text if is_whole else re.sub(r"^(-?[0-9]+)e", r"\1.e", text)


__all__ = ("dump_yaml",)
