"""Values of conformance cases: the encoding of what JSON does not have.

Buffer ``{"$t": "buffer", "hex"}``, Date ``{"$t": "date", "v"}``, NaN and infinities
``{"$t": "number", "v"}``, requests ``{"$t": "req"}``; generated ids ``{"$id"}``.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.error_value import ErrorValue
from vgd_kernel.model.javascript_values import to_iso, whole
from vgd_kernel.model.message import UNDEFINED

_ID_PARENTS = frozenset({"parts", "_session", "_linkSource"})
_OPEN = frozenset({"req", "res"})


def encode(value: Any, path: tuple[Any, ...] = ()) -> Any:
    """Return a value as a record holds it.

    Args:
        value: A message, or a part of one.
        path: Keys that led to the value; empty for a message itself.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        if isinstance(value, float) and not math.isfinite(value):
            name = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
            return {"$t": "number", "v": name}
        return whole(value)
    if value is UNDEFINED:
        return {"$t": "undefined"}
    if isinstance(value, (bytes, bytearray)):
        return {"$t": "buffer", "hex": bytes(value).hex()}
    if isinstance(value, datetime.datetime):
        return {"$t": "date", "v": to_iso(value)}
    if isinstance(value, ErrorValue):
        return {"$t": "error", **value}
    if isinstance(value, BaseException):
        return {"$t": "error", "name": type(value).__name__, "message": str(value)}
    if isinstance(value, (list, tuple)):
        return [
            None if item is UNDEFINED else encode(item, (*path, index))
            for index, item in enumerate(value)
        ]
    if isinstance(value, Mapping):
        return _encode_object(value, path)
    if isinstance(value, re.Pattern):
        return {}  # an object without keys
    return {"$t": type(value).__name__}


def _encode_object(value: Mapping[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    parents = [str(key) for key in path if not isinstance(key, int)]
    encoded: dict[str, Any] = {}
    for key, item in value.items():
        if item is UNDEFINED or key == "stack" or (not path and key == "_event"):
            continue
        is_id = key == "_msgid" or (key == "id" and parents[-1:] and parents[-1] in _ID_PARENTS)
        if not path and key in _OPEN:
            encoded[key] = {"$t": key}
        elif is_id and isinstance(item, str):
            encoded[key] = {"$id": item}
        else:
            encoded[key] = encode(item, (*path, key))
    return encoded


def decode(value: Any) -> Any:
    """Return the value that a case's encoding stands for."""
    if isinstance(value, list):
        return [None if item is UNDEFINED else item for item in map(decode, value)]
    if not isinstance(value, dict):
        return value
    match value.get("$t"):
        case "undefined":
            return UNDEFINED
        case "buffer":
            return bytes.fromhex(value["hex"])
        case "number":
            return float(value["v"].replace("Infinity", "inf"))
        case "date":
            return datetime.datetime.fromisoformat(value["v"])
        case "error":
            return {"name": "Error", "message": value.get("message", "")}
    decoded = {key: decode(item) for key, item in value.items()}
    return {key: item for key, item in decoded.items() if item is not UNDEFINED}


__all__ = ("decode", "encode")
