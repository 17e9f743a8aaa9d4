"""Who hears of errors, status changes and completions: Node-RED's scopes.

A catch, status or complete node hears the nodes of its own tab (or subflow instance): all of
them, those that it names, or those of its group and of groups within. The nearest group comes
first; an ``uncaught`` catch hears only what no other took. What nobody took inside a subflow
instance goes to the flow around it, reported by the instance. Source: Node-RED, ``handleError``,
``handleStatus`` and ``handleComplete`` in ``flows/Flow.js`` and ``flows/Subflow.js``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vgd_kernel.engine.compile import Plan
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.model.message import Message, clone

MOST_CATCHES = 10
"""How often one message may come back to the node that failed on it; Node-RED's number."""


@dataclass(frozen=True, slots=True)
class _Listener:
    node: RunningNode
    scope: Any
    uncaught: bool

    @property
    def order(self) -> tuple[bool, bool]:
        """Those with a scope first, uncaught ones last."""
        return (self.scope is None, self.uncaught and self.scope is None)


class Routing:
    """The listeners of a run."""

    def __init__(
        self, plan: Plan, nodes: Mapping[str, RunningNode], new_id: Callable[[], str]
    ) -> None:
        """Find the listeners among the running nodes of a plan; ``new_id`` makes message ids."""
        self._new_id = new_id
        self._flow = plan.flow
        self._nodes = nodes
        self._catches: dict[str, list[_Listener]] = {}
        self._statuses: dict[str, list[_Listener]] = {}
        self._completes: dict[str, list[RunningNode]] = {}
        for node in nodes.values():
            config = node.plan.config
            hears = type(config).spec.hears if config is not None else ""
            if not hears:
                continue
            scope = getattr(config, "scope", None)
            if hears in ("status", "complete"):
                scope = _without_wired(scope, node)
            listener = _Listener(node, scope, bool(getattr(config, "uncaught", False)))
            if hears == "error":
                self._catches.setdefault(node.plan.container, []).append(listener)
            elif hears == "status":
                self._statuses.setdefault(node.plan.container, []).append(listener)
            elif hears == "complete":
                for id in scope if isinstance(scope, (list, tuple)) else ():
                    if _completes_beside(nodes.get(id), node):
                        self._completes.setdefault(id, []).append(node)
        for listeners in self._catches.values():
            listeners.sort(key=lambda listener: listener.order)

    @property
    def completing(self) -> frozenset[str]:
        """Ids of the nodes that complete nodes listen to."""
        return frozenset(self._completes)

    def hears_completion(self, id: str) -> bool:
        """Tell whether a complete node listens to a node."""
        return id in self._completes

    def complete(self, node: RunningNode, msg: Message) -> None:
        """Tell the complete nodes that a message is handled."""
        for listener in self._completes.get(node.id, ()):
            told = clone(msg)
            told["complete"] = {"source": node.source()}
            self._hand(listener, told)

    def count_catches(self, node: RunningNode, msg: Message) -> int:
        """Return how often a message failed at a node, this time included."""
        before = msg.get("error")
        source = before.get("source") if isinstance(before, dict) else None
        if not isinstance(source, dict) or source.get("id") != node.id:
            return 1
        count = source.get("count")
        return count + 1 if isinstance(count, int) else 1

    def error(self, node: RunningNode, details: Mapping[str, Any], msg: Message) -> bool:
        """Hand an error to the catch nodes.

        Args:
            node: Where it happened.
            details: ``message``, and ``stack`` or ``code`` when there are.
            msg: The message that was being handled.

        Returns:
            Whether a catch node took it; none takes it the tenth time (`MOST_CATCHES`).
        """
        count = self.count_catches(node, msg)
        if count >= MOST_CATCHES:
            return False
        told = {"message": "", "source": {**node.source(), "count": count}} | dict(details)
        taken = [
            any(self._catch(reporter, told, msg, container) for reporter, container in chain)
            for chain in self._chains(node)
        ]
        return any(taken)

    def _catch(
        self,
        reporter: RunningNode,
        details: Mapping[str, Any],
        msg: Message,
        container: str,
    ) -> bool:
        handled = uncaught_told = False
        for listener in self._in_reach(self._catches.get(container, []), reporter):
            if listener.uncaught and not uncaught_told:
                if handled:
                    continue
                uncaught_told = True
            caught = clone(msg)
            if "error" in caught:
                caught["_error"] = caught["error"]
            caught["error"] = {**details, "source": dict(details["source"])}
            self._hand(listener.node, caught)
            handled = True
        return handled

    def _hand(self, listener: RunningNode, msg: Message) -> None:
        """Hand a message to a listener; one whose id a node took away gets a new one."""
        if not msg.get("_msgid"):
            msg["_msgid"] = self._new_id()
        listener.receive(msg)

    def status(self, node: RunningNode, status: Mapping[str, Any]) -> None:
        """Tell the status nodes of a new status."""
        for chain in self._chains(node):
            for reporter, container in chain:
                listeners = self._in_reach(self._statuses.get(container, []), reporter)
                for listener in listeners:
                    told = {**status, "source": node.source()}
                    self._hand(listener.node, {"status": told})
                if listeners or f"{container}:status" in self._nodes:
                    break

    def _chains(self, node: RunningNode) -> list[Iterator[tuple[RunningNode, str]]]:
        """Return who reports: the node, or each user of a config node that is on no tab."""
        config = node.plan.config
        if config is not None and config.spec.config and not node.plan.container:
            users = self._nodes.values()
            return [self._chain(user) for user in users if _uses(user, node)]
        return [self._chain(node)]

    def _chain(self, node: RunningNode) -> Iterator[tuple[RunningNode, str]]:
        """Yield who reports in which container: the node, then the instances around it."""
        reporter: RunningNode | None = node
        while reporter is not None:
            container = reporter.plan.container
            yield reporter, container
            reporter = self._nodes.get(container)

    def _in_reach(self, listeners: list[_Listener], reporter: RunningNode) -> list[_Listener]:
        """Return the listeners that hear a node, nearest group first."""
        around = []
        group = self._flow.groups.get(reporter.group)
        while group is not None and group["id"] not in around:
            around.append(group["id"])
            group = self._flow.groups.get(str(group.get("g") or ""))
        found = []
        for listener in listeners:
            group_id, scope = listener.node.group, listener.scope
            if isinstance(scope, (list, tuple)) and reporter.id not in scope:
                continue
            if scope == "group" and group_id and group_id not in around:
                continue
            found.append((around.index(group_id) if group_id in around else len(around), listener))
        found.sort(key=lambda item: item[0])
        return [listener for _, listener in found]


def _completes_beside(source: RunningNode | None, listener: RunningNode) -> bool:
    """Tell whether a node stands beside a listener; a subflow instance never completes."""
    if source is None or source.plan.config is None:
        return False
    return source.plan.container == listener.plan.container


def _without_wired(scope: Any, listener: RunningNode) -> Any:
    """Return a scope without the nodes that the listener is wired to: they would loop."""
    if not isinstance(scope, (list, tuple)):
        return scope
    wired = {target for port in listener.plan.wires for target in port}
    return [id for id in scope if id not in wired]


def _uses(user: RunningNode, config: RunningNode) -> bool:
    values = user.plan.entry.items()
    return any(key != "id" and isinstance(v, str) and v == config.id for key, v in values)


__all__ = ("MOST_CATCHES", "Routing")
