"""Inputs and outputs of nodes, compiled: closures over cells that can be rebound.

All ports to a node share one closure cell that holds its target. `Inbox.bind` rebinds the
cell, so a tap costs nothing while there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import CellType, FunctionType
from typing import Any, Protocol

from vgd_kernel.engine.closures import (
    become,
    deliver,
    drop,
    forward,
    many_wires,
    one_wire,
    routed,
    several_wires,
    with_cells,
)
from vgd_kernel.model.message import Message

Target = Callable[[Any], Any]
"""What takes one item from the queue."""

MANY = 3
"""From so many clones on it is cheaper to look through a message once (`model.copies`)."""


Outgoing = tuple[int, int, Message]
"""Number of a port, number of one of its wires, and what is sent there."""


class Route(Protocol):
    """Takes what a port sends, in place of its wires."""

    def __call__(self, msg: Message) -> None:
        """Take a message that the port has counted."""

    def emit(self, outgoing: Iterable[Outgoing], *, clone_first: bool = False) -> None:
        """Take what one call of the node sends over all of its ports."""


class Inbox:
    """The input of a node, compiled. ``deliver`` queues one item for the node.

    ``cell`` holds what takes the items; all ports with one wire, to here, share it.
    """

    __slots__ = ("_queue", "cell", "deliver")

    def __init__(self, queue: list[Any], extend: CellType) -> None:
        """Make an input of a queue; ``extend`` holds what adds a pair to it."""
        self._queue = queue
        self.cell = CellType(self._drop)
        self.deliver: Callable[[Any], None] = with_cells(deliver, extend=extend, target=self.cell)

    @property
    def target(self) -> Target:
        """What takes the items."""
        target: Target = self.cell.cell_contents
        return target

    def bind(self, target: Target) -> None:
        """Set the target; items that are queued already go to the new one too."""
        queue, old = self._queue, self.cell.cell_contents
        for index in range(0, len(queue), 2):
            if queue[index] is old:
                queue[index] = target
        self.cell.cell_contents = target

    def release(self) -> Target:
        """Drop items from now on; return what took them (`Scheduler.discard` takes it)."""
        old = self.target
        self.cell.cell_contents = self._drop
        return old

    def _drop(self, item: Any) -> None:
        """Take items until there is a target; a method, so that each inbox has its own."""


class Port:
    """One output of a node, compiled.

    ``send`` hands a message to all wires: itself to the first, clones to the rest; it stays the
    same function when the port is wired anew. ``inboxes`` is where the wires end, in order.
    ``route`` takes the messages in place of the wires while it is set (`intercept`).
    """

    __slots__ = (
        "_count", "_first", "_others", "_target", "_unrouted", "_wired_at", "inboxes", "route",
        "send",
    )  # fmt: skip

    def __init__(self, inboxes: tuple[Inbox, ...], sent: int, **shared: CellType) -> None:
        """Make a port.

        Args:
            inboxes: Where its wires end.
            sent: Count to start from.
            shared: The cells ``extend`` and ``new_id`` of the scheduler.
        """
        self._count = CellType(sent)
        self._target = inboxes[0].cell if inboxes else CellType()
        self._first, self._others = CellType(), CellType(())
        self.route: Route | None = None
        self.send = with_cells(
            drop,
            count=self._count,
            target=self._target,
            first=self._first,
            others=self._others,
            **shared,
        )
        self.wire(inboxes)

    @property
    def sent(self) -> int:
        """How many messages went out."""
        count: int = self._count.cell_contents
        return count

    @property
    def sent_since_wired(self) -> int:
        """How many messages went out over the present wires."""
        return self.sent - self._wired_at

    def add(self, more: int) -> None:
        """Count messages that went out by `Inbox.deliver`."""
        self._count.cell_contents += more

    def wire(self, inboxes: tuple[Inbox, ...]) -> None:
        """Set where the wires end."""
        self.inboxes = inboxes
        self._wired_at = self.sent
        if not inboxes:
            self._become(drop)
        elif len(inboxes) == 1 and inboxes[0].cell is self._target:
            self._become(one_wire)
        else:
            first, *others = (inbox.deliver for inbox in inboxes)
            self._first.cell_contents = first
            self._others.cell_contents = tuple(others)
            self._become(several_wires if len(others) < MANY else many_wires)

    def intercept(self, route: Route | None) -> None:
        """Hand every message to a function, once it is counted; None: to the wires again."""
        self.route = route
        self._become(self._unrouted)

    def _become(self, template: FunctionType) -> None:
        self._unrouted = template
        if self.route is None:
            become(self.send, template)
        else:
            become(self.send, routed, self.route)

    def pass_on(self) -> Target:
        """Return the target of a node that only passes on: its messages have ids already."""
        if len(self.inboxes) == 1 and self.inboxes[0].cell is self._target:
            self._become(forward)
        return self.send


__all__ = ("Inbox", "Outgoing", "Port", "Route", "Target")
