"""What a filter node compares by: whether two objects are the same, and how wide a gap is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.javascript_values import parse_float, strict_equal, to_number, type_name

_BINARY = (bytes, bytearray)


def same(left: Any, right: Any) -> bool:
    """Tell whether two values are deeply equal.

    Numbers are equal to numbers only. Dates have no keys of their own, so any two are the same,
    as in Node-RED.
    """
    if strict_equal(left, right):
        return True
    if left is None or right is None:
        return False
    if isinstance(left, list) or isinstance(right, list):
        return (
            isinstance(left, list)
            and isinstance(right, list)
            and len(left) == len(right)
            and all(same(one, two) for one, two in zip(left, right, strict=True))
        )
    if isinstance(left, _BINARY) or isinstance(right, _BINARY):
        return isinstance(left, _BINARY) and isinstance(right, _BINARY) and left == right
    if type_name(left) != "object" or type_name(right) != "object":
        return False
    one, two = _items(left), _items(right)
    return one.keys() == two.keys() and all(same(value, two[key]) for key, value in one.items())


def _items(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def gap_of(text: str, before: float | None) -> float:
    """Return the width of a gap: a number, or a percentage of the value before."""
    if not text.endswith("%"):
        return float(to_number(text))
    share = 0.0 if before is None else abs(before * parse_float(text[:-1]) / 100)
    return 0.0 if math.isnan(share) else share


__all__ = ("gap_of", "same")
