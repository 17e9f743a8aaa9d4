"""What changed between two documents, and what a deployment of a kind restarts for it.

Pure. Source: Node-RED, ``diffConfigs`` in ``flows/util.js`` and ``stop`` in ``flows/index.js``:
a node that moved is the same; one whose wires changed is wired anew, not restarted; one that
names a node that changed (a config node, mostly) changed as well; what changed inside a subflow
restarts its instances; another environment of a tab restarts the tab.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from vgd_kernel.engine.references import Entries, References, names_in
from vgd_kernel.model.expand import SUBFLOW_PREFIX
from vgd_kernel.model.wiring import wires_of

DeployKind = Literal["full", "flows", "nodes"]
"""Restart everything, what is wired to a change as well, or only the nodes that changed."""

_PLACES = frozenset({"x", "y", "wires"})
_GROUP_PLACES = _PLACES | {"nodes", "style", "w", "h"}


@dataclass(frozen=True, slots=True)
class Differences:
    """Ids of what must be stopped; everything that should run and does not is started after.

    Attributes:
        everything: The whole flow.
        containers: Tabs, with all that is on them.
        nodes: Single nodes and subflow instances; ids of other entries do no harm.
        edited: Entries that differ in any way, when no entry was added or removed; else None.
    """

    everything: bool
    containers: frozenset[str]
    nodes: frozenset[str]
    edited: tuple[str, ...] | None


def differences(
    old: Entries, new: Entries, references: References, kind: DeployKind
) -> Differences:
    """Return what a deployment of a kind stops, from one document to the next.

    Args:
        old: What runs.
        new: What shall run.
        references: Those of the old document; those of the new one afterwards.
        kind: How much is restarted.
    """
    touched = [
        id
        for id, entry in old.items()
        if (now := new.get(id)) is not entry and now is not None and now != entry
    ]
    gone, come = set(old.keys() - new.keys()), set(new.keys() - old.keys())
    references.move(new, touched, gone)
    tabs = {id for id in (*gone, *come, *touched) if _is_tab(new.get(id) or old[id])}
    containers = {id for id in tabs if id not in old or id not in new or _restarts(old, new, id)}
    changes = _Changes(old, new, references, gone, come, touched)
    whole = kind == "full" or changes.everything
    stopped = changes.changed | gone | changes.disabled
    if kind == "flows" and not whole:
        stopped |= changes.rewired
        stopped |= _connected(old, new, stopped | come)
    edited = None if gone or come else tuple(touched)
    return Differences(whole, frozenset(containers), frozenset(stopped), edited)


def _is_tab(entry: Mapping[str, Any]) -> bool:
    return bool(entry["type"] == "tab")


def _disabled(tab: Mapping[str, Any]) -> bool:
    return bool(tab.get("disabled"))


def _restarts(old: Entries, new: Entries, tab: str) -> bool:
    before, after = old[tab], new[tab]
    return _disabled(before) != _disabled(after) or before.get("env") != after.get("env")


class _Changes:
    """The entries that changed, by themselves or by what they name."""

    def __init__(
        self,
        old: Entries,
        new: Entries,
        references: References,
        gone: set[str],
        come: set[str],
        touched: Iterable[str],
    ) -> None:
        self._new = new
        self.changed: set[str] = set()
        self.rewired: set[str] = set()
        self.disabled: set[str] = set()
        self.everything = False
        self._subflows: set[str] = set()
        for id in (*gone, *come):
            self._subflows |= self._subflow_around((new.get(id) or old[id]).get("z"))
        for id in touched:
            self._compare(id, old[id], new[id])
        self._mark_users(old, references, gone)
        self._mark_members(old)
        self._mark_instances()

    def _compare(self, id: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        if _is_tab(after):
            return
        if after.get("d") and not before.get("d"):
            self.disabled.add(id)
        if before.get("wires") != after.get("wires"):
            self.rewired.add(id)
            self._subflows |= self._subflow_around(after.get("z"))
        if _differ(before, after):
            self.everything |= after["type"] == "global-config"
            self._mark(id)

    def _subflow_around(self, container: Any) -> set[str]:
        entry = self._new.get(container) if isinstance(container, str) else None
        return {entry["id"]} if entry is not None and entry["type"] == "subflow" else set()

    def _mark(self, id: str) -> None:
        entry = self._new[id]
        self.changed.add(id)
        subflow = {id} if entry["type"] == "subflow" else self._subflow_around(entry.get("z"))
        self._subflows |= subflow

    def _mark_users(self, old: Entries, references: References, gone: set[str]) -> None:
        """Mark all that name a node that changed or is gone, again and again."""
        named = self.changed | gone | self.disabled
        while named:
            users = references.users(named) - self.changed
            named = {id for id in users if not self._only_in_group(old, id, named)}
            for id in named:
                self._mark(id)

    def _only_in_group(self, old: Entries, id: str, named: set[str]) -> bool:
        """Tell whether all that changed for a node is the group it was in: see _mark_members."""
        entry = self._new[id]
        group = str(entry.get("g") or "")
        if group not in named or id not in old or old[id].get("g") != group:
            return False
        return not any(name in named and name != group for name in names_in(entry))

    def _mark_members(self, old: Entries) -> None:
        """Mark what stands in a group that changed, and in groups within."""
        groups = [id for id in self.changed if self._new[id]["type"] == "group"]
        while groups:
            members = self._new[groups.pop()].get("nodes")
            for id in map(str, members) if isinstance(members, list) else ():
                if id in self._new and id in old and id not in self.changed:
                    self.changed.add(id)
                    if self._new[id]["type"] == "group":
                        groups.append(id)

    def _mark_instances(self) -> None:
        """Mark the instances of subflows that changed, and the subflows that these stand in."""
        pending, seen = set(self._subflows), set(self._subflows)
        while pending:
            types = {SUBFLOW_PREFIX + id for id in pending}
            pending = set()
            for id, entry in self._new.items():
                if entry["type"] in types:
                    self.changed.add(id)
                    pending |= self._subflow_around(entry.get("z")) - seen
            seen |= pending


def _differ(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Tell whether more than its place and wires changed; new credentials count always."""
    places = _GROUP_PLACES if after["type"] == "group" else _PLACES
    keys = (before.keys() | after.keys()) - places
    return bool(after.get("credentials")) or any(
        key not in before or key not in after or before[key] != after[key] for key in keys
    )


def _connected(old: Entries, new: Entries, ids: Iterable[str]) -> set[str]:
    """Return all that is wired to some nodes, in any direction and over any distance."""
    neighbours: dict[str, set[str]] = {}
    for document in (old, new):
        for id, entry in document.items():
            for _, target in wires_of(entry):
                neighbours.setdefault(id, set()).add(target)
                neighbours.setdefault(target, set()).add(id)
    found: set[str] = set()
    pending = list(ids)
    while pending:
        for other in neighbours.get(pending.pop(), ()):
            if other not in found:
                found.add(other)
                pending.append(other)
    return found


__all__ = ("DeployKind", "Differences", "differences")
