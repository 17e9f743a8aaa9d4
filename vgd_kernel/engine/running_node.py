"""A node of a run: its plan, its compiled input and outputs, its counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vgd_kernel.engine.compile import NodePlan
from vgd_kernel.engine.ports import Inbox, Port, Target
from vgd_kernel.engine.sampling import Samples
from vgd_kernel.engine.scheduler import Scheduler
from vgd_kernel.model.message import Message

Tap = Callable[[Message], None]

Nodes = Mapping[str, "RunningNode"]
"""Running nodes by id."""


class RunningNode:
    """A node of a run; it stays the same object, with the same input, when it is restarted."""

    __slots__ = (
        "deliver", "errors", "extra", "fire", "handler", "id", "inbox", "plan", "ports",
        "samples", "taps", "target",
    )  # fmt: skip

    def __init__(self, plan: NodePlan, inbox: Inbox) -> None:
        """Take a plan and the input made for it; it has no ports yet.

        ``deliver`` queues an item for it. In a new node ``errors`` and ``extra`` (messages that
        came over no present wire) are 0; ``handler``, what its ``start`` returned, and ``target``,
        what that is wrapped in, are None until it has started; ``fire`` takes timers that are due;
        ``samples`` is None until something of it was measured.
        """
        self.plan = plan
        self.id = plan.id
        self.inbox = inbox
        self.deliver = inbox.deliver
        self.ports: tuple[Port, ...] = ()
        self.errors = 0
        self.extra = 0
        self.handler: Target | None = None
        self.target: Target | None = None
        self.fire: Inbox | None = None
        self.taps: tuple[Tap, ...] = ()
        self.samples: Samples | None = None

    @property
    def type(self) -> str:
        """Type of the node."""
        return self.plan.type

    @property
    def name(self) -> str:
        """Name of the node, may be empty."""
        return self.plan.name

    @property
    def group(self) -> str:
        """Id of the innermost group around it, may be empty."""
        return self.plan.group

    def connect(self, nodes: Nodes, scheduler: Scheduler) -> None:
        """Compile the output ports; in a restarted node new ones, which go on counting."""
        counts = [port.sent for port in self.ports]
        counts += [0] * (len(self.plan.wires) - len(counts))
        self.ports = tuple(
            scheduler.port(tuple(nodes[id].inbox for id in wires), count)
            for wires, count in zip(self.plan.wires, counts, strict=False)
        )

    def disconnect(self, nodes: Nodes) -> None:
        """Drop what it sends from now on; those it was wired to keep their counts."""
        self._rewire(nodes, (), nodes)

    def rewire(self, plan: NodePlan, before: Nodes, nodes: Nodes) -> None:
        """Take a plan with other wires while it goes on.

        Args:
            plan: The plan; ports that the node did not start with are left out.
            before: The running nodes of the present plan, by id.
            nodes: Those of the new plan.
        """
        self._rewire(before, plan.wires, nodes)
        self.plan = plan

    def _rewire(self, before: Nodes, wires: tuple[tuple[str, ...], ...], nodes: Nodes) -> None:
        for index, port in enumerate(self.ports):
            for id in self.plan.wires[index] if index < len(self.plan.wires) else ():
                if id in before:
                    before[id].extra += port.sent_since_wired
            port.wire(tuple(nodes[id].inbox for id in wires[index]) if index < len(wires) else ())

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


__all__ = ("Nodes", "RunningNode", "Tap")
