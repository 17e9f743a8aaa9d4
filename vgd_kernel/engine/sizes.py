"""How much memory a message holds, estimated in a microsecond or two."""

from __future__ import annotations

from sys import getsizeof
from typing import Any

LOOKED_AT = 64
"""Values of one message that are looked at; the rest is estimated from them."""

_SAMPLE = 8
"""Items of one container that are looked at: the first ones and, evenly, the others."""


def estimated_bytes(value: Any) -> int:
    """Return about how many bytes a value holds: its containers, texts, binaries and arrays.

    Of long containers `_SAMPLE` items stand for all, and at most `LOOKED_AT` values are visited.
    A value with ``nbytes`` (NumPy, Arrow, pandas) says itself. What is shared counts each time.
    """
    return int(_estimate(value, [LOOKED_AT]))


def _estimate(value: Any, left: list[int]) -> float:
    left[0] -= 1
    kind = type(value)
    if kind is dict:
        pairs = _sample(list(value.items()) if len(value) > _SAMPLE else tuple(value.items()))
        inside = sum(getsizeof(key) + _estimate(item, left) for key, item in pairs if left[0] > 0)
        return getsizeof(value) + inside * len(value) / max(1, len(pairs))
    if kind is list or kind is tuple:
        items = _sample(value)
        inside = sum(_estimate(item, left) for item in items if left[0] > 0)
        return getsizeof(value) + inside * len(value) / max(1, len(items))
    held = getattr(value, "nbytes", None)
    return float(held) if isinstance(held, int) else _own_bytes(value)


def _own_bytes(value: Any) -> int:
    try:
        return getsizeof(value)
    except Exception:  # noqa: BLE001 - __sizeof__ of foreign types may raise anything
        return 0


def _sample(items: Any) -> Any:
    return items if len(items) <= _SAMPLE else items[:: -(-len(items) // _SAMPLE)]


__all__ = ("LOOKED_AT", "estimated_bytes")
