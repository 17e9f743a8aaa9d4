"""What keeps the values of one named context store beyond a run: files, a database.

A named store is always memory first: nodes read and write plain dicts without waiting, and the
backend writes what changed later, off the hot path. So every store can be used by synchronous
nodes, and a slow disk makes no node slow. Without a backend a store is memory alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

ScopeId = str
"""Node-RED's name of a scope: ``global``, the id of a flow, or ``NODE:FLOW``.

The flow is a tab or a subflow instance, the node that of the document (inside of a subflow: of its
definition), so that what Node-RED keeps is found here and the reverse.
"""


class ContextBackend(Protocol):
    """Keeps one named store. All calls on the loop of the run that uses it.

    Attributes:
        values: Scope to its values by top-level key; what is kept when the run starts, shared
            with the run from then on. The backend reads it when it writes.
        refresh: Brings a scope of `values` up to date before it is used, where others write to
            the same place; None when nobody does.
    """

    values: dict[ScopeId, dict[Any, Any]]

    @property
    def refresh(self) -> Callable[[ScopeId], None] | None:
        """See the attributes."""

    def changed(self, scope: ScopeId, key: Any) -> None:
        """Take note that the run set or deleted a top-level key of a scope."""

    def removed(self, scope: ScopeId) -> None:
        """Take note that the run took a whole scope out of `values`."""

    async def flush(self) -> None:
        """Write all that changed so far."""


__all__ = ("ContextBackend", "ScopeId")
