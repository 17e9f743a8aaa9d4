"""Environment values of nodes: node, group, tab or subflow instance, global, process.

A `Scope` is one level; a look-up goes up until a level has the name. Values are evaluated when
they are first asked for. Source: Node-RED, ``getSetting`` of ``Flow``, ``Group`` and ``Subflow``
and ``evaluateEnvProperties`` in ``flows/util.js``.
"""

from __future__ import annotations

import json
import logging
import operator
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from vgd_kernel.model.context import Context
from vgd_kernel.model.errors import VgdError
from vgd_kernel.model.expand import Expanded, environment_pairs
from vgd_kernel.model.flow import Entry
from vgd_kernel.model.jsonata import compile_jsonata
from vgd_kernel.model.message import UNDEFINED, clone_value
from vgd_kernel.model.typed import constant_input

logger = logging.getLogger(__name__)

_PARENT = "$parent."
_WHOLE = re.compile(r"\$\{([^}]+)\}\Z")
_PARTS = re.compile(r"\$\{([^}]+)\}")
_SUBSTITUTED = re.compile(r"\$(?:\{(\S+)\}|\((\S+)\))\Z")


class Scope:
    """One level of the environment."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        pairs: Iterable[Mapping[str, Any]],
        parent: Scope | None,
    ) -> None:
        """Take a level.

        Args:
            settings: Names that the platform gives (``NR_FLOW_ID`` and so on).
            pairs: What the author gave: ``name``, ``type``, ``value``.
            parent: The next level, None at the top.
        """
        self._settings = settings
        self._pairs = {str(pair.get("name")): pair for pair in pairs}
        self._parent = parent
        self._values: dict[str, Any] = {}
        self._busy: set[str] = set()

    def get(self, name: str) -> Any:
        """Return a value, UNDEFINED when no level has it; containers are copies."""
        if name in self._settings:
            return self._settings[name]
        if name.startswith(_PARENT):
            name = name.removeprefix(_PARENT)
        elif name in self._pairs and name not in self._busy:
            if name not in self._values:
                self._busy.add(name)
                self._values[name] = self._evaluate(name, self._pairs[name])
                self._busy.discard(name)
            return clone_value(self._values[name])
        return UNDEFINED if self._parent is None else self._parent.get(name)

    def names(self) -> Iterable[str]:
        """Return the names of this level and of those above it."""
        above = () if self._parent is None else self._parent.names()
        return {*self._settings, *self._pairs, *above}

    def _evaluate(self, name: str, pair: Mapping[str, Any]) -> Any:
        value, kind = pair.get("value"), pair.get("type", "str")
        try:
            match kind:
                case "env":
                    return self.substitute(str(value))
                case "bool":
                    return value in ("true", True)
                case "cred":
                    return UNDEFINED if value is None else value
                case "conf-type" if isinstance(value, str) and (found := _WHOLE.match(value)):
                    return self.get(found[1])
                case "json":
                    return json.loads(str(value))
                case "jsonata":
                    return compile_jsonata(str(value), cast("Context", _Above(self._parent)))({})
            return constant_input(value, str(kind))
        except (VgdError, ValueError) as error:
            logger.warning("environment value %s cannot be evaluated: %s", name, error)
            return UNDEFINED

    def substitute(self, text: str) -> Any:
        """Return what ``NAME``, ``${NAME}`` or ``text ${NAME} text`` means here; absent is ''."""
        whole = _WHOLE.match(text)
        if whole or not _PARTS.search(text):
            value = self.get(whole[1] if whole else text)
            return "" if value is UNDEFINED else value

        def replace(found: re.Match[str]) -> str:
            value = self.get(found[1])
            return "" if value is UNDEFINED else str(value)

        return _PARTS.sub(replace, text)


class _Above:
    """What an expression of the environment sees: the levels above, and no context."""

    def __init__(self, parent: Scope | None) -> None:
        self._parent = parent

    def env(self, name: str) -> Any:
        return UNDEFINED if self._parent is None else self._parent.get(name)

    def context(self, scope: str) -> _Above:
        return self

    def get(self, path: str, store: str) -> Any:
        return UNDEFINED


class Environment:
    """The scopes of all nodes of a run."""

    def __init__(self, flow: Expanded, process: Mapping[str, str]) -> None:
        """Take the levels from a flow.

        Args:
            flow: Tabs, instances, groups and their environments.
            process: The outermost level.
        """
        self._flow = flow
        shared = [
            pair
            for entry in flow.nodes.values()
            if entry["type"] == "global-config" and isinstance(entry.get("env"), list)
            for pair in environment_pairs(entry)
            if isinstance(pair, Mapping)
        ]
        self._top = Scope({}, shared, Scope(dict(process), (), None))
        self._scopes: dict[str, Scope] = {}

    def scope(self, entry: Entry) -> Scope:
        """Return the level that a node or group stands in."""
        group = entry.get("g")
        if isinstance(group, str) and group in self._flow.groups:
            return self._group(self._flow.groups[group])
        return self._container(str(entry.get("z", "")))

    def get(self, entry: Entry, name: str) -> Any:
        """Return what a node sees under a name; see `Scope.get`."""
        match name:
            case "NR_NODE_ID":
                return entry["id"]
            case "NR_NODE_NAME":
                return entry.get("name", UNDEFINED)
            case "NR_NODE_PATH":
                return self._path(entry)
        return self.scope(entry).get(name)

    def names(self, entry: Entry) -> Iterable[str]:
        """Return the names that a node sees."""
        return {"NR_NODE_ID", "NR_NODE_NAME", "NR_NODE_PATH", *self.scope(entry).names()}

    def substituted(self, entry: Entry) -> Entry:
        """Return an entry with every text that is just ``${NAME}`` or ``$(NAME)`` replaced."""
        if not _mentions(entry.values()):
            return entry
        made: Entry = self._replace(entry, entry)
        return made

    def _replace(self, value: Any, entry: Entry) -> Any:
        """Return a value with its texts substituted; the same object when nothing changed."""
        if isinstance(value, str):
            found = _SUBSTITUTED.match(value) if value[:1] == "$" else None
            known = self.get(entry, found[1] or found[2]) if found else UNDEFINED
            return value if known is UNDEFINED else known
        if isinstance(value, dict):
            items = {key: self._replace(item, entry) for key, item in value.items()}
            return items if any(items[key] is not item for key, item in value.items()) else value
        if isinstance(value, list):
            made = [self._replace(item, entry) for item in value]
            return made if any(map(operator.is_not, made, value)) else value
        return value

    def _is_instance(self, id: str) -> bool:
        container = self._flow.containers.get(id)
        return container is not None and container.parent is not None

    def _path(self, entry: Entry) -> str:
        id, place = str(entry["id"]), str(entry.get("z", ""))
        path = [_alias(id, place) if self._is_instance(place) else id]
        container = self._flow.containers.get(str(entry.get("z", "")))
        while container is not None:
            path.append(_alias(container.id, container.parent))
            container = self._flow.containers.get(container.parent or "")
        return "/".join(reversed(path))

    def _group(self, group: Entry) -> Scope:
        scope = self._scopes.get(group["id"])
        if scope is None:
            names = {"NR_GROUP_ID": group["id"], "NR_GROUP_NAME": group.get("name", UNDEFINED)}
            scope = Scope(names, environment_pairs(group), self.scope(group))
            self._scopes[group["id"]] = scope
        return scope

    def _container(self, id: str) -> Scope:
        container = self._flow.containers.get(id)
        if container is None:
            return self._top
        scope = self._scopes.get(id)
        if scope is None:
            entry = container.entry
            if container.parent is None:
                names = {"NR_FLOW_ID": id, "NR_FLOW_NAME": entry.get("label", UNDEFINED)}
                parent = self._top
            else:
                facts = {"ID": id, "NAME": entry.get("name", UNDEFINED), "PATH": self._path(entry)}
                names = {
                    f"NR_{kind}_{k}": v for kind in ("NODE", "SUBFLOW") for k, v in facts.items()
                }
                parent = self.scope(entry)
            scope = self._scopes[id] = Scope(names, container.environment, parent)
        return scope


def _alias(id: str, place: str | None) -> str:
    """Return the id that a node has in its subflow, without that of the instance around it."""
    return id.removeprefix(f"{place}-") if place else id


def _mentions(values: Iterable[Any]) -> bool:
    """Tell whether a text among some values, at any depth, could be a reference."""
    for value in values:
        kind = value.__class__
        if kind is str:
            if value[:1] == "$":
                return True
        elif kind is dict:
            if value and _mentions(value.values()):
                return True
        elif kind is list and value and _mentions(value):
            return True
    return False


__all__ = ("Environment", "Scope")
