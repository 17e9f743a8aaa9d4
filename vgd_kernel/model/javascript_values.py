"""JavaScript's rules for values: what is true, equal, smaller, a number, a text.

Node-RED's nodes decide by these rules, so flows made there decide the same here. The mapping of
values: undefined is ``UNDEFINED``, null is None, a Buffer is bytes, a Date an aware ``datetime``.
Source: ECMAScript 2024, sections 7.1 (conversion) and 7.2 (comparison).
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from vgd_kernel.model.message import UNDEFINED

TypeName = Literal["undefined", "object", "boolean", "number", "string", "function"]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)\Z")
_RADIX = re.compile(r"0([xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)\Z")
_PREFIX = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|Infinity)")
_SAFE = 2**53
_BINARY = (bytes, bytearray, memoryview)


def truthy(value: Any) -> bool:
    """Tell whether JavaScript takes a value for true: empty lists and objects are."""
    if value is None or value is UNDEFINED:
        return False
    if isinstance(value, (bool, int, str)):
        return bool(value)
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return True


def type_name(value: Any) -> TypeName:
    """Return what ``typeof`` gives."""
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "function" if callable(value) and not isinstance(value, type) else "object"


def is_number(value: Any) -> bool:
    """Tell whether a value is a JavaScript number (a boolean is none)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def whole(number: float) -> int | float:
    """Return a whole float as an int, as JavaScript writes it; others unchanged."""
    if isinstance(number, float) and number.is_integer() and abs(number) < _SAFE:
        return int(number)
    return number


def to_number(value: Any) -> int | float:
    """Return ``Number(value)``; what is no number is NaN.

    >>> to_number(" 12.50 "), to_number(""), to_number("0x10"), to_number([7]), to_number("x")
    (12.5, 0, 16, 7, nan)
    """
    if isinstance(value, bool) or value is None:
        return int(bool(value))
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, datetime.datetime):
        return to_milliseconds(value)
    text = (value if isinstance(value, str) else to_text(value)).strip()
    if value is UNDEFINED:
        return math.nan
    if not text:
        return 0
    if _NUMBER.match(text):
        return whole(float(text))
    if _RADIX.match(text):
        return int(text, 0)
    return {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}.get(text, math.nan)


def parse_float(value: Any) -> float:
    """Return ``parseFloat(value)``: the number at the start of a text, else NaN.

    >>> parse_float("12.5px"), parse_float(3), parse_float("x")
    (12.5, 3.0, nan)
    """
    match = _PREFIX.match(to_text(value).lstrip())
    return float(match[0]) if match else math.nan


def to_milliseconds(moment: datetime.datetime) -> int:
    """Return milliseconds since the epoch; a moment without a zone is in local time."""
    return math.floor(moment.timestamp() * 1000 + 1e-6)


def to_iso(moment: datetime.datetime) -> str:
    """Return ``toISOString()``: UTC, milliseconds, ``Z``."""
    text = moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def number_text(number: float) -> str:
    """Return a number as JavaScript writes it.

    >>> number_text(3.0), number_text(1e21), number_text(1e-7), number_text(0.1)
    ('3', '1e+21', '1e-7', '0.1')
    """
    if isinstance(number, int):
        if abs(number) < 10**21:
            return str(number)
        number = float(number)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    size = abs(number)
    if 1e-6 <= size < 1e21:
        return format(Decimal(repr(number)), "f").removesuffix(".0")
    mantissa, _, exponent = repr(number).partition("e")
    power = int(exponent or 0)
    return f"{mantissa.removesuffix('.0')}e{'+' if power > 0 else '-'}{abs(power)}"


def to_text(value: Any) -> str:
    """Return ``String(value)``: lists joined by commas, objects as ``[object Object]``."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, _BINARY):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, (list, tuple)):
        return ",".join(
            "" if item is None or item is UNDEFINED else to_text(item) for item in value
        )
    if isinstance(value, datetime.datetime):
        local = value.astimezone()
        zone = f"{local:%z} ({_zone_name(local)})"
        return f"{local:%a %b %d %Y %H:%M:%S} GMT{zone}"
    if isinstance(value, Mapping):
        return "[object Object]"
    return str(value)


def _zone_name(local: datetime.datetime) -> str:
    name = local.tzname() or ""
    return "Coordinated Universal Time" if name == "UTC" else name


def to_json_text(value: Any, indent: int | None = None) -> str:
    """Return ``JSON.stringify(value)``: compact, Buffers and dates in Node.js's forms.

    Raises:
        ValueError: The value contains itself.
    """
    return json.dumps(
        _plain(value, 0),
        ensure_ascii=False,
        indent=indent,
        separators=(",", ":") if indent is None else (",", ": "),
    )


def _plain(value: Any, depth: int) -> Any:
    if depth > 200:
        raise ValueError("Converting circular structure to JSON")
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, float):
        return whole(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {
            str(key): _plain(item, depth + 1)
            for key, item in value.items()
            if item is not UNDEFINED and not callable(item)
        }
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, _BINARY):
        return {"type": "Buffer", "data": list(bytes(value))}
    if isinstance(value, datetime.datetime):
        return to_iso(value)
    if hasattr(value, "tolist"):
        return _plain(value.tolist(), depth + 1)
    return {} if value is not UNDEFINED else None


def _primitive(value: Any) -> Any:
    """Return what an object compares as: a date its milliseconds, all others their text."""
    if value is None or value is UNDEFINED or isinstance(value, (bool, int, float, str)):
        return value
    return to_text(value)


def loose_equal(left: Any, right: Any) -> bool:
    """Tell whether ``left == right`` holds in JavaScript.

    >>> loose_equal("10.0", 10), loose_equal(None, UNDEFINED), loose_equal([1], "1")
    (True, True, True)
    >>> loose_equal(None, 0), loose_equal([1], [1])
    (False, False)
    """
    empty = (left is None or left is UNDEFINED, right is None or right is UNDEFINED)
    if any(empty):
        return all(empty)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    simple = (isinstance(left, (bool, int, float, str)), isinstance(right, (bool, int, float, str)))
    if not any(simple):
        return left is right
    first, second = _primitive(left), _primitive(right)
    if isinstance(first, str) and isinstance(second, str):
        return first == second
    return to_number(first) == to_number(second)


def strict_equal(left: Any, right: Any) -> bool:
    """Tell whether ``left === right`` holds: same type and value, or the same object."""
    kind = type_name(left)
    if kind != type_name(right):
        return False
    return bool(left == right) if kind in ("boolean", "number", "string") else left is right


def less(left: Any, right: Any) -> bool | None:
    """Return ``left < right`` by JavaScript's rules, None when one of them is not a number."""
    first = to_milliseconds(left) if isinstance(left, datetime.datetime) else _primitive(left)
    second = to_milliseconds(right) if isinstance(right, datetime.datetime) else _primitive(right)
    if isinstance(first, str) and isinstance(second, str):
        return first < second
    one, two = to_number(first), to_number(second)
    if math.isnan(one) or math.isnan(two):
        return None
    return one < two


__all__ = (
    "TypeName",
    "is_number",
    "less",
    "loose_equal",
    "number_text",
    "parse_float",
    "strict_equal",
    "to_iso",
    "to_json_text",
    "to_milliseconds",
    "to_number",
    "to_text",
    "truthy",
    "type_name",
    "whole",
)
