"""Values as JSON: what leaves the process as text (CLI, REST, canvas, files).

The forms are Node-RED's: a Buffer is ``{"type": "Buffer", "data": [...]}``, a date its ISO
text, NaN and infinities are null, undefined is absent. A pandas DataFrame is
``{"type": "DataFrame", "columns": [...], "data": [[...], ...], "rows": N}``, cut to the
first `MAX_ROWS` rows; an open request is ``{"type": "request"}``.
"""

from __future__ import annotations

import datetime
import math
from typing import Any

from vgd_kernel.model.errors import MessageError
from vgd_kernel.model.message import UNDEFINED

MAX_ROWS = 200
"""Rows of a DataFrame that are written out; the whole table stays in the process."""

MAX_DEPTH = 100
"""Nesting that is followed; deeper (or cyclic) values are an error."""


def to_jsonable(value: Any, *, strict: bool = False) -> Any:
    """Return ``value`` in the types that JSON has.

    Args:
        value: Anything that a message can carry.
        strict: Raise for what has no JSON form instead of writing ``{"type": NAME, "repr": TEXT}``.

    Raises:
        MessageError: With ``strict``, names the path and the type that cannot be serialised.
    """
    return _convert(value, "msg", strict=strict, depth=0)


def from_jsonable(value: Any) -> Any:
    """Return what a JSON value stands for: Buffers become bytes, all else stays as it is.

    >>> from_jsonable({"payload": {"type": "Buffer", "data": [104, 105]}})
    {'payload': b'hi'}
    """
    if isinstance(value, list):
        return [from_jsonable(item) for item in value]
    if not isinstance(value, dict):
        return value
    data = value.get("data")
    if value.get("type") == "Buffer" and len(value) == 2 and isinstance(data, list):
        return bytes(data)
    return {key: from_jsonable(item) for key, item in value.items()}


def _convert(value: Any, path: str, *, strict: bool, depth: int) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if depth > MAX_DEPTH:
        if strict:
            text = f"{path} is nested deeper than {MAX_DEPTH} levels or contains itself"
            raise MessageError(f"{text}; expected a finite value. Cut the cycle before sending it.")
        return {"type": type(value).__name__, "repr": "…"}
    if isinstance(value, dict):
        return {
            str(key): _convert(item, f"{path}.{key}", strict=strict, depth=depth + 1)
            for key, item in value.items()
            if item is not UNDEFINED
        }
    if isinstance(value, (list, tuple)):
        return [
            _convert(item, f"{path}[{index}]", strict=strict, depth=depth + 1)
            for index, item in enumerate(value)
        ]
    return _convert_other(value, path, strict=strict, depth=depth)


def _convert_other(value: Any, path: str, *, strict: bool, depth: int) -> Any:
    if value is UNDEFINED:
        return None
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"type": "Buffer", "data": list(bytes(value))}
    if isinstance(value, datetime.datetime):
        moment = value.astimezone(datetime.UTC) if value.tzinfo else value
        text = moment.isoformat(timespec="milliseconds")
        return text.replace("+00:00", "Z") if value.tzinfo else text
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return [_convert(item, path, strict=strict, depth=depth + 1) for item in value]
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        head = value.head(MAX_ROWS)
        return {
            "type": "DataFrame",
            "columns": [str(column) for column in head.columns],
            "data": _convert(head.to_numpy().tolist(), path, strict=False, depth=depth + 1),
            "rows": len(value),
        }
    if hasattr(value, "tolist"):  # NumPy arrays and scalars
        return _convert(value.tolist(), path, strict=strict, depth=depth + 1)
    if hasattr(value, "to_plotly_json"):
        return _convert(value.to_plotly_json(), path, strict=strict, depth=depth + 1)
    if strict:
        text = f"{path} is a {type(value).__module__}.{type(value).__qualname__}"
        raise MessageError(
            f"{text}; expected text, number, boolean, list, dict, bytes, date, array or DataFrame. "
            "Convert it before sending the message out of the process."
        )
    return {"type": type(value).__name__, "repr": repr(value)[:200]}


__all__ = ("MAX_DEPTH", "MAX_ROWS", "from_jsonable", "to_jsonable")
