"""Values as Node-RED's editor gets them: a text and its format, long ones cut.

``{"msg": "[1,2]", "format": "array[2]"}``; what JSON has no form for stands inside as
``{"__enc__": true, "type": ...}``. Source: Node-RED, ``encodeObject`` in ``util/lib/util.js``.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.javascript_values import is_number, number_text, to_iso, to_text, whole
from vgd_kernel.model.message import UNDEFINED
from vgd_kernel.model.network import HttpResponse
from vgd_kernel.model.serialise import to_jsonable
from vgd_kernel.services.runtime.json_text import write_json

LENGTH = 1000
"""Characters of a text and items of an array; Node-RED's ``debugMaxLength`` is the same."""

_MOST_LEVELS = 100
_CUT = "..."


def encode(value: Any, length: int = LENGTH) -> dict[str, str]:
    """Return the text and the format of a value.

    Args:
        value: Anything that a message or a context holds.
        length: Where texts and arrays are cut.
    """
    text, name = _encode(value, length)
    return {"msg": text, "format": name}


def _encode(value: Any, length: int) -> tuple[str, str]:
    if value is None or value is UNDEFINED:
        return "(undefined)", "null" if value is None else "undefined"
    if isinstance(value, bool):
        return "true" if value else "false", "boolean"
    if isinstance(value, str):
        return _cut(value, length), f"string[{_units(value)}]"
    if is_number(value):
        return number_text(value), "number"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()[:length], f"buffer[{len(value)}]"
    if isinstance(value, datetime.datetime):
        return to_text(value), "Date"
    if isinstance(value, BaseException):
        return _json(_error(value)), "error"
    if callable(value):
        return "[function]", "function"
    return _json(_inner(value, length, 0)), _format(value)


def _format(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"array[{len(value)}]"
    if isinstance(value, (set, frozenset)):
        return f"set[{len(value)}]"
    return "Object"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + _CUT


def _units(text: str) -> int:
    """Return the length of a text as JavaScript counts it: in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _json(value: Any) -> str:
    return write_json(value).decode()


def _mark(kind: str, **more: Any) -> dict[str, Any]:
    return {"__enc__": True, "type": kind, **more}


def _error(error: BaseException) -> dict[str, Any]:
    name = type(error).__name__
    return _mark("error", data={"name": name, "message": str(error), "stack": f"{name}: {error}"})


def _inner(value: Any, length: int, level: int) -> Any:
    """Return a value inside an object or array, in the types that JSON has."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _cut(value, length)
    if is_number(value):
        if isinstance(value, float) and not math.isfinite(value):
            return _mark("number", data=number_text(value))
        return whole(value)
    if level > _MOST_LEVELS:
        return _mark("internal")
    if isinstance(value, Mapping):
        items = ((str(key), item) for key, item in value.items())
        return {
            key: _mark("internal") if key in ("_req", "_res") else _inner(item, length, level + 1)
            for key, item in items
        }
    if isinstance(value, (list, tuple)):
        shown = [_inner(item, length, level + 1) for item in value[:length]]
        if len(value) > length:
            return _mark("array", data=shown, length=len(value))
        return shown
    return _other(value, length, level)


def _other(value: Any, length: int, level: int) -> Any:
    if value is UNDEFINED:
        return _mark("undefined")
    if isinstance(value, (bytes, bytearray, memoryview)):
        data = list(bytes(value[:length]))
        return {"type": "Buffer", "data": data, "__enc__": True, "length": len(value)}
    if isinstance(value, datetime.datetime):
        return to_iso(value)
    if isinstance(value, (set, frozenset)):
        shown = [_inner(item, length, level + 1) for item in list(value)[:length]]
        return _mark("set", data=shown, length=len(value))
    if isinstance(value, BaseException):
        return _error(value)
    if isinstance(value, HttpResponse):
        return {"_res": _mark("internal")}
    if callable(value):
        return _mark("function")
    return _inner(to_jsonable(value), length, level + 1)


__all__ = ("LENGTH", "encode")
