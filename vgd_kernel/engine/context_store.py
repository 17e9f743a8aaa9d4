"""Context stores: values of a node, of a flow and of the run that survive messages.

All stores are kept in memory; a store name that is not configured falls back to it, as in
Node-RED. The run's snapshot holds them.
"""

from __future__ import annotations

from typing import Any

from vgd_kernel.model import paths
from vgd_kernel.model.message import UNDEFINED

_PARENT = "$parent."


class MemoryStore:
    """Values of one scope, by property path."""

    def __init__(self, values: dict[str, Any], parent: MemoryStore | None = None) -> None:
        """Keep values in a dict.

        Args:
            values: Owned by the store from now on.
            parent: Store of the flow around a subflow instance, seen as ``$parent.``.
        """
        self.values = values
        self._parent = parent

    def get(self, path: str, store: str = "default") -> Any:
        """Return the value itself (not a copy), or UNDEFINED."""
        if path.startswith(_PARENT):
            rest = path.removeprefix(_PARENT)
            return UNDEFINED if self._parent is None else self._parent.get(rest, store)
        return paths.get(self.values, path)

    def set(self, path: str, value: Any, store: str = "default") -> None:
        """Set the value; UNDEFINED deletes it. Missing parents are made."""
        if path.startswith(_PARENT):
            if self._parent is not None:
                self._parent.set(path.removeprefix(_PARENT), value, store)
        elif value is UNDEFINED:
            paths.delete(self.values, path)
        else:
            paths.set(self.values, path, value)

    def keys(self, store: str = "default") -> list[str]:
        """Return the top-level keys."""
        return list(self.values)


__all__ = ("MemoryStore",)
