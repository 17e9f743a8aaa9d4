"""Calls of link in nodes: finding the node, and the way back to who called.

Source: Node-RED, ``linkcallTargets`` in ``nodes/index.js``: a target is an id; or, when it is
chosen while the flow runs, the name of a link in node of the same tab, else of one outside of
subflows, when there is exactly one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vgd_kernel.engine.compile import Plan
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.model.errors import UnknownNodeError
from vgd_kernel.model.message import Message

LINK_IN = "link in"
"""Type of the nodes that can be called."""

Answer = Callable[[str, Message], None]
"""``(id of the call, message)``: takes a message that came back."""


class Links:
    """The link in nodes of a run, and who waits for messages to come back."""

    def __init__(self, plan: Plan, nodes: Mapping[str, RunningNode]) -> None:
        """Note the link in nodes by name."""
        self._answers: dict[str, Answer] = {}
        self.update(plan, nodes)

    def update(self, plan: Plan, nodes: Mapping[str, RunningNode]) -> None:
        """Note the link in nodes of another plan; nodes that wait for answers still do."""
        self._nodes = nodes
        self._containers = plan.flow.containers
        self._named: dict[str, list[RunningNode]] = {}
        self._answers = {id: answer for id, answer in self._answers.items() if id in nodes}
        for node in nodes.values():
            if node.type == LINK_IN:
                self._named.setdefault(node.name or node.id, []).append(node)

    def find(self, target: Any, container: str, *, by_name: bool) -> RunningNode:
        """Return the link in node that a call means.

        Args:
            target: Id or name.
            container: Tab or subflow instance of who calls.
            by_name: The target may be a name.

        Raises:
            UnknownNodeError: There is none, or several have the name.
        """
        node = self._nodes.get(target) if isinstance(target, str) else None
        if node is None and by_name and isinstance(target, str):
            node = self._by_name(target, container)
        if node is None or node.type != LINK_IN or node.target is None:
            shown = "" if target is None else target
            raise UnknownNodeError(f"target link-in node '{shown}' not found")
        return node

    def _by_name(self, name: str, container: str) -> RunningNode | None:
        found = self._named.get(name, [])
        near = [node for node in found if node.plan.container == container]
        if len(near) == 1:
            return near[0]
        outside = [node for node in found if not self._in_subflow(node)]
        if len(outside) > 1:
            raise UnknownNodeError(f"Multiple link-in nodes named '{name}' found")
        return outside[0] if outside else None

    def _in_subflow(self, node: RunningNode) -> bool:
        container = self._containers.get(node.plan.container)
        return container is not None and container.parent is not None

    def register(self, caller: str, answer: Answer) -> None:
        """Note who takes the messages that come back to a node."""
        self._answers[caller] = answer

    def give_back(self, caller: str, call: str, msg: Message) -> bool:
        """Hand a message back to the node that called; False when there is no such node."""
        answer = self._answers.get(caller)
        if answer is None:
            return False
        answer(call, msg)
        return True


__all__ = ("LINK_IN", "Answer", "Links")
