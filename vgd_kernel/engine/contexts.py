"""All values of a run that survive messages: context stores and node states."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping, MutableMapping
from typing import Any

from vgd_kernel.engine.compile import NodePlan
from vgd_kernel.engine.context_store import MemoryStore
from vgd_kernel.model.context import Scope
from vgd_kernel.model.expand import Expanded
from vgd_kernel.model.message import clone_value

logger = logging.getLogger(__name__)

_PLAIN = (str, int, float, bool, type(None), bytes, datetime.datetime)
"""Types that the snapshot keeps, besides lists and dicts of them."""


class Contexts:
    """The stores of a run; made when they are first used."""

    def __init__(
        self,
        flow: Expanded,
        global_values: Mapping[str, Any],
        snapshot: Mapping[str, Any] | None,
    ) -> None:
        """Start from given values.

        Args:
            flow: Tells which container stands in which.
            global_values: First values of the global store.
            snapshot: Result of `snapshot`; its values win.
        """
        kept = clone_value(dict(snapshot or {}))
        contexts = kept.get("contexts", {})
        self._flow = flow
        self._states: dict[str, dict[str, Any]] = kept.get("states", {})
        self._nodes: dict[str, dict[str, Any]] = contexts.get("node", {})
        self._flows: dict[str, dict[str, Any]] = contexts.get("flow", {})
        self._global = MemoryStore({**global_values, **contexts.get("global", {})})

    def state(self, id: str) -> MutableMapping[str, Any]:
        """Return the state of a node."""
        return self._states.setdefault(id, {})

    def store(self, scope: Scope, plan: NodePlan) -> MemoryStore:
        """Return the store that a node sees under a scope."""
        if scope == "global":
            return self._global
        if scope == "flow":
            return self._flow_store(plan.container)
        return MemoryStore(self._nodes.setdefault(plan.id, {}))

    def _flow_store(self, id: str) -> MemoryStore:
        container = self._flow.containers.get(id)
        around = container.parent if container is not None else None
        parent = None if around is None else self._flow_store(around)
        return MemoryStore(self._flows.setdefault(id, {}), parent)

    def snapshot(self) -> dict[str, Any]:
        """Return a copy of all values that are plain data; others are named in the log."""
        return {
            "version": 1,
            "states": _plain_of_each("state", self._states),
            "contexts": {
                "node": _plain_of_each("node context", self._nodes),
                "flow": _plain_of_each("flow context", self._flows),
                "global": _plain("global context", self._global.values),
            },
        }


def _plain_of_each(kind: str, stores: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {id: _plain(f"{kind} {id}", values) for id, values in stores.items() if values}


def _plain(where: str, values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for key, value in values.items():
        if _is_plain(value, ()):
            kept[key] = clone_value(value)
        else:
            logger.warning("%s: %r is no plain data and is not in the snapshot", where, key)
    return kept


def _is_plain(value: Any, inside: tuple[int, ...]) -> bool:
    if isinstance(value, _PLAIN):
        return True
    if id(value) in inside or not isinstance(value, (dict, list, tuple)):
        return False
    inside = (*inside, id(value))
    if isinstance(value, dict):
        return all(isinstance(k, str) and _is_plain(v, inside) for k, v in value.items())
    return all(_is_plain(item, inside) for item in value)


__all__ = ("Contexts",)
