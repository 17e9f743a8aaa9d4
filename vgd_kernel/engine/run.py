"""A flow that runs in this process."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable, Collection, Coroutine
from typing import Any

from vgd_kernel.engine.activity import Activity
from vgd_kernel.engine.clock import LoopClock
from vgd_kernel.engine.closing import close_nodes
from vgd_kernel.engine.collector import without_collector
from vgd_kernel.engine.compile import Plan
from vgd_kernel.engine.contexts import Contexts
from vgd_kernel.engine.debugger import Debugger
from vgd_kernel.engine.deployment import Deployed, deploy, entries_of, plan_change
from vgd_kernel.engine.differences import DeployKind, differences
from vgd_kernel.engine.hooks import Hooks
from vgd_kernel.engine.ids import new_ids
from vgd_kernel.engine.interception import Interception
from vgd_kernel.engine.limits import Limits
from vgd_kernel.engine.lineage import Lineage
from vgd_kernel.engine.links import Answer, Links
from vgd_kernel.engine.metrics import Metrics
from vgd_kernel.engine.node_context import World
from vgd_kernel.engine.observed import Observed
from vgd_kernel.engine.options import RunOptions
from vgd_kernel.engine.references import Entries, References
from vgd_kernel.engine.reports import Reports
from vgd_kernel.engine.routing import Routing
from vgd_kernel.engine.running_node import RunningNode, Tap
from vgd_kernel.engine.sampling import Sampler
from vgd_kernel.engine.scheduler import Scheduler
from vgd_kernel.engine.starting import Starter
from vgd_kernel.engine.timers import Timers
from vgd_kernel.engine.watchdog import Watch
from vgd_kernel.model.errors import PlatformError, Problem, QueueFullError, UnknownNodeError
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.graph import refuse
from vgd_kernel.model.hooks import installed_hooks
from vgd_kernel.model.limits import QueueLimit
from vgd_kernel.model.message import GIVEN_KEY, Message
from vgd_kernel.model.registry import Registry


class Run(Observed):
    """A flow that runs in this process; made by `start`. All methods on the loop that started it.

    Attributes:
        id: Fresh id of this run.
        options: What it was started with.
        hooks: Functions that see each message on its way; see `vgd_kernel.model.hooks`.
        debugger: Breakpoints and stepping.
    """

    def __init__(
        self, plan: Plan, document: Entries, registry: Registry, options: RunOptions
    ) -> None:
        """Compile the wires of a plan; no node is started.

        Args:
            plan: What runs.
            document: What the plan was made of.
            registry: The node types, for later deployments.
            options: How to run it.
        """
        loop = asyncio.get_running_loop()
        clock = options.clock or LoopClock(loop)
        rng = random.Random(options.seed)  # noqa: S311 - ids of messages, not secrets
        self.id = uuid.UUID(int=rng.getrandbits(128), version=4).hex
        self.options = options
        self._document = document
        self._references: References | None = None
        self._registry = registry
        self._new_id = new_ids(rng).__next__
        self._deploying = asyncio.Lock()
        self._stopping = False
        self._stopped = asyncio.Event()
        self._watch = Watch(options.node_time_limit_s, most_entries=2 * options.most_queued)
        self._starter = Starter(self._watch, options.most_queued)
        self._limits = Limits(
            plan.flow,
            QueueLimit(limit=options.queue_limit, policy=options.queue_policy),
            options.most_queued,
            self._starter.owner,
            self._give_up,
        )
        self._lineage = Lineage(
            self._new_id, options.lineage, lambda: self._scheduler.current(), self._starter.owner
        )
        new_id = self._lineage.new_id if options.lineage else self._new_id
        self._scheduler = Scheduler(
            loop.call_soon,
            self._starter.fail,
            new_id=new_id,
            quiet=self._quiet,
            watch=self._watch,
            sampler=Sampler(self._starter.samples),
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
            fire=self._starter.fire,
        )
        self.hooks = Hooks(self._hooks_changed, self._spawn_for_hooks)
        self._interception = Interception(
            self._nodes, self.hooks, self._world.reports, self._new_id
        )
        self.debugger = Debugger(
            self.hooks, self._nodes, self._scheduler, self._world.reports, clock, self._starter.fire
        )
        self._starter.attach(self._world, self._scheduler, self._interception)
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

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was left out, and why."""
        left_out = self._starter.left_out.values()
        return (*self._world.plan.problems, *(p for problems in left_out for p in problems))

    def start_nodes(self) -> None:
        """Start all nodes; those that raise are left out and reported. Called once, by `start`."""
        self._tell_bad_configs(self._world.plan)
        self._starter.start(self._nodes.values())

    async def deploy(self, document: FlowDocument, kind: DeployKind = "full") -> Deployed:
        """Run another document from now on; only what it changes is restarted.

        Taps and counters stay with the nodes that have the same id.

        Args:
            document: Read once.
            kind: ``full`` restarts every node, ``flows`` those that changed and all that are
                wired to these, ``nodes`` only those that changed.

        Raises:
            FlowInvalidError: With ``options.strict``, there is an error; nothing was changed.
            PlatformError: The run has stopped.
        """
        async with self._deploying:
            if self._stopping:
                raise PlatformError(
                    "the run has stopped; expected one that runs. Start the flow again."
                )
            entries = entries_of(document, self._document)
            references = self._references or References(self._document)
            self._references = None  # until it is certain that the document is taken
            with without_collector():
                changes = differences(self._document, entries, references, kind)
                change = plan_change(
                    self._world.plan,
                    document,
                    changes,
                    self._starter.left_out,
                    self._registry,
                    self.options.environment,
                )
                if self.options.strict:
                    refuse(change.plan.problems, strict=True)
            before = set(self._world.plan.problems)
            deployed = await deploy(self._world, change, self._starter, self._scheduler)
            self._document, self._references = entries, references
            self._tell_bad_configs(change.plan, before)
            return deployed

    def _tell_bad_configs(self, plan: Plan, known: Collection[Problem] = ()) -> None:
        for problem in plan.problems:
            left_out = problem.code == "config" and problem.node not in self._nodes
            if left_out and problem.severity == "error" and problem not in known:
                self._world.reports.problem(problem)

    def _hooks_changed(self) -> None:
        """Begin or end to tell hooks of messages."""
        interception = self._interception
        self._world.reports.completed = interception.complete if self.hooks else None
        self._starter.hooked = bool(self.hooks)
        (interception.begin if self.hooks else interception.end)()
        for node in self._nodes.values():
            self._starter.bind(node)

    def _spawn_for_hooks(self, work: Coroutine[Any, Any, None]) -> None:
        self._world.activity.spawn(work, owner="a hook")

    def _give_up(self, node: RunningNode, error: QueueFullError, msg: Message) -> None:
        self._world.reports.error(node, error, msg)

    # running

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
        self._starter.bind(node)

        def forget() -> None:
            node.taps = tuple(tap for tap in node.taps if tap is not tapping)
            self._starter.bind(node)

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
        async with self._deploying:
            await self._stop()

    async def _stop(self) -> None:
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


__all__ = ("Run",)
