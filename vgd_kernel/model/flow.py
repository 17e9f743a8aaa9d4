"""The flow document: Node-RED flow JSON, held without loss, changed by commands.

A document is an ordered list of entries (``dict``), each with an ``id`` and a ``type``: tabs,
groups, config nodes, nodes, subflows and whatever else stands there. Entries of unknown types
and unknown fields are kept. Every change is a `Change` that has an inverse; observers get each
one, so the canvas, undo and the Python objects share one log.

Source of the format: Node-RED, "flows.json" (array of node objects with ``wires``).
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from vgd_kernel.model.errors import FlowSyntaxError, UnknownNodeError

Entry = dict[str, Any]
"""One object of the flow file."""

_FIRST = ("id", "type", "z", "g", "d", "name", "label")
_LAST = ("x", "y", "w", "h", "wires", "vgd")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a document.

    Attributes:
        kind: What happened to the entry.
        id: Its id.
        before: The entry before (for ``update``: only the fields that changed); empty for ``add``.
        after: The entry after, likewise (a removed field is absent); empty for ``remove``.
        index: Position in the document, for ``add`` and ``remove``.
    """

    kind: Literal["add", "remove", "update"]
    id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    index: int = -1

    def inverse(self) -> Change:
        """Return the change that takes this one back."""
        kind: Literal["add", "remove", "update"] = (
            "remove" if self.kind == "add" else "add" if self.kind == "remove" else "update"
        )
        return Change(kind, self.id, self.after, self.before, self.index)


Observer = Callable[[Change], None]


