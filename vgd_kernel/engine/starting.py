"""Starting and stopping single nodes of a run, and knowing whose target a target is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from vgd_kernel.engine.closing import close_some
from vgd_kernel.engine.interception import Interception
from vgd_kernel.engine.node_context import NodeContext, World
from vgd_kernel.engine.ports import Target
from vgd_kernel.engine.reports import error_text
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.engine.sampling import Samples
from vgd_kernel.engine.scheduler import Scheduler
from vgd_kernel.engine.subflow_status import subflow_status
from vgd_kernel.engine.targets import (
    asynchronous,
    completing,
    ignore,
    is_asynchronous,
    owned,
    tapped,
)
from vgd_kernel.engine.timers import run_timer
from vgd_kernel.engine.watchdog import Interrupted, Watch
from vgd_kernel.model.errors import NodeConfigError, NodeTimeoutError, Problem, QueueFullError
from vgd_kernel.model.expand import STATUS_TYPE


class Starter:
    """Starts, binds and stops the nodes of one run.

    Attributes:
        left_out: Id of each node that did not start to the reasons.
        hooked: Hooks see the messages.
    """

    def __init__(self, watch: Watch, most_queued: int) -> None:
        """Take the run's watch and its fuse; `attach` gives the rest."""
        self._watch = watch
        self._most_queued = most_queued
        self._owners: dict[int, RunningNode] = {}
        self.left_out: dict[str, tuple[Problem, ...]] = {}
        self.hooked = False

    def attach(self, world: World, scheduler: Scheduler, interception: Interception) -> None:
        """Take what the nodes share, the run's queue, and what shows messages to hooks."""
        self._interception = interception
        self._world = world
        self._scheduler = scheduler

    def owner(self, target: Target) -> RunningNode | None:
        """Return the node that a target belongs to."""
        return self._owners.get(id(target))

    def samples(self, target: Target) -> Samples | None:
        """Return where a target's node keeps what is measured of it."""
        node = self.owner(target)
        return None if node is None else node.measured()

    def start(self, nodes: Iterable[RunningNode]) -> None:
        """Start nodes, in order; those that raise are left out and reported."""
        starting = iter(tuple(nodes))
        self._world.reports.started = False
        self._watch.begin(starting)
        for node in starting:
            try:
                node.handler = self._handler(node)
                node.target = self._target(node)
            except NodeConfigError as error:
                self._leave_out(node, error.problems)
            except (Exception, Interrupted) as error:  # noqa: BLE001 - the boundary of a node
                self._leave_out(node, (_not_started(node, self._named(node, error)),))
            self.bind(node)
        self._world.reports.started = True
        self._watch.end()

    def connect(self, node: RunningNode) -> None:
        """Compile the output ports of a node."""
        node.connect(self._world.nodes, self._scheduler)
        if self.hooked:
            self._interception.connect(node)

    def _handler(self, node: RunningNode) -> Target:
        """Start a node; return what handles its messages."""
        ctx = NodeContext(self._world, node)
        config = node.plan.config
        if node.type == STATUS_TYPE:
            instance = self._world.nodes[node.plan.container]
            return subflow_status(NodeContext(self._world, instance))
        receive = ctx.send if config is None else config.start(ctx)
        if receive is None:
            return ignore
        return node.ports[0].pass_on() if receive is ctx.send and node.ports else receive

    def _target(self, node: RunningNode) -> Target:
        """Return a node's handler, wrapped in what tells complete nodes and in its task."""
        receive, config = node.handler or ignore, node.plan.config
        heard = self._world.reports.routing.hears_completion(node.id)
        done = None
        if heard and not getattr(config, "defers_done", False) and node.type != STATUS_TYPE:
            done = NodeContext(self._world, node).done
        if is_asynchronous(receive):
            return asynchronous(node, receive, self._world, done)
        return receive if done is None else completing(receive, done)

    def _leave_out(self, node: RunningNode, problems: tuple[Problem, ...]) -> None:
        self.left_out[node.id] = problems
        for problem in problems:
            self._world.reports.problem(problem)

    def renew(self, node: RunningNode) -> None:
        """Wrap the handler of a running node anew, when other complete nodes listen."""
        if node.target is not None:
            node.target = self._target(node)
            self.bind(node)

    def bind(self, node: RunningNode) -> None:
        """Set what the node's messages go to: its taps, then its target."""
        target = node.target or ignore
        bound = tapped(node.taps, target) if node.taps else target
        if self.hooked:
            bound = self._interception.receiving(node, bound)
        if self._owners.get(id(bound), node) is not node or bound is ignore:
            bound = owned(bound)
        self._owners.pop(id(node.inbox.target), None)
        self._owners[id(bound)] = node
        node.inbox.bind(bound)

    def fire(self, node: RunningNode) -> Callable[[Any], None]:
        """Return what queues due timers of a node."""
        if node.fire is None:
            node.fire = self._scheduler.inbox()
            target = owned(run_timer)
            self._owners[id(target)] = node
            node.fire.bind(target)
        return node.fire.deliver

    async def stop(self, nodes: Collection[RunningNode]) -> None:
        """Stop nodes while the others go on; what is queued for them is dropped."""
        inboxes = [inbox for node in nodes for inbox in (node.inbox, node.fire) if inbox]
        targets = [inbox.release() for inbox in inboxes]
        for target in targets:
            self._owners.pop(id(target), None)
        self._scheduler.discard(targets)
        self._world.timers.cancel_of({node.fire.deliver for node in nodes if node.fire})
        await close_some(self._world, nodes)
        running = self._world.nodes
        for node in nodes:
            node.disconnect(running)
            node.handler = node.target = node.fire = None
            self.left_out.pop(node.id, None)

    def fail(self, target: Target, item: Any, error: BaseException) -> None:
        """Route the error of a target that was handling an item."""
        node = self._owners[id(target)]
        msg = item if isinstance(item, dict) else None
        self._world.reports.error(node, self._named(node, error), msg)

    def _named(self, node: RunningNode, error: BaseException) -> BaseException:
        """Return an error as the author sees it."""
        if not isinstance(error, Interrupted):
            return error
        if self._watch.flooded:
            return QueueFullError(
                f"{node} queued more than {self._most_queued:,} messages without returning "
                "and was interrupted; expected a handler that sends as many as others can handle. "
                "Look for a loop around its send."
            )
        return NodeTimeoutError(
            f"{node} did not return within {self._watch.limit_s:g} s and was "
            "interrupted; expected a handler that returns soon. Let it wait with async "
            "def, or do long work in a thread or a process."
        )


def _not_started(node: RunningNode, error: BaseException) -> Problem:
    return Problem(
        severity="error",
        node=node.id,
        type=node.type,
        field="",
        seen=f"it did not start: {error_text(error)}",
        expected="a node that starts",
        action="It is left out while the rest runs; change its config or what it needs.",
    )


__all__ = ("Starter",)
