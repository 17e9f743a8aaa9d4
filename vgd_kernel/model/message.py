"""The message: a plain ``dict`` that its receiver owns.

``msg["payload"]``, ``msg["topic"]`` and ``msg["_msgid"]`` are conventions, not fields. A
sender hands the same object to the first wire and a clone to every further one (Node-RED's
rule), so a receiver may change what it gets.
"""

from __future__ import annotations

import copy
from typing import Any

Message = dict[str, Any]
"""A message on a wire. Keys that start with ``_`` belong to the platform."""


class _Undefined:
    """JavaScript's ``undefined``: a property that is not there, as opposed to null (None)."""

    __slots__ = ()

    def __bool__(self) -> bool:
        """Undefined is false."""
        return False

    def __repr__(self) -> str:
        """Return ``UNDEFINED``."""
        return "UNDEFINED"

    def __copy__(self) -> _Undefined:
        """Undefined is one object."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> _Undefined:
        """Undefined is one object."""
        return self


UNDEFINED = _Undefined()
"""The one undefined value; never stored in a message, only returned by look-ups."""

SHARED_KEYS = frozenset({"req", "res"})
"""Keys of a message whose values are open requests: shared by reference, never cloned."""

GIVEN_KEY = "__vgd_given__"
"""Key under which a node with a button finds properties to send in place of its own."""

IMMUTABLE = frozenset({str, int, float, bool, bytes, complex, type(None), _Undefined})
"""Types whose values may be shared."""


def clone(msg: Message) -> Message:
    """Return a copy of a message that shares no mutable value with it.

    Containers are copied deeply and keep their inner identity (one list that stands at two
    places is one list in the copy). Immutable values, open requests and what cannot be copied
    (sockets, locks) are shared. Source: Node-RED, ``util.cloneMessage``.
    """
    copied = dict(msg)
    memo: dict[int, Any] | None = None
    for key, value in msg.items():
        if type(value) not in IMMUTABLE and key not in SHARED_KEYS:
            if memo is None:
                memo = {}
            copied[key] = clone_value(value, memo)
    return copied


def clone_value(value: Any, memo: dict[int, Any] | None = None) -> Any:
    """Return a deep copy of one value, under the rules of :func:`clone`.

    Args:
        value: Anything.
        memo: Copies made so far by identity; a new one when absent.
    """
    kind = type(value)
    if kind in IMMUTABLE:
        return value
    if memo is None:
        memo = {}
    known = memo.get(id(value))
    if known is not None:
        return known
    if kind is dict:
        mapping = memo[id(value)] = dict(value)
        for key, item in value.items():
            if type(item) not in IMMUTABLE:
                mapping[key] = clone_value(item, memo)
        return mapping
    if kind is list:
        sequence = memo[id(value)] = list(value)
        for index, item in enumerate(value):
            if type(item) not in IMMUTABLE:
                sequence[index] = clone_value(item, memo)
        return sequence
    return _clone_other(value, memo)


def _clone_other(value: Any, memo: dict[int, Any]) -> Any:
    """Copy what is neither immutable nor a plain dict or list; share it when it refuses."""
    try:
        copied = copy.deepcopy(value, memo)
    except Exception:  # noqa: BLE001 - any type may refuse in any way; Node-RED shares it then
        copied = value
    memo[id(value)] = copied
    return copied


__all__ = ("GIVEN_KEY", "IMMUTABLE", "SHARED_KEYS", "UNDEFINED", "Message", "clone", "clone_value")
