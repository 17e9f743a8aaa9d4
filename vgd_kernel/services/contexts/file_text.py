"""The text of a context file, as Node-RED writes it: JSON, four spaces, Buffers as lists.

What contains itself is left out at the second place, as Node-RED does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.javascript_values import to_json_text
from vgd_kernel.model.message import UNDEFINED


def write_text(values: Mapping[Any, Any]) -> tuple[str, bool]:
    """Return the text of a scope, and whether something in it contains itself.

    Raises:
        ValueError: It is nested deeper than JSON texts can be here (200 levels).
    """
    try:
        return to_json_text(values, 4), False
    except ValueError:
        return to_json_text(_cut(values, ()), 4), True


def _cut(value: Any, around: tuple[int, ...]) -> Any:
    if not isinstance(value, (dict, list, tuple)):
        return value
    if id(value) in around:
        return UNDEFINED
    around = (*around, id(value))
    if isinstance(value, dict):
        return {key: _cut(item, around) for key, item in value.items()}
    return [_cut(item, around) for item in value]


def read_text(text: str) -> dict[str, Any]:
    """Return the values of a scope.

    Raises:
        ValueError: The text is no JSON object.
    """
    try:
        values = json.loads(text) if text else {}
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(values, dict):
        raise ValueError(f"it holds a {type(values).__name__}")
    return values


__all__ = ("read_text", "write_text")
