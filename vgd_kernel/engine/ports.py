"""Inputs and outputs of nodes, compiled: closures over cells that can be rebound.

All ports to a node share one closure cell that holds its target. `Inbox.bind` rebinds the
cell, so a tap costs nothing while there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CellType
from typing import Any

from vgd_kernel.engine.closures import deliver, forward, one_wire, with_cells
from vgd_kernel.model.message import Message

Target = Callable[[Any], Any]
"""What takes one item from the queue."""


class Inbox:
    """The input of a node, compiled. ``deliver`` queues one item for the node."""

    __slots__ = ("_cell", "_queue", "deliver")

    def __init__(self, queue: list[Any], extend: CellType) -> None:
        """Make an input of a queue; ``extend`` holds what adds a pair to it."""
        self._queue = queue
        self._cell = CellType(self._drop)
        self.deliver: Callable[[Any], None] = with_cells(deliver, extend=extend, target=self._cell)

    @property
    def target(self) -> Target:
        """What takes the items."""
        target: Target = self._cell.cell_contents
        return target

    def bind(self, target: Target) -> None:
        """Set the target; items that are queued already go to the new one too."""
        queue, old = self._queue, self._cell.cell_contents
        for index in range(0, len(queue), 2):
            if queue[index] is old:
                queue[index] = target
        self._cell.cell_contents = target

    def _drop(self, item: Any) -> None:
        """Take items until there is a target; a method, so that each inbox has its own."""

    def port(self, **shared: CellType) -> Port:
        """Return a port with one wire, to here; ``shared`` are the scheduler's cells."""
        count = CellType(0)
        return Port(with_cells(one_wire, count=count, target=self._cell, **shared), count, (self,))

    def forward(self, port: Port, extend: CellType) -> Callable[[Message], None]:
        """Return a sender that gives no ids, for a port with one wire, to here."""
        return with_cells(forward, count=port.count, extend=extend, target=self._cell)


class Port:
    """One output of a node, compiled.

    ``send`` hands a message to all wires: itself to the first, clones to the rest. ``inboxes``
    is where the wires end, in order; ``count`` is the cell that it counts in.
    """

    __slots__ = ("count", "inboxes", "send")

    def __init__(
        self, send: Callable[[Message], None], count: CellType, inboxes: tuple[Inbox, ...]
    ) -> None:
        """Take a sender and the cell in which it counts."""
        self.send = send
        self.count = count
        self.inboxes = inboxes

    @property
    def sent(self) -> int:
        """How many messages went out."""
        count: int = self.count.cell_contents
        return count

    def add(self, more: int) -> None:
        """Count messages that went out by `Inbox.deliver`."""
        self.count.cell_contents += more


__all__ = ("Inbox", "Port", "Target")
