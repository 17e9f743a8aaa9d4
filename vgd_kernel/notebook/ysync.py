"""A flow document and its shared twin: edits travel both ways, without echo.

The twin is a Yjs document with three roots, the same in the browser, in the notebook kernel and in
the Jupyter server: ``nodes`` (map of id to a map of the entry's fields; the value of a field is one
JSON value), ``order`` (array of ids) and ``meta`` (``broken``: the text of a file that is not a
flow, kept as it is). Two people may change two fields of one node at once; ``order`` may then
name an id twice or not at all, so reading it keeps the first mention and adds the rest by id.

There is no flag that stops the echo: a write compares first and writes only what differs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pycrdt import Array, Doc, Map, TransactionEvent

from vgd_kernel.model.flow import Change, Entry, FlowDocument, canonical_number, check_entries

SharedDoc = Doc[Any]
Nodes = Map[Map[Any]]
Order = Array[str]


def roots(doc: SharedDoc) -> tuple[Nodes, Order, Map[Any]]:
    """Return the roots ``nodes``, ``order`` and ``meta`` of a shared document."""
    return (
        doc.get("nodes", type=Map),
        doc.get("order", type=Array),
        doc.get("meta", type=Map),
    )


def read_entries(doc: SharedDoc) -> list[Entry]:
    """Return the entries of a shared document, in order, with whole numbers as ints.

    What is no entry (a type is missing) is left out; it stays in the shared document.
    """
    nodes, order, _ = roots(doc)
    entries = {id: entry for id in set(nodes.keys()) if (entry := _read(nodes, id)) is not None}
    mentioned = [id for id in dict.fromkeys(order) if id in entries]
    rest = sorted(entries.keys() - set(mentioned))
    return [entries[id] for id in (*mentioned, *rest)]


def write_entries(doc: SharedDoc, entries: list[Entry]) -> None:
    """Make a shared document hold these entries, in this order, by the fewest writes."""
    nodes, order, _ = roots(doc)
    with doc.transaction():
        wanted = [entry["id"] for entry in entries]
        for id in set(nodes.keys()).difference(wanted):
            del nodes[id]
        for entry in entries:
            write_entry(nodes, entry)
        if list(order) != wanted:
            order.clear()
            order.extend(wanted)


def write_entry(nodes: Nodes, entry: Mapping[str, Any]) -> None:
    """Write one entry field by field, only what differs; add its map when it has none."""
    id = entry["id"]
    if id not in nodes:
        nodes[id] = Map(dict(entry))
        return
    shared = nodes[id]
    for key in set(shared.keys()).difference(entry):
        del shared[key]
    for key, value in entry.items():
        if key not in shared or not _same(shared[key], value):
            shared[key] = value


def _read(nodes: Nodes, id: str) -> Entry | None:
    shared = nodes.get(id)
    if not isinstance(shared, Map):
        return None
    entry: Entry = {**canonical_number(shared.to_py()), "id": id}
    return entry if isinstance(entry.get("type"), str) and entry["type"] else None


def _same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same JSON (``True`` is not ``1``, ``2.0`` is ``2``)."""
    return _text(one) == _text(other)


def _text(value: Any) -> str:
    return json.dumps(canonical_number(value), sort_keys=True)


class FlowSync:
    """Keeps a `FlowDocument` and a shared document equal. Belongs to one thread.

    Attributes:
        document: The flow document; its observers see remote edits as ordinary changes.
        doc: The shared document.
    """

    def __init__(self, document: FlowDocument, doc: SharedDoc | None = None) -> None:
        """Join a document with a shared one (a new one by default), which takes its entries."""
        self.document = document
        self.doc: SharedDoc = Doc() if doc is None else doc
        self._nodes, self._order, _ = roots(self.doc)
        self._touched: set[str] = set()
        write_entries(self.doc, document.entries())
        self._subscription = self._nodes.observe_deep(self._note)
        self._end = document.observe(self._push)

    def receive(self, update: bytes) -> None:
        """Take in an update of another replica and change the flow document accordingly."""
        self.doc.apply_update(update)
        touched, self._touched = self._touched, set()
        ids = [entry["id"] for entry in read_entries(self.doc)]
        for id in sorted(touched, key=lambda id: ids.index(id) if id in ids else -1):
            self._pull(id, ids.index(id) if id in ids else -1)

    def observe(self, callback: Callable[[bytes], None]) -> Callable[[], None]:
        """Call ``callback`` with every update, own and received; return what ends that."""

        def forward(event: TransactionEvent) -> None:
            callback(event.update)

        subscription = self.doc.observe(forward)
        return lambda: self.doc.unobserve(subscription)

    def close(self) -> None:
        """Let go of both documents."""
        self._end()
        self._nodes.unobserve(self._subscription)

    def _note(self, events: Sequence[object]) -> None:
        for event in events:
            path: list[int | str] = getattr(event, "path", [])
            keys: dict[str, Any] = getattr(event, "keys", {})
            self._touched.update([str(path[0])] if path else keys)

    def _pull(self, id: str, index: int) -> None:
        entry = _read(self._nodes, id)
        if entry is None:
            if id in self.document:
                self._apply(Change("remove", id, dict(self.document.entry(id)), {}))
        elif id not in self.document:
            check_entries([entry])
            self._apply(Change("add", id, {}, entry, index))
        else:
            old = self.document.entry(id)
            after = {k: v for k, v in entry.items() if k not in old or not _same(old[k], v)}
            before = {k: v for k, v in old.items() if k in after or k not in entry}
            if before or after:
                self._apply(Change("update", id, before, after))

    def _apply(self, change: Change) -> None:
        self.document.apply(change)

    def _push(self, change: Change) -> None:
        with self.doc.transaction():
            if change.kind == "remove":
                if change.id in self._nodes:
                    del self._nodes[change.id]
                for index in reversed([i for i, id in enumerate(self._order) if id == change.id]):
                    del self._order[index]
                self._touched.discard(change.id)
                return
            write_entry(self._nodes, self.document.entry(change.id))
            if change.kind == "add" and change.id not in list(self._order):
                at = change.index if 0 <= change.index < len(self._order) else len(self._order)
                self._order.insert(at, change.id)


__all__ = (
    "FlowSync",
    "SharedDoc",
    "read_entries",
    "roots",
    "write_entries",
    "write_entry",
)
