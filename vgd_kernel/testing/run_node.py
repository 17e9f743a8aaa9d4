"""One node on the real engine, alone: messages in, messages out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vgd_kernel.engine import RunOptions, start
from vgd_kernel.model.context import Context
from vgd_kernel.model.errors import FlowInvalidError
from vgd_kernel.model.events import Event, LogRecord, StatusChanged
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.message import Message
from vgd_kernel.model.node import Node, NodeSpec, Receive
from vgd_kernel.model.registry import Registry, installed
from vgd_kernel.testing.clock import VirtualClock

NODE_ID = "node"
"""Id of the node under test; collectors are ``out0``, ``out1`` and so on."""


@dataclass(frozen=True, slots=True)
class NodeOutcome:
    """What a node did.

    Attributes:
        outputs: Messages per output port, in order.
        errors: Texts of errors that it raised or reported.
        statuses: Its statuses, in order.
        events: Everything else that it told.
    """

    outputs: list[list[Message]]
    errors: list[str] = field(default_factory=list)
    statuses: list[StatusChanged] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Sort in an event of the run."""
        if isinstance(event, StatusChanged):
            self.statuses.append(event)
        elif isinstance(event, LogRecord) and event.level == "error":
            self.errors.append(event.text)
        else:
            self.events.append(event)


class _Collector(Node):
    """Takes what the node under test sends."""

    spec = NodeSpec(
        type="vgd-test-collector", category="test", color="#DDDDDD", icon="debug", outputs=0
    )

    def start(self, ctx: Context) -> Receive:
        """Ignore messages; they are tapped."""

        def receive(msg: Message) -> None:
            """Take a message."""

        return receive


async def run_node(
    node: Node,
    msgs: Iterable[Message],
    *,
    advance_s: float = 0.0,
    timeout_s: float = 10.0,
    options: RunOptions | None = None,
    beside: Iterable[Mapping[str, Any]] = (),
) -> NodeOutcome:
    """Run a node alone, on virtual time, and return what it did.

    Args:
        node: The node under test; its id is ``node``, its tab ``tab``.
        msgs: Messages for its input, handed in one after the other.
        advance_s: How far the clock is moved after the last message.
        timeout_s: Longest real wait for work that is no timer (tasks, threads).
        options: How to run it; its clock is replaced unless it is a `VirtualClock`.
        beside: Further entries of the flow (config nodes, the tab with its environment).

    Raises:
        FlowInvalidError: The node's config is bad or it did not start.
        TimeoutError: It was still at work after ``timeout_s``.
    """
    options = options or RunOptions()
    clock = options.clock if isinstance(options.clock, VirtualClock) else VirtualClock()
    raw = node.to_raw()
    count = node.spec.count_outputs(raw)
    collectors = [f"out{port}" for port in range(count)]
    entry = {"id": NODE_ID, "z": "tab", **raw, "wires": [[id] for id in collectors]}
    ends = [{"id": id, "type": _Collector.spec.type, "z": "tab", "wires": []} for id in collectors]
    registry = Registry({**installed().classes, node.spec.type: type(node)})
    registry.add(_Collector, replace=True)
    run = await start(
        FlowDocument([*beside, entry, *ends]), registry, replace(options, clock=clock)
    )
    outcome = NodeOutcome([[] for _ in collectors])
    run.observe(outcome.take)
    try:
        if run.problems:
            raise FlowInvalidError(run.problems)
        for id, messages in zip(collectors, outcome.outputs, strict=True):
            run.tap(id, messages.append)
        for msg in msgs:
            run.send(NODE_ID, msg)
            await clock.settle()
        await clock.advance(advance_s)
        if clock.next_s is None and not await run.idle(timeout_s):
            raise TimeoutError(
                f"{node.spec.type} was still at work after {timeout_s:g} s; expected it to end. "
                "Give a longer timeout_s, or spawn endless work with source=True."
            )
    finally:
        await run.stop()
    return outcome


__all__ = ("NODE_ID", "NodeOutcome", "run_node")
