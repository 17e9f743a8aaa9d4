"""What changed of a run's states and contexts, for what keeps them beyond the process.

Nodes change their state in place, so each look encodes the states and compares digests; of the
context stores only those keys are looked at that were set, or handed out as containers, since the
last look (all of them with ``whole``). The hot path pays one dictionary write per set.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from vgd_kernel.engine.contexts import Contexts
from vgd_kernel.model.message import UNDEFINED

logger = logging.getLogger(__name__)

Key = tuple[str, str, str]
"""Store, scope and top-level key of a value; `STATES` and `ENTRIES` stand as stores too."""

STATES = ":state"
"""Instead of a store: the scope is a node, the value one of its state."""

ENTRIES = ":entry"
"""Instead of a store: the scope is a node, the value the fingerprint of its entry."""

MOST_BYTES = 8 * 1024 * 1024
"""A longer value is not kept: it would be written again at every change."""


_UNKEPT = -1
"""Digest of what is not kept; Python's own hashes are never -1."""


class Keeper(Protocol):
    """Keeps the states and memory contexts of one run beyond it.

    Attributes:
        snapshot: What was kept, in the form of `Run.snapshot`; None when there was nothing.
    """

    snapshot: Mapping[str, Any] | None

    def begin(self, contexts: Contexts) -> None:
        """Keep these from now on; called before the nodes start."""

    async def end(self) -> None:
        """Keep what changed last; called when the run has stopped."""


class Ledger:
    """Finds what changed since the last look."""

    def __init__(
        self,
        contexts: Contexts,
        encode: Callable[[Any], bytes],
        known: Mapping[Key, bytes],
        *,
        volatile: Iterable[str] = (),
    ) -> None:
        """Watch the states and the stores that no backend keeps.

        Args:
            contexts: What is watched.
            encode: Turns a value into bytes; ValueError when it has none.
            known: What is kept already; what of it is no more shows as deleted.
            volatile: Names of stores that are not kept.
        """
        self._contexts = contexts
        self._encode = encode
        self._digests = {key: hash(data) for key, data in known.items()}
        self._marked: dict[Key, None] = dict.fromkeys(k for k in known if k[0][0] != ":")
        self._told: set[Key] = set()
        self._stores = tuple(
            store
            for name, store in contexts.stores.items()
            if store.backend is None and name not in volatile
        )
        for store in self._stores:
            store.on_set = store.on_got = self._marker(store.name)

    def _marker(self, store: str) -> Callable[[str, Any], None]:
        def mark(scope: str, key: Any) -> None:
            self._marked[store, scope, key] = None

        return mark

    def changes(self, *, whole: bool = False) -> Iterator[tuple[Key, bytes | None]]:
        """Yield what changed, None for what is no more. The run may go on between two of them.

        Args:
            whole: Look at everything, changed in whichever way.
        """
        marked, self._marked = self._marked, {}
        if whole:
            marked |= dict.fromkeys(self._keys())
        for key in marked:
            store = self._contexts.stores.get(key[0])
            values: Mapping[Any, Any] = {} if store is None else store.values.get(key[1], {})
            yield from self._changed(key, values.get(key[2], UNDEFINED))
        states = self._contexts.states
        for id in tuple(states):
            state = states.get(id)
            if not state:
                continue
            for name, value in tuple(state.items()):
                yield from self._changed((STATES, id, name), value)
            if self._digests.get((ENTRIES, id, ""), _UNKEPT) == _UNKEPT:
                yield from self._changed((ENTRIES, id, ""), self._contexts.fingerprint(id))
        for key in tuple(self._digests):
            if (key[0] == STATES and key[2] not in states.get(key[1], ())) or (
                key[0] == ENTRIES and not states.get(key[1])
            ):
                yield from self._changed(key, UNDEFINED)

    def _keys(self) -> Iterator[Key]:
        for store in self._stores:
            for scope, values in store.values.items():
                for key in values:
                    yield (store.name, scope, key)

    def _changed(self, key: Key, value: Any) -> Iterator[tuple[Key, bytes | None]]:
        data = None if value is UNDEFINED else self._encoded(key, value)
        if data is None:
            if self._digests.pop(key, None) is not None:
                yield key, None
            return
        digest = hash(data)
        if self._digests.get(key) != digest:
            self._digests[key] = digest
            yield key, data

    def _encoded(self, key: Key, value: Any) -> bytes | None:
        why = f"its key {key[2]!r} is no text"
        if isinstance(key[2], str):
            try:
                data = self._encode(value)
            except ValueError as error:
                why = str(error)
            else:
                if len(data) <= MOST_BYTES:
                    return data
                why = f"it has {len(data)} bytes; expected at most {MOST_BYTES}"
        if key not in self._told:
            self._told.add(key)
            where = f"the state of {key[1]}" if key[0] == STATES else f"the context {key[1]}"
            logger.warning("%r in %s is not kept: %s", key[2], where, why)
        return None

    def undo(self, keys: Iterable[Key]) -> None:
        """Take changes back that could not be kept; the next look finds them again."""
        for key in keys:
            self._digests[key] = _UNKEPT
            if key[0][0] != ":":
                self._marked[key] = None

    def everything(self) -> dict[Key, bytes]:
        """Return all that is there now, and take it for kept."""
        self._digests.clear()
        return {key: data for key, data in self.changes(whole=True) if data is not None}


def to_snapshot(values: Mapping[Key, Any]) -> dict[str, Any]:
    """Return kept values (decoded) in the form of `Run.snapshot`."""
    snapshot: dict[str, Any] = {"version": 2, "states": {}, "entries": {}, "contexts": {}}
    for (store, scope, key), value in values.items():
        if store == STATES:
            snapshot["states"].setdefault(scope, {})[key] = value
        elif store == ENTRIES:
            snapshot["entries"][scope] = value
        else:
            snapshot["contexts"].setdefault(store, {}).setdefault(scope, {})[key] = value
    return snapshot


__all__ = ("ENTRIES", "MOST_BYTES", "STATES", "Keeper", "Key", "Ledger", "to_snapshot")
