"""What ports and inputs do while there are hooks: every step of a message is told.

Without hooks none of this is on a message's way. With hooks each port's sender has other code
(`closures.routed`) that calls `Interception.send`, and each input is bound to what `receiving`
returns. The steps and their order are Node-RED's; see `vgd_kernel.model.hooks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from vgd_kernel.engine.hooks import Failed, Hooks
from vgd_kernel.engine.ports import Outgoing, Target
from vgd_kernel.engine.reports import Reports
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.model.hooks import (
    CompleteEvent,
    Destination,
    HookNode,
    ReceiveEvent,
    SendEvent,
    Source,
)
from vgd_kernel.model.message import Message, clone


class _NodeRoute:
    """What the ports of one node hand messages to."""

    __slots__ = ("_interception", "_node", "_number")

    def __init__(self, interception: Interception, node: RunningNode, number: int) -> None:
        self._interception = interception
        self._node = node
        self._number = number

    def __call__(self, msg: Message) -> None:
        self._interception.send(self._node, self._number, msg)

    def emit(self, outgoing: Iterable[Outgoing], *, clone_first: bool = False) -> None:
        self._interception.emit(self._node, outgoing, clone_first=clone_first)


class Interception:
    """Tells the hooks of a run of each message."""

    def __init__(
        self,
        nodes: Mapping[str, RunningNode],
        hooks: Hooks,
        reports: Reports,
        new_id: Callable[[], str],
    ) -> None:
        """Take what a message meets.

        Args:
            nodes: The running nodes, by id.
            hooks: Called at each step.
            reports: Takes errors of hooks and handlers.
            new_id: Makes message ids.
        """
        self._nodes = nodes
        self._hooks = hooks
        self._reports = reports
        self._new_id = new_id

    def begin(self) -> None:
        """Put itself into all ports."""
        for node in self._nodes.values():
            self.connect(node)

    def connect(self, node: RunningNode) -> None:
        """Put itself into the ports of a node."""
        for number, port in enumerate(node.ports):
            port.intercept(_NodeRoute(self, node, number))

    def end(self) -> None:
        """Leave all ports."""
        for node in self._nodes.values():
            for port in node.ports:
                port.intercept(None)

    def send(self, node: RunningNode, number: int, msg: Message) -> None:
        """Send over all wires of a port."""
        if not msg.get("_msgid"):
            msg["_msgid"] = self._new_id()
        self.emit(node, [(number, wire, msg) for wire in range(len(node.plan.wires[number]))])

    def emit(
        self, node: RunningNode, outgoing: Iterable[Outgoing], *, clone_first: bool = False
    ) -> None:
        """Send what one call of a node sends; of the messages, which have ids, the first as it is.

        Args:
            node: Who sends.
            outgoing: What goes out, in order.
            clone_first: Clone the first one as well.
        """
        source = _facts(node)
        events = [
            SendEvent(
                msg,
                Source(node.id, source, number),
                Destination(node.plan.wires[number][wire]),
                clone_message=clone_first or index > 0,
            )
            for index, (number, wire, msg) in enumerate(outgoing)
        ]
        if not events:
            return
        failed = self._failed(node)

        def route() -> None:
            for event in events:
                self._route(event, failed)

        self._hooks.trigger("onSend", events, route, failed)

    def _route(self, event: SendEvent, failed: Failed) -> None:
        def find() -> None:
            receiver = self._nodes.get(event.destination.id)
            if receiver is None:
                return
            event.destination.node = _facts(receiver)
            if event.clone_message:
                event.msg = clone(event.msg)

            def put() -> None:
                receiver.deliver(event.msg)
                self._hooks.trigger("postDeliver", event, _nothing, failed)

            self._hooks.trigger("preDeliver", event, put, failed)

        self._hooks.trigger("preRoute", event, find, failed)

    def receiving(self, node: RunningNode, target: Target) -> Target:
        """Return what the input of a node is bound to in place of its target."""
        destination, failed = _facts(node), self._failed(node)

        def handle(msg: Any) -> None:
            event = ReceiveEvent(msg, Destination(node.id, destination))

            def give() -> None:
                try:
                    target(event.msg)
                except Exception as error:  # noqa: BLE001 - the boundary of a node: it is reported
                    self._reports.error(node, error, event.msg)
                else:
                    if self._completes_itself(node):
                        self.complete(node, event.msg, None)
                self._hooks.trigger("postReceive", event, _nothing, failed)

            self._hooks.trigger("onReceive", event, give, failed)

        return handle

    def _completes_itself(self, node: RunningNode) -> bool:
        """Tell whether a node is done when its handler returns, and nothing else will say so."""
        waits = node.samples is not None and node.samples.waits
        heard = self._reports.routing.hears_completion(node.id)
        return not (waits or heard or getattr(node.plan.config, "defers_done", False))

    def complete(self, node: RunningNode, msg: Message, error: str | BaseException | None) -> None:
        """Tell that a node is done with a message, or failed on it."""
        event = CompleteEvent(msg, _facts(node), error)
        self._hooks.trigger("onComplete", event, _nothing, self._failed(node))

    def _failed(self, node: RunningNode) -> Failed:
        return lambda error: self._reports.error(node, error, None)


def _facts(node: RunningNode) -> HookNode:
    return HookNode(node.id, node.type, node.name, node.plan.container)


def _nothing() -> None:
    """Go on with nothing."""


__all__ = ("Interception",)
