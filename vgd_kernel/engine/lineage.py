"""From which message and node a message comes.

A message keeps its ``_msgid`` while nodes hand it on, so a hop tells nothing new and costs
nothing here. Only where a node makes a new id (split, a function that returns a new message, a
source) the id is noted with the node and the message that it was handling: some 0.3 us, in a
bounded ring. Which nodes a message passed with one id, a recording tells (`Recording.path`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from vgd_kernel.engine.ports import Target
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.model.message import Message

handling: ContextVar[tuple[RunningNode, Message] | None] = ContextVar("handling", default=None)
"""What an asynchronous handler handles, in its task."""


@dataclass(frozen=True, slots=True)
class Ancestor:
    """Where one message id comes from.

    Attributes:
        msgid: The id.
        node: Id of the node that made it; empty when it came from outside.
        parent: Id of the message that the node was handling; empty when it was handling none.
    """

    msgid: str
    node: str
    parent: str


class Lineage:
    """Notes who makes message ids in a run."""

    def __init__(
        self,
        next_id: Callable[[], str],
        size: int,
        current: Callable[[], tuple[Target, Any] | None],
        owner: Callable[[Target], RunningNode | None],
    ) -> None:
        """Note the newest ids.

        Args:
            next_id: Makes ids.
            size: How many are remembered.
            current: Returns what the queue is handling.
            owner: Finds the node that a target belongs to.
        """
        self._next_id = next_id
        self._current = current
        self._owner = owner
        self._made: deque[tuple[str, RunningNode | None, str]] = deque(maxlen=size)

    def new_id(self) -> str:
        """Return a fresh id, and note where it comes from."""
        id = self._next_id()
        current = self._current()
        if current is not None:
            target, item = current
            node = self._owner(target)
            parent = item.get("_msgid", "") if isinstance(item, dict) else ""
        else:
            node, msg = handling.get() or (None, {})
            parent = msg.get("_msgid", "")
        self._made.append((id, node, parent))
        return id

    def of(self, msgid: str) -> tuple[Ancestor, ...]:
        """Return where an id comes from: itself, its parent, and so on to what came from outside.

        It ends where the ring has forgotten.
        """
        made = {id: (node, parent) for id, node, parent in self._made}
        found: list[Ancestor] = []
        while msgid and all(msgid != ancestor.msgid for ancestor in found):
            node, parent = made.get(msgid, (None, ""))
            found.append(Ancestor(msgid, node.id if node is not None else "", parent))
            msgid = parent
        return tuple(found)


__all__ = ("Ancestor", "Lineage", "handling")
