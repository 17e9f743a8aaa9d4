"""All values of a run that survive messages: context stores and node states.

What happens to them when the flow changes is Node-RED's: `clean` drops what belongs to nodes and
flows that are gone, in every store; `forget_node` drops what a node that ends had in memory.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

from vgd_kernel.engine.context_store import NamedStore, ScopeStore
from vgd_kernel.engine.snapshot import fingerprint, make_snapshot
from vgd_kernel.model.context import DEFAULT_STORE, Scope
from vgd_kernel.model.context_backend import ContextBackend, ScopeId
from vgd_kernel.model.expand import Expanded
from vgd_kernel.model.message import UNDEFINED, clone_value

logger = logging.getLogger(__name__)

GLOBAL: ScopeId = "global"

MEMORY = "memory"
"""Name of the only store where none are configured; Node-RED's name of it."""

Warn = Callable[[str], None]


class Contexts:
    """The stores of a run.

    Attributes:
        states: Node id to its state.
        stores: The named stores, in the order of their configuration.
        default: Name of the one that is used where none is named.
    """

    def __init__(
        self,
        flow: Expanded,
        global_values: Mapping[str, Any],
        snapshot: Mapping[str, Any] | None,
        *,
        backends: Mapping[str, ContextBackend | None] | None = None,
        default: str = "",
        warn: Warn = logger.warning,
    ) -> None:
        """Start from given values.

        Args:
            flow: Tells which container stands in which.
            global_values: What shows through in the global context where nothing is set.
            snapshot: Result of `snapshot` to go on from.
            backends: Store names to what keeps them (None: memory alone); one store in memory
                when absent.
            default: Name of the default store; the first one when empty.
            warn: Tells what an author should know.
        """
        kept = clone_value(dict(snapshot or {}))
        backends = backends or {MEMORY: None}
        self.stores = {name: NamedStore(name, backend) for name, backend in backends.items()}
        self.default = default or next(iter(self.stores))
        self._flow = flow
        entries = kept.get("entries", {})
        self.states: dict[str, dict[str, Any]] = {
            id: state
            for id, state in kept.get("states", {}).items()
            if id not in entries or entries[id] == self.fingerprint(id)
        }
        known = set(self._known_scopes()) if kept else set()
        for name, scopes in kept.get("contexts", {}).items():
            store = self.stores.get(name, self.stores[self.default])
            store.values.update({id: values for id, values in scopes.items() if id in known})
        self._configured = backends != {MEMORY: None}
        self._seed = dict(global_values)
        self._warn = warn
        self._unknown: set[str] = set()
        self._scopes: dict[ScopeId, ScopeStore] = {}

    # what nodes use

    def state(self, id: str) -> MutableMapping[str, Any]:
        """Return the state of a node."""
        return self.states.setdefault(id, {})

    def store(self, scope: Scope, id: str, container: str) -> ScopeStore:
        """Return the store that a node sees under a scope.

        Args:
            scope: The scope.
            id: Id of the node.
            container: Id of the tab or subflow instance that it stands in, may be empty.
        """
        if scope == "global":
            return self._scope(GLOBAL)
        if scope == "flow":
            return self._flow_scope(container)
        return self._scope(self.node_scope(id, container))

    def find(self, name: str) -> NamedStore:
        """Return a store by name; the default one, with a warning, when there is none."""
        found = self.stores.get(name)
        if found is None:
            found = self.stores[self.default]
            if name not in (DEFAULT_STORE, "_", *self._unknown):
                self._unknown.add(name)
                known = ", ".join(self.stores)
                self._warn(
                    f'unknown context store "{name}": the default store "{self.default}" is used '
                    f"in its place. Configure it, or use one of: {known}."
                )
        return found

    def node_scope(self, id: str, container: str) -> ScopeId:
        """Return the id of a node's scope; in a subflow that of its definition counts."""
        around = self._flow.containers.get(container)
        inside = around is not None and around.parent is not None
        own = id.removeprefix(f"{container}-") if inside else id
        return f"{own}:{container}" if container else own

    def _flow_scope(self, id: str) -> ScopeStore:
        container = self._flow.containers.get(id)
        around = container.parent if container is not None else None
        parent = self._scope(GLOBAL) if around is None else self._flow_scope(around)
        return self._scope(id, parent)

    def _scope(self, scope: ScopeId, parent: ScopeStore | None = None) -> ScopeStore:
        found = self._scopes.get(scope)
        if found is None:
            seed = self._seed if scope == GLOBAL else None
            names = (self.default, *(name for name in self.stores if name != self.default))
            found = self._scopes[scope] = ScopeStore(
                scope, self.find, parent=parent, seed=seed, stores=names
            )
        return found

    # what changes of the flow do

    def forget_node(self, id: str, container: str) -> None:
        """Drop the state of a node that ends, and its context when that is in memory alone.

        To be called for every node that a deployment stops, whether it starts again or not. With
        configured stores its context stays, as in Node-RED.
        """
        self.states.pop(id, None)
        if not self._configured:
            scope = self.node_scope(id, container)
            self.stores[self.default].remove(scope)

    def clean(self, flow: Expanded) -> None:
        """Go over to a changed flow: drop the contexts and states of all that it has no more.

        Nodes that are disabled are still there. To be called once, after nodes were stopped and
        before others start.
        """
        self._flow = flow
        known = set(self._known_scopes())
        for store in self.stores.values():
            for scope in tuple(store.values):
                if scope not in known:
                    store.remove(scope)
        for id in tuple(self.states):
            if id not in flow.nodes:
                del self.states[id]
        for scope in tuple(self._scopes):
            if scope != GLOBAL:
                del self._scopes[scope]

    def _known_scopes(self) -> Iterator[ScopeId]:
        yield GLOBAL
        yield from self._flow.containers
        for id, entry in self._flow.nodes.items():
            container = str(entry.get("z") or "")
            yield container
            yield self.node_scope(id, container)

    def fingerprint(self, id: str) -> str:
        """Return what tells whether a node was changed; empty when there is no such node."""
        entry = self._flow.nodes.get(id)
        return "" if entry is None else fingerprint(entry)

    # what people look at

    def read(self, scope: ScopeId, store: str = DEFAULT_STORE) -> dict[str, Any]:
        """Return the values of a scope by top-level key, as they are (not copies)."""
        seen = self._scope(scope).keys(store)
        found = {
            **(self._seed if scope == GLOBAL else {}),
            **self.find(store).values.get(scope, {}),
        }
        return {key: found[key] for key in seen}

    def delete(self, scope: ScopeId, path: str, store: str = DEFAULT_STORE) -> None:
        """Delete one value.

        Raises:
            ExpressionError: The path is wrong.
        """
        self._scope(scope).set(path, UNDEFINED, store)

    def snapshot(self) -> dict[str, Any]:
        """Return a copy of all values that are plain data; others are named in the log.

        Stores that a backend keeps are left out.
        """
        memory = {name: s.values for name, s in self.stores.items() if s.backend is None}
        entries = {id: self.fingerprint(id) for id, state in self.states.items() if state}
        return make_snapshot(self.states, entries, memory)

    async def flush(self) -> None:
        """Write what changed to the backends."""
        for store in self.stores.values():
            if store.backend is not None:
                await store.backend.flush()


__all__ = ("GLOBAL", "MEMORY", "Contexts")
