"""The snapshot of a run: its node states and contexts as plain data.

{"version": 2, "states": {NODE: {...}}, "entries": {NODE: FINGERPRINT},
"contexts": {STORE: {SCOPE: {...}}}}

A fingerprint says which entry of the document a state belongs to: a state is not restored into a
node that was changed since (a change of its place, group and wires is none).
"""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.message import clone_value

logger = logging.getLogger(__name__)

_PLAIN = (str, int, float, bool, type(None), bytes, datetime.datetime)
"""Types that a snapshot keeps, besides lists and dicts of them."""


_LAYOUT = frozenset({"x", "y", "w", "h", "g", "wires"})
"""Fields that a node's state does not depend on."""


def fingerprint(entry: Mapping[str, Any]) -> str:
    """Return a digest of what a node does, 16 hex digits."""
    counting = {key: value for key, value in entry.items() if key not in _LAYOUT}
    text = json.dumps(counting, sort_keys=True, default=repr)
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def make_snapshot(
    states: Mapping[str, Mapping[str, Any]],
    entries: Mapping[str, str],
    contexts: Mapping[str, Mapping[str, Mapping[Any, Any]]],
) -> dict[str, Any]:
    """Return a copy of states and contexts; what is no plain data is named in the log.

    Args:
        states: Node id to its state.
        entries: Node id to the fingerprint of its entry.
        contexts: Store to scope to values.
    """
    return {
        "version": 2,
        "states": _each("state", states),
        "entries": dict(entries),
        "contexts": {name: _each(f"{name} context", s) for name, s in contexts.items()},
    }


def _each(kind: str, scopes: Mapping[str, Mapping[Any, Any]]) -> dict[str, Any]:
    return {id: _plain(f"{kind} {id}", values) for id, values in scopes.items() if values}


def _plain(where: str, values: Mapping[Any, Any]) -> dict[Any, Any]:
    kept = {}
    for key, value in values.items():
        if is_plain(value):
            kept[key] = clone_value(value)
        else:
            logger.warning("%s: %r is no plain data and is not in the snapshot", where, key)
    return kept


def is_plain(value: Any, inside: tuple[int, ...] = ()) -> bool:
    """Tell whether a value is data: texts, numbers, bytes, dates, and lists and dicts of them."""
    if isinstance(value, _PLAIN):
        return True
    if id(value) in inside or not isinstance(value, (dict, list, tuple)):
        return False
    inside = (*inside, id(value))
    if isinstance(value, dict):
        return all(isinstance(k, str) and is_plain(v, inside) for k, v in value.items())
    return all(is_plain(item, inside) for item in value)


__all__ = ("fingerprint", "is_plain", "make_snapshot")