def canonical_number(value: Any) -> Any:
    """Return JSON data with whole floats as ints and sorted keys.

    A shared (Yjs) document holds only floats and unordered maps: this makes the saved text the
    same from whatever replica it comes.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {key: canonical_number(item) for key, item in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [canonical_number(item) for item in value]
    return value


def canonical_entry(entry: Mapping[str, Any]) -> Entry:
    """Return an entry in canonical form: id, type, tab first; position and wires last."""
    first = [key for key in _FIRST if key in entry]
    last = [key for key in _LAST if key in entry]
    middle = sorted(key for key in entry if key not in _FIRST and key not in _LAST)
    return {key: canonical_number(entry[key]) for key in (*first, *middle, *last)}


def parse_entries(text: str) -> list[Entry]:
    """Return the entries of a flow file.

    Accepts the array of ``flows.json`` and the object ``{"flows": [...], "rev": ...}`` of
    Node-RED's admin API. An empty text is an empty flow.

    Raises:
        FlowSyntaxError: Says where the JSON breaks, or which entry lacks what.
    """
    if not text.strip():
        return []
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise FlowSyntaxError(
            f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}; expected an "
            "array of node objects. Mend the file or export it again from the editor."
        ) from None
    except RecursionError:
        raise FlowSyntaxError(
            "the JSON is nested too deeply to be read; expected an array of flat node objects. "
            "Export the flow again from the editor."
        ) from None
    if isinstance(data, dict) and isinstance(data.get("flows"), list):
        data = data["flows"]
    return check_entries(data)


def check_entries(data: Any) -> list[Entry]:
    """Return ``data`` as entries.

    Raises:
        FlowSyntaxError: It is not a list of objects with distinct text ids and text types.
    """
    if not isinstance(data, list):
        raise FlowSyntaxError(
            f"saw a JSON {_json_name(data)}; expected an array of node objects. "
            "A flow file is what Node-RED exports: [{...}, {...}]."
        )
    if _are_plain(data):
        return data
    seen: set[str] = set()
    for index, entry in enumerate(data):
        if not isinstance(entry, dict):
            raise FlowSyntaxError(
                f"entry {index} is a JSON {_json_name(entry)}; expected an object with id and type."
                " Remove it from the array."
            )
        for key in ("id", "type"):
            if not isinstance(entry.get(key), str) or not entry[key]:
                raise FlowSyntaxError(
                    f"entry {index} has {key} = {entry.get(key)!r}; expected a text. "
                    f'Give the entry a "{key}".'
                )
        if entry["id"] in seen:
            raise FlowSyntaxError(
                f'entry {index} repeats the id "{entry["id"]}"; expected every id once. '
                "Give one of the two another id."
            )
        seen.add(entry["id"])
    return data


def _are_plain(data: list[Any]) -> bool:
    """Tell at a glance that nothing is wrong, which is what a deployment of many needs."""
    if not set(map(type, data)) <= {dict}:
        return False
    try:
        types = {entry["id"]: entry["type"] for entry in data}
    except (KeyError, TypeError):
        return False
    named = set(map(type, types)) | set(map(type, types.values()))
    return len(types) == len(data) and named <= {str} and "" not in {*types, *types.values()}


def _json_name(value: Any) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")


class FlowDocument:
    """An ordered set of entries by id, with observers. Not thread-safe."""

    def __init__(self, entries: Iterable[Mapping[str, Any]] = ()) -> None:
        """Take (deep) copies of entries.

        Raises:
            FlowSyntaxError: See `check_entries`.
        """
        checked = check_entries([copy.deepcopy(dict(entry)) for entry in entries])
        self._entries: dict[str, Entry] = {entry["id"]: entry for entry in checked}
        self._observers: list[Observer] = []

    @classmethod
    def from_json(cls, text: str) -> FlowDocument:
        """Read a flow file's text; see `parse_entries` for its errors."""
        return cls(parse_entries(text))

    @classmethod
    def adopt(cls, entries: list[Entry]) -> FlowDocument:
        """Take entries without a copy and without another look.

        Args:
            entries: That came through `check_entries`; nobody else may change them any more.
        """
        document = cls()
        document._entries = {entry["id"]: entry for entry in entries}
        return document

    def to_json(self) -> str:
        """Return the canonical text: four spaces, keys in canonical order, newline at the end."""
        return json.dumps(self.canonical(), indent=4, ensure_ascii=False) + "\n"

    def canonical(self) -> list[Entry]:
        """Return the entries in canonical form, as new objects."""
        return [canonical_entry(entry) for entry in self._entries.values()]

    def entries(self) -> list[Entry]:
        """Return deep copies of the entries, in order."""
        return copy.deepcopy(list(self._entries.values()))

    def revision(self) -> str:
        """Return a digest of the canonical text, 16 hex digits."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Iterate over the entries (read-only views by convention)."""
        return iter(self._entries.values())

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._entries)

    def __contains__(self, id: object) -> bool:
        """Tell whether an entry has this id."""
        return id in self._entries

    def entry(self, id: str) -> Mapping[str, Any]:
        """Return the entry with this id (read-only by convention).

        Raises:
            UnknownNodeError: There is none.
        """
        try:
            return self._entries[id]
        except KeyError:
            raise UnknownNodeError(
                f'no node "{id}" in this flow; expected one of {self._some_ids()}. Check the id.'
            ) from None

    def find(self, id_or_name: str) -> Mapping[str, Any]:
        """Return the entry with this id, else the only one with this name or label.

        Raises:
            UnknownNodeError: There is none, or the name stands at several nodes.
        """
        if id_or_name in self._entries:
            return self._entries[id_or_name]
        named = [
            entry
            for entry in self._entries.values()
            if id_or_name in (entry.get("name"), entry.get("label"))
        ]
        if len(named) == 1:
            return named[0]
        if named:
            ids = ", ".join(f'"{entry["id"]}"' for entry in named)
            raise UnknownNodeError(
                f'the name "{id_or_name}" stands at {len(named)} nodes ({ids}); expected one. '
                "Use the id."
            )
        return self.entry(id_or_name)

    def _some_ids(self) -> str:
        ids = [f'"{id}"' for id in self._entries]
        return (
            ", ".join(ids[:8]) + (", …" if len(ids) > 8 else "") if ids else "no ids: it is empty"
        )

    def apply(self, change: Change) -> None:
        """Carry out a change and tell the observers.

        Raises:
            UnknownNodeError: The entry to update or remove is not there.
            FlowSyntaxError: The entry to add has an id that is taken, or no id and type.
        """
        if change.kind == "add":
            self._insert(change)
        elif change.kind == "remove":
            self.entry(change.id)
            del self._entries[change.id]
        else:
            entry = self._entries[self.entry(change.id)["id"]]
            for key in change.before.keys() - change.after.keys():
                entry.pop(key, None)
            entry.update(copy.deepcopy(dict(change.after)))
        for observer in tuple(self._observers):
            observer(change)

    def _insert(self, change: Change) -> None:
        entry = copy.deepcopy(dict(change.after))
        check_entries([entry])
        if change.id in self._entries:
            raise FlowSyntaxError(
                f'the id "{change.id}" is taken; expected a new one. Give the node another id.'
            )
        if 0 <= change.index < len(self._entries):
            items = list(self._entries.items())
            items.insert(change.index, (change.id, entry))
            self._entries = dict(items)
        else:
            self._entries[change.id] = entry

    def insert(self, entry: Mapping[str, Any], *, index: int = -1) -> None:
        """Add an entry, at the end by default."""
        self.apply(Change("add", str(entry.get("id", "")), {}, entry, index))

    def remove(self, id: str) -> None:
        """Remove an entry, and its id from all wires, links, groups and catch scopes."""
        index = list(self._entries).index(self.entry(id)["id"])
        for other in list(self._entries.values()):
            fields = _without(other, id)
            if fields:
                self.update(other["id"], fields)
        self.apply(Change("remove", id, copy.deepcopy(dict(self.entry(id))), {}, index))

    def update(self, id: str, fields: Mapping[str, Any], *, remove: Iterable[str] = ()) -> None:
        """Set fields of an entry and remove others; does nothing when nothing changes."""
        entry = self.entry(id)
        after = {key: value for key, value in fields.items() if entry.get(key, ...) != value}
        gone = [key for key in remove if key in entry]
        if not after and not gone:
            return
        before = {key: copy.deepcopy(entry[key]) for key in (*after, *gone) if key in entry}
        self.apply(Change("update", id, before, after))

    def replace(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Make the document equal to other entries by the fewest changes (order kept of both)."""
        target = {entry["id"]: dict(entry) for entry in check_entries([dict(e) for e in entries])}
        for id in [id for id in self._entries if id not in target]:
            self.apply(Change("remove", id, dict(self._entries[id]), {}, self._index(id)))
        for index, (id, entry) in enumerate(target.items()):
            if id not in self._entries:
                self.insert(entry, index=index)
            else:
                gone = [key for key in self._entries[id] if key not in entry]
                self.update(id, entry, remove=gone)

    def _index(self, id: str) -> int:
        return list(self._entries).index(id)

    def wire(self, source: str, target: str, *, port: int = 0) -> None:
        """Draw a wire from an output port to a node's input; harmless when it is there.

        Raises:
            UnknownNodeError: One of the two ends is not there.
        """
        self.entry(target)
        wires = [list(targets) for targets in self.entry(source).get("wires") or []]
        while len(wires) <= port:
            wires.append([])
        if target not in wires[port]:
            wires[port].append(target)
        self.update(source, {"wires": wires})

    def unwire(self, source: str, target: str, *, port: int = 0) -> None:
        """Take a wire away; harmless when it is not there."""
        wires = [list(targets) for targets in self.entry(source).get("wires") or []]
        if port < len(wires) and target in wires[port]:
            wires[port].remove(target)
            self.update(source, {"wires": wires})

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Call ``observer`` after every change; return what ends that."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)


def _without(entry: Mapping[str, Any], id: str) -> dict[str, Any]:
    """Return the fields of an entry that name an id, without it."""
    fields: dict[str, Any] = {}
    wires = entry.get("wires")
    if isinstance(wires, list) and any(isinstance(t, list) and id in t for t in wires):
        fields["wires"] = [
            [t for t in ts if t != id] if isinstance(ts, list) else ts for ts in wires
        ]
    for key in ("links", "scope", "nodes"):
        ids = entry.get(key)
        if isinstance(ids, list) and id in ids:
            fields[key] = [other for other in ids if other != id]
    return fields


__all__ = (
    "Change",
    "Entry",
    "FlowDocument",
    "Observer",
    "canonical_entry",
    "canonical_number",
    "check_entries",
    "parse_entries",
)
