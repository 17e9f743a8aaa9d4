"""A node of a run: its plan, its compiled input and outputs, its counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vgd_kernel.engine.compile import NodePlan
from vgd_kernel.engine.ports import Inbox, Port, Target
from vgd_kernel.engine.sampling import Samples
from vgd_kernel.engine.scheduler import Scheduler
from vgd_kernel.model.message import Message

Tap = Callable[[Message], None]


class RunningNode:
    """A node of a run."""

    __slots__ = (
        "deliver", "errors", "extra", "fire", "group", "id", "inbox", "name", "plan", "ports",
        "samples", "taps", "target", "type",
    )  # fmt: skip

    def __init__(self, plan: NodePlan, inbox: Inbox) -> None:
        """Take a plan and the input made for it; it has no ports yet.

        ``deliver`` queues an item for it. In a new node ``errors`` and ``extra`` (messages that
        came over no wire) are 0, ``target`` is None until it has started, ``fire`` takes timers
        that are due; ``samples`` is None until something of it was measured.
        """
        self.plan = plan
        self.id = plan.id
        self.type = plan.type
        self.name = plan.name
        self.group = plan.group
        self.inbox = inbox
        self.deliver = inbox.deliver
        self.ports: tuple[Port, ...] = ()
        self.errors = 0
        self.extra = 0
        self.target: Target | None = None
        self.fire: Inbox | None = None
        self.taps: tuple[Tap, ...] = ()
        self.samples: Samples | None = None

    def connect(self, nodes: dict[str, RunningNode], scheduler: Scheduler) -> None:
        """Compile the output ports."""
        self.ports = tuple(
            scheduler.port(tuple(nodes[id].inbox for id in wires)) for wires in self.plan.wires
        )

    def receive(self, item: Any) -> None:
        """Take a message that came over no wire."""
        self.extra += 1
        self.deliver(item)

    def measured(self) -> Samples:
        """Return its samples, made when there are none."""
        if self.samples is None:
            self.samples = Samples()
        return self.samples

    def source(self) -> dict[str, Any]:
        """Return what tells who this is in messages of errors, statuses and completions.

        An empty name is left out, as in Node-RED, but for classes that set ``shows_empty_name``.
        """
        shown = self.name or getattr(self.plan.config, "shows_empty_name", False)
        named = {"name": self.name} if shown else {}
        return {"id": self.id, "type": self.type, **named}

    def __str__(self) -> str:
        """Return the node as error texts name it."""
        return f'node "{self.name or self.id}" ({self.type})'


__all__ = ("RunningNode", "Tap")
