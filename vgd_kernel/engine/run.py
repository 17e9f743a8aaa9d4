"""A flow that runs in this process."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

from vgd_kernel.engine.activity import Activity
from vgd_kernel.engine.clock import LoopClock
from vgd_kernel.engine.closing import close_nodes
from vgd_kernel.engine.compile import Plan
from vgd_kernel.engine.contexts import Contexts
from vgd_kernel.engine.debugger import Debugger
from vgd_kernel.engine.hooks import Hooks
from vgd_kernel.engine.ids import new_ids
from vgd_kernel.engine.interception import Interception
from vgd_kernel.engine.limits import Limits
from vgd_kernel.engine.lineage import Lineage
from vgd_kernel.engine.links import Answer, Links
from vgd_kernel.engine.metrics import Metrics
from vgd_kernel.engine.node_context import NodeContext, World
from vgd_kernel.engine.observed import Observed
from vgd_kernel.engine.options import RunOptions
from vgd_kernel.engine.ports import Target
from vgd_kernel.engine.reports import Reports, error_text
from vgd_kernel.engine.routing import Routing
from vgd_kernel.engine.running_node import RunningNode, Tap
from vgd_kernel.engine.sampling import Sampler, Samples
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
from vgd_kernel.engine.timers import Timers, run_timer
from vgd_kernel.engine.watchdog import Interrupted, Watch
from vgd_kernel.model.errors import (
    NodeConfigError,
    NodeTimeoutError,
    Problem,
    QueueFullError,
    UnknownNodeError,
)
from vgd_kernel.model.expand import STATUS_TYPE
from vgd_kernel.model.hooks import installed_hooks
from vgd_kernel.model.limits import QueueLimit
from vgd_kernel.model.message import GIVEN_KEY, Message


class Run(Observed):
    """A flow that runs in this process; made by `start`. All methods on the loop that started it.

    Attributes:
        id: Fresh id of this run.
        options: What it was started with.
        problems: What was left out and why.
        hooks: Functions that see each message on its way; see `vgd_kernel.model.hooks`.
        debugger: Breakpoints and stepping.
    """

    def __init__(self, plan: Plan, options: RunOptions) -> None:
        """Compile the wires of a plan; no node is started."""
        loop = asyncio.get_running_loop()
        clock = options.clock or LoopClock(loop)
        rng = random.Random(options.seed)  # noqa: S311 - ids of messages, not secrets
        self.id = uuid.UUID(int=rng.getrandbits(128), version=4).hex
        self.options = options
        self.problems: tuple[Problem, ...] = plan.problems
        self._new_id = new_ids(rng).__next__
        self._stopping = False
        self._stopped = asyncio.Event()
        self._watch = Watch(options.node_time_limit_s, most_entries=2 * options.most_queued)
        self._owners: dict[int, RunningNode] = {}
        self._limits = Limits(
            plan.flow,
            QueueLimit(limit=options.queue_limit, policy=options.queue_policy),
            options.most_queued,
            self._owner,
            self._give_up,
        )
        self._lineage = Lineage(
            self._new_id, options.lineage, lambda: self._scheduler.current(), self._owner
        )
        new_id = self._lineage.new_id if options.lineage else self._new_id
        self._scheduler = Scheduler(
            loop.call_soon,
            self._fail,
            new_id=new_id,
            quiet=self._quiet,
            watch=self._watch,
            sampler=Sampler(self._samples),
            bounds=self._limits,
        )
        self._limits.look = self._scheduler.look
        activity = Activity(loop, self._scheduler)
        self._nodes = {
            id: RunningNode(node, self._scheduler.inbox()) for id, node in plan.nodes.items()
        }
        for node in self._nodes.values():
            node.connect(self._nodes, self._scheduler)
        self._world = World(
            run_id=self.id,
            plan=plan,
            nodes=self._nodes,
            clock=clock,
            rng=rng,
            activity=activity,
            timers=Timers(clock, activity),
            reports=Reports(clock, Routing(plan, self._nodes, self._new_id)),
            links=Links(plan, self._nodes),
            limits=self._limits,
            contexts=Contexts(
                plan.flow,
                options.global_context,
                (options.keeper and options.keeper.snapshot) or options.snapshot,
                backends=options.context_stores,
                default=options.default_store,
                warn=self._warn,
            ),
            services=options.services,
            new_id=new_id,
            fire=self._fire,
        )
        self.hooks = Hooks(self._hooks_changed, self._spawn_for_hooks)
        self._interception = Interception(
            self._nodes, self.hooks, self._world.reports, self._new_id
        )
        self.debugger = Debugger(
            self.hooks, self._nodes, self._scheduler, self._world.reports, clock, self._fire
        )
        for register in installed_hooks():
            register(self.hooks)
        for name, hook in options.hooks.items():
            self.hooks.add(name, hook)
        self._metrics = Metrics(self._nodes, self.counters, clock.now)
        if options.observer is not None:
            self._world.reports.observe(options.observer)
        if options.keeper is not None:
            options.keeper.begin(self._world.contexts)

    # starting

    def start_nodes(self) -> None:
        """Start all nodes; those that raise are left out and reported. Called once, by `start`."""
        for problem in self.problems:
            left_out = problem.node not in self._nodes
            if left_out and problem.code == "config" and problem.severity == "error":
                self._world.reports.problem(problem)
        nodes = iter(tuple(self._nodes.values()))
        self._watch.begin(nodes)
        for node in nodes:
            try:
                node.target = self._start_node(node)
            except NodeConfigError as error:
                self._leave_out(error.problems)
            except (Exception, Interrupted) as error:  # noqa: BLE001 - the boundary of a node
                self._leave_out((_not_started(node, self._named(node, error)),))
            self._bind(node)
        self._world.reports.started = True
        self._watch.end()

    def _start_node(self, node: RunningNode) -> Target:
        ctx = NodeContext(self._world, node)
        config = node.plan.config
        if node.type == STATUS_TYPE:
            instance = self._nodes[node.plan.container]
            return subflow_status(NodeContext(self._world, instance))
        receive = ctx.send if config is None else config.start(ctx)
        if receive is None:
            return ignore
        if receive is ctx.send and node.ports:
            receive = node.ports[0].pass_on()
        heard = self._world.reports.routing.hears_completion(node.id)
        done = ctx.done if heard and not getattr(config, "defers_done", False) else None
        if is_asynchronous(receive):
            return asynchronous(node, receive, self._world, done)
        return receive if done is None else completing(receive, done)

    def _leave_out(self, problems: tuple[Problem, ...]) -> None:
        self.problems += problems
        for problem in problems:
            self._world.reports.problem(problem)

    def _bind(self, node: RunningNode) -> None:
        """Set what the node's messages go to: its taps, then its target."""
        target = node.target or ignore
        bound = tapped(node.taps, target) if node.taps else target
        if self.hooks:
            bound = self._interception.receiving(node, bound)
        if self._owners.get(id(bound), node) is not node or bound is ignore:
            bound = owned(bound)
        self._owners.pop(id(node.inbox.target), None)
        self._owners[id(bound)] = node
        node.inbox.bind(bound)

    def _hooks_changed(self) -> None:
        """Begin or end to tell hooks of messages."""
        interception = self._interception
        self._world.reports.completed = interception.complete if self.hooks else None
        (interception.begin if self.hooks else interception.end)()
        for node in self._nodes.values():
            self._bind(node)

    def _spawn_for_hooks(self, work: Coroutine[Any, Any, None]) -> None:
        self._world.activity.spawn(work, name="a hook")

    def _owner(self, target: Target) -> RunningNode | None:
        return self._owners.get(id(target))

    def _give_up(self, node: RunningNode, error: QueueFullError, msg: Message) -> None:
        self._world.reports.error(node, error, msg)

    def _samples(self, target: Target) -> Samples | None:
        node = self._owner(target)
        return None if node is None else node.measured()

    def _fire(self, node: RunningNode) -> Callable[[Any], None]:
        if node.fire is None:
            node.fire = self._scheduler.inbox()
            target = owned(run_timer)
            self._owners[id(target)] = node
            node.fire.bind(target)
        return node.fire.deliver

    # running

    def _fail(self, target: Target, item: Any, error: BaseException) -> None:
        node = self._owners[id(target)]
        msg = item if isinstance(item, dict) else None
        self._world.reports.error(node, self._named(node, error), msg)

    def _named(self, node: RunningNode, error: BaseException) -> BaseException:
        """Return an error as the author sees it."""
        if not isinstance(error, Interrupted):
            return error
        if self._watch.flooded:
            return QueueFullError(
                f"{node} queued more than {self.options.most_queued:,} messages without returning "
                "and was interrupted; expected a handler that sends as many as others can handle. "
                "Look for a loop around its send."
            )
        return NodeTimeoutError(
            f"{node} did not return within {self.options.node_time_limit_s:g} s and was "
            "interrupted; expected a handler that returns soon. Let it wait with async "
            "def, or do long work in a thread or a process."
        )

    def _warn(self, text: str) -> None:
        self._world.reports.log(None, "warn", text)

    def _quiet(self) -> None:
        self._world.activity.settle()

    def _node(self, id: str) -> RunningNode:
        node = self._nodes.get(id)
        if node is None:
            known = ", ".join(f'"{known}"' for known in list(self._nodes)[:8]) or "none"
            raise UnknownNodeError(
                f'no node "{id}" runs here; expected one of the running nodes ({known}). '
                "Use the id of a node that is not disabled and has no problem."
            )
        return node

    def send(self, node_id: str, msg: Message) -> None:
        """Hand a message to a node's input; ``{}`` presses an inject node.

        Args:
            node_id: Id of the node.
            msg: Owned by the node from now on; gets a ``_msgid`` when it has none.

        Raises:
            UnknownNodeError: No such node runs.
        """
        node = self._nodes.get(node_id) or self._node(node_id)
        if not msg.get("_msgid"):
            msg["_msgid"] = self._new_id()
        node.extra += 1
        node.deliver(msg)

    def inject(self, node_id: str, msg: Message) -> None:
        """Hand a message to a node as a person does.

        A node with a button that is pressed (inject) sends its own properties, with those of
        ``msg`` in place of its own; every other node gets the message at its input.

        Raises:
            UnknownNodeError: No such node runs.
        """
        config = self._node(node_id).plan.config
        pressed = config is not None and config.spec.button == "press"
        self.send(node_id, {GIVEN_KEY: msg} if pressed and msg else msg)

    async def room(self, node_id: str) -> None:
        """Wait until the flow of a node can take more messages; for senders of many.

        Raises:
            UnknownNodeError: No such node runs.
        """
        await self._limits.room(self._node(node_id).plan.container)

    def tap(self, node_id: str, callback: Tap) -> Callable[[], None]:
        """Call back with every message that is delivered to a node, before the node handles it.

        The message is the node's own: clone it to keep it.

        Returns:
            What ends the tap.

        Raises:
            UnknownNodeError: No such node runs.
        """
        node = self._node(node_id)

        def tapping(msg: Message) -> None:
            callback(msg)

        node.taps = (*node.taps, tapping)
        self._bind(node)

        def forget() -> None:
            node.taps = tuple(tap for tap in node.taps if tap is not tapping)
            self._bind(node)

        return forget

    def answer_calls(self, caller: str, answer: Answer) -> None:
        """Hand what *link out* nodes give back to a caller that is no node to ``answer``.

        Args:
            caller: What the call names as its node in ``_linkSource``.
            answer: Takes the id of the call and the message.
        """
        self._world.links.register(caller, answer)

    def snapshot(self) -> dict[str, Any]:
        """Return node states and context stores: plain data, for `RunOptions.snapshot`."""
        return self._world.contexts.snapshot()

    @property
    def contexts(self) -> Contexts:
        """The context stores and node states, for what shows or changes them from outside."""
        return self._world.contexts

    # stopping

    async def stop(self) -> None:
        """Cancel timers and tasks, close the nodes in reverse order; at most `STOP_LIMIT_S`.

        What does not end in time is named in the log and left behind. Harmless when stopped.
        """
        if self._stopping:
            await self._stopped.wait()
            return
        self._stopping = True
        self._scheduler.close()
        self._world.timers.cancel()
        await close_nodes(self._world)
        self._watch.close()
        self._world.activity.settle()
        await self._keep()
        self._stopped.set()

    async def _keep(self) -> None:
        """Write what is to outlive the run, then close what was opened for it."""
        try:
            if self.options.keeper is not None:
                await self.options.keeper.end()
            await self._world.contexts.flush()
        finally:
            if self.options.on_stopped is not None:
                await self.options.on_stopped()


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


__all__ = ("Run",)
