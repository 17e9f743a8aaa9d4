"""The credentials of a runtime: taken out of flows that come in, never handed out again.

What a deployment brings in an entry's ``credentials`` updates what is known: a field that is not
there and ``__PWRD__`` keep the old value, an empty text removes it. Entries of unknown types keep
whatever they bring. Source: Node-RED, ``nodes/credentials.js``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from vgd_kernel.model.credentials import NodeWithCredentials
from vgd_kernel.model.flow import Entry
from vgd_kernel.model.registry import Registry

KEPT = "__PWRD__"
"""What an editor sends in place of a password that it does not know."""

_GLOBAL = "global-config"


class CredentialSet:
    """Node id to credentials.

    Attributes:
        values: All of them.
        dirty: They differ from what was saved.
    """

    def __init__(self, registry: Registry, values: Mapping[str, Any] | None = None) -> None:
        """Take what was saved; the registry tells which fields a type has."""
        self._registry = registry
        self.values: dict[str, Any] = dict(values or {})
        self.dirty = False

    def copy(self) -> CredentialSet:
        """Return a copy that can be given up when a deployment fails."""
        made = CredentialSet(self._registry, copy.deepcopy(self.values))
        made.dirty = self.dirty
        return made

    def replace(self, values: Mapping[str, Any]) -> None:
        """Put whole credentials in place of those of the same nodes."""
        for id, given in values.items():
            if self.values.get(id) != given:
                self.values[id] = given
                self.dirty = True

    def take(self, entries: Iterable[Entry], *, forget: bool = True) -> list[Entry]:
        """Return entries without credentials, which are kept here.

        Args:
            entries: As they came in; not changed.
            forget: Drop the credentials of nodes that are not among the entries.
        """
        taken = []
        for entry in entries:
            if "credentials" in entry:
                entry = dict(entry)
                given = entry.pop("credentials")
                if isinstance(given, Mapping) and given:
                    self._update(entry, given)
            taken.append(entry)
        if self.values and forget:
            ids = {entry["id"] for entry in taken}
            for id in [id for id in self.values if id not in ids]:
                del self.values[id]
                self.dirty = True
        return taken

    def _update(self, entry: Entry, given: Mapping[str, Any]) -> None:
        old = self.values.get(entry["id"], {})
        kind = entry["type"]
        if kind == _GLOBAL:
            new = {"map": _updated_map(_mapping(old.get("map")), _mapping(given.get("map")))}
        else:
            new = self._updated(kind, dict(old), given)
        if new != old:
            self.values[entry["id"]] = new
            self.dirty = True

    def _updated(
        self, kind: str, values: dict[str, Any], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        fields = self.fields(kind)
        for name in given if fields is None else fields:
            value = given.get(name)
            secret = fields is None or fields[name] == "password"
            if name not in given or (secret and value == KEPT):
                continue
            if value is None or not str(value).strip():
                values.pop(name, None)
            else:
                values[name] = value
        if kind.startswith("subflow"):
            values = {name: value for name, value in values.items() if name in given}
        return values

    def fields(self, kind: str) -> Mapping[str, str] | None:
        """Return the credentials of a type (``text`` or ``password``); None: it takes any."""
        cls = self._registry.get(kind)
        if cls is None:
            return None
        return cls.credential_fields if issubclass(cls, NodeWithCredentials) else {}

    def shown(self, kind: str, id: str) -> dict[str, Any]:
        """Return what an editor may see: texts, and of passwords whether there is one."""
        values = self.values.get(id)
        if values is None:
            return {}
        fields = self.fields(self._types().get(kind, kind))
        if fields is None:
            names = values if kind.startswith("subflow") or kind in ("tab", "group") else ()
            return {f"has_{name}": bool(values[name]) for name in names}
        return {
            **{n: values.get(n) or "" for n, shape in fields.items() if shape == "text"},
            **{f"has_{n}": bool(values.get(n)) for n, s in fields.items() if s == "password"},
        }

    def _types(self) -> dict[str, str]:
        """Return the types by the names that editors give them in URLs: without spaces."""
        return {"-".join(kind.split()): kind for kind in self._registry.classes if " " in kind}

    def give(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return entries with their credentials, as a run takes them."""
        if not self.values:
            return list(entries)
        return [self._given(entry) for entry in entries]

    def _given(self, entry: Entry) -> Entry:
        values = self.values.get(entry["id"])
        if not values:
            return entry
        secrets = _mapping(values.get("map")) if entry["type"] == _GLOBAL else values
        env = entry.get("env")
        made = {**entry, "credentials": values}
        if isinstance(env, list):
            made["env"] = [_with_secret(pair, secrets) for pair in env]
        return made


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _updated_map(old: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the secrets of a global-config node: those that are still named."""
    names = [name for name in given if not name.startswith("has_") and given[name]]
    return {
        key: value
        for name in names
        for key, value in (
            (name, old[name] if given[name] == KEPT and name in old else given[name]),
            (f"has_{name}", True),
        )
    }


def _with_secret(pair: Any, secrets: Mapping[str, Any]) -> Any:
    if isinstance(pair, dict) and pair.get("type") == "cred" and pair.get("name") in secrets:
        return {**pair, "value": secrets[pair["name"]]}
    return pair


__all__ = ("KEPT", "CredentialSet")
