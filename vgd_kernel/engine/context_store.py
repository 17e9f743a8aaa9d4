"""Context stores: values of a node, of a flow and of the run that survive messages.

A `NamedStore` holds the values of all scopes under one store name; a `ScopeStore` is one scope
through all named stores, as a node sees it. Values are handed out and taken by reference, as in
Node-RED. Source: Node-RED, ``runtime/lib/nodes/context``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from vgd_kernel.model import paths
from vgd_kernel.model.context import DEFAULT_STORE
from vgd_kernel.model.context_backend import ContextBackend, ScopeId
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.message import UNDEFINED
from vgd_kernel.model.typed import split_store

_PARENT = "$parent."

_parsed = lru_cache(maxsize=4096)(paths.parse)
"""Code of authors gives paths as text again and again."""


class NamedStore:
    """The values of all scopes under one store name.

    Attributes:
        name: Its name.
        backend: What keeps it beyond the run; None: nothing does.
        values: Scope to values; a scope is there from its first `set` on.
        on_set: Called with scope and top-level key after a value was set or deleted.
        on_got: Called with scope and top-level key when a container is handed out, which its
            receiver may change without setting it.
    """

    __slots__ = ("_refresh", "backend", "name", "on_got", "on_set", "values")

    def __init__(self, name: str, backend: ContextBackend | None = None) -> None:
        """Start with what the backend keeps."""
        self.name = name
        self.backend = backend
        self.values: dict[ScopeId, dict[Any, Any]] = {} if backend is None else backend.values
        self.on_set: Callable[[ScopeId, Any], None] | None = None
        self.on_got: Callable[[ScopeId, Any], None] | None = None
        self._refresh: Callable[[ScopeId], None] | None = None
        if backend is not None:
            self.on_set = backend.changed
            self._refresh = backend.refresh

    def get(self, scope: ScopeId, path: str) -> Any:
        """Return the value itself (not a copy), or UNDEFINED."""
        if self._refresh is not None:
            self._refresh(scope)
        values = self.values.get(scope)
        if values is None:
            return UNDEFINED
        keys = _parsed(path)
        found = values.get(keys[0], UNDEFINED) if len(keys) == 1 else paths.get(values, keys)
        if self.on_got is not None and isinstance(found, (dict, list)):
            self.on_got(scope, keys[0])
        return found

    def set(self, scope: ScopeId, path: str, value: Any) -> None:
        """Set the value; UNDEFINED deletes it. Missing parents are made."""
        keys = _parsed(path)
        if self._refresh is not None:
            self._refresh(scope)
        values = self.values.get(scope)
        if values is None:
            values = self.values[scope] = {}
        if value is UNDEFINED:
            paths.delete(values, keys)
        elif len(keys) == 1 and type(keys[0]) is str:
            values[keys[0]] = value
        else:
            paths.set(values, keys, value)
        if self.on_set is not None:
            self.on_set(scope, keys[0])

    def keys(self, scope: ScopeId) -> list[str]:
        """Return the top-level keys."""
        if self._refresh is not None:
            self._refresh(scope)
        return list(self.values.get(scope, ()))

    def remove(self, scope: ScopeId) -> None:
        """Forget a scope; harmless when it is not there."""
        gone = self.values.pop(scope, {})
        if self.backend is not None:
            self.backend.removed(scope)
        elif self.on_set is not None:
            for key in gone:
                self.on_set(scope, key)


class ScopeStore:
    """One scope through all named stores: what a node gets as its context store."""

    __slots__ = ("__weakref__", "_default", "_find", "_parent", "_scope", "_seed", "stores")

    def __init__(
        self,
        scope: ScopeId,
        find: Callable[[str], NamedStore],
        *,
        parent: ScopeStore | None = None,
        seed: Mapping[str, Any] | None = None,
        stores: Sequence[str] = (DEFAULT_STORE,),
    ) -> None:
        """Bind a scope.

        Args:
            scope: Its id.
            find: Gives the store of a name, the default one for names that are not known.
            parent: The scope around it, seen as ``$parent.``.
            seed: Values that show through where no store has one; never written.
            stores: Names of the configured stores, the default one first.
        """
        self._scope = scope
        self._find = find
        self._default = find(DEFAULT_STORE)
        self._parent = parent
        self._seed = seed
        self.stores = stores

    @property
    def seed(self) -> Mapping[str, Any]:
        """Values that show through where no store has one."""
        return self._seed or {}

    def _place(self, path: str, store: str) -> tuple[ScopeStore | None, str, str]:
        """Return whose value a path with a prefix means (None: nobody's), its path and store."""
        path, store = _outside(path, store)
        if path.startswith(_PARENT) or path == "$parent":
            rest = path[len(_PARENT) :]
            return self._parent if rest else None, rest, store
        return self, path, store

    def get(self, path: str, store: str = DEFAULT_STORE) -> Any:
        """Return the value itself (not a copy), or UNDEFINED.

        Raises:
            ExpressionError: No path.
        """
        if type(path) is not str or not path:
            raise _bad_key(path)
        if path[0] in "#$":
            place, path, store = self._place(path, store)
            if place is not self:
                return UNDEFINED if place is None else place.get(path, store)
        used = self._default if store == DEFAULT_STORE else self._find(store)
        found = used.get(self._scope, path)
        if found is UNDEFINED and self._seed is not None:
            return paths.get(self._seed, _parsed(path))
        return found

    def set(self, path: str, value: Any, store: str = DEFAULT_STORE) -> None:
        """Set the value; UNDEFINED deletes it. Missing parents are made.

        Raises:
            ExpressionError: No path.
        """
        if type(path) is not str or not path:
            raise _bad_key(path)
        if path[0] in "#$":
            place, path, store = self._place(path, store)
            if place is not self:
                if place is not None:
                    place.set(path, value, store)
                return
        used = self._default if store == DEFAULT_STORE else self._find(store)
        used.set(self._scope, path, value)

    def keys(self, store: str = DEFAULT_STORE) -> list[str]:
        """Return the top-level keys, those of the seed first."""
        found = self._find(store).keys(self._scope)
        if self._seed is None:
            return found
        return list(dict.fromkeys((*self._seed, *(key for key in found if key not in _METHODS))))


_METHODS = frozenset({"get", "set", "keys"})
"""Keys of the global context that Node-RED does not list: they were its methods once."""


def _outside(path: str, store: str) -> tuple[str, str]:
    """Return path and store of a key that may begin with ``#:(store)::``; a given store wins."""
    named, path = split_store(path)
    if not path:
        raise _bad_key(path)
    return path, named if store == DEFAULT_STORE else store


def _bad_key(key: Any) -> ExpressionError:
    return ExpressionError(
        f"Invalid context key {key!r}: expected a property path such as count or last.value. "
        "Give a text that is not empty."
    )


__all__ = ("NamedStore", "ScopeStore")
