"""Which entries of a document name which others in their fields, wires aside.

Kept between deployments: reading all fields of 25,000 nodes takes longer than all the rest of
a small deployment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

Entries = Mapping[str, Mapping[str, Any]]
"""A document: id to entry."""

_NO_REFERENCE = frozenset({"z", "id", "wires"})


class References:
    """The users of each id, for one document at a time."""

    def __init__(self, entries: Entries) -> None:
        """Read a document."""
        self._entries = entries
        self._users: dict[str, set[str]] = {}
        self._add(entries, entries)

    def _add(self, ids: Iterable[str], known: Collection[str]) -> None:
        for id in ids:
            for name in names_in(self._entries[id]):
                if name in known:
                    self._users.setdefault(name, set()).add(id)

    def users(self, ids: Iterable[str]) -> set[str]:
        """Return the ids of the entries that name one of some ids."""
        return {user for id in ids for user in self._users.get(id, ())}

    def move(self, entries: Entries, touched: Iterable[str], gone: set[str]) -> None:
        """Take another document.

        Args:
            entries: The document.
            touched: Ids of the entries that differ and are in both.
            gone: Ids that are in the former document only; they may still be named.
        """
        before, self._entries = self._entries, entries
        if len(entries) != len(before) - len(gone):  # new ids, which others may name already
            self._users = {}
            self._add(entries, entries.keys() | gone)
            return
        for id in (*touched, *gone):
            for name in names_in(before[id]):
                self._users.get(name, set()).discard(id)
        self._add(touched, entries.keys() | gone)


def names_in(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield what could be the id of another entry.

    Node-RED takes a list of one text for the text itself.
    """
    for key, value in entry.items():
        if value.__class__ is list and len(value) == 1:
            value = value[0]
        if value.__class__ is str and key not in _NO_REFERENCE:
            yield value


__all__ = ("Entries", "References", "names_in")
