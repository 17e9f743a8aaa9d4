"""The context that a node gets at its start: the engine's side of `model.context.Context`."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from vgd_kernel.engine.activity import Activity
from vgd_kernel.engine.clock import Clock
from vgd_kernel.engine.compile import Plan
from vgd_kernel.engine.contexts import Contexts
from vgd_kernel.engine.emit import make_emit
from vgd_kernel.engine.limits import Limits
from vgd_kernel.engine.links import Answer, Links
from vgd_kernel.engine.reports import Reports
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.engine.timers import Soon, Timers
from vgd_kernel.model.context import ContextStore, Scope, Send, Timer
from vgd_kernel.model.errors import PlatformError
from vgd_kernel.model.events import DebugMessage, Displayed, LogLevel, StatusFill, StatusShape
from vgd_kernel.model.message import Message, clone, clone_value

ServiceT = TypeVar("ServiceT")
Closer = Callable[[], Awaitable[None] | None]


@dataclass(slots=True)
class World:
    """What all nodes of a run share; a deployment changes the plan, and what follows from it.

    Attributes:
        run_id: Id of the run.
        plan: What runs.
        nodes: The running nodes, by id.
        clock: The run's time.
        rng: The run's random numbers.
        activity: Tasks.
        timers: Timers.
        reports: Events, statuses, errors.
        contexts: Context stores and node states.
        links: Calls of link in nodes.
        limits: How much may wait in each flow.
        services: Protocol to implementation.
        new_id: Returns a fresh id, 16 hex digits.
        fire: Makes the function that queues due timers of a node.
        closers: What nodes want called at stop, in order of registration.
    """

    run_id: str
    plan: Plan
    nodes: dict[str, RunningNode]
    clock: Clock
    rng: random.Random
    activity: Activity
    timers: Timers
    reports: Reports
    contexts: Contexts
    links: Links
    limits: Limits
    services: Mapping[type, Any]
    new_id: Callable[[], str]
    fire: Callable[[RunningNode], Callable[[Any], None]]
    closers: list[tuple[RunningNode, Closer]] = field(default_factory=list)


def _drop(msg: Message) -> None:
    """Take a message that has nowhere to go."""


class NodeContext:
    """What one node may use; see `vgd_kernel.model.context.Context` for every method."""

    __slots__ = (
        "_node", "_world", "emit", "flow_id", "id", "name", "new_id", "node_type",
        "now", "outputs", "random", "send", "time",
    )  # fmt: skip

    def __init__(self, world: World, node: RunningNode) -> None:
        """Bind a node's compiled ports and the run's clock."""
        self._world = world
        self._node = node
        self.id = node.id
        self.node_type = node.type
        self.name = node.name
        self.flow_id = node.plan.container
        self.outputs: tuple[Send, ...] = tuple(port.send for port in node.ports)
        self.send: Send = self.outputs[0] if self.outputs else _drop
        self.emit = make_emit(node.ports, world.new_id, self.error)
        self.now = world.clock.now
        self.time = world.clock.time
        self.random = world.rng.random
        self.new_id = world.new_id

    def done(self, msg: Message) -> None:
        """Tell that a message is handled completely."""
        reports = self._world.reports
        if reports.completed is not None:
            reports.completed(self._node, msg, None)
        routing = reports.routing
        if routing.hears_completion(self.id):
            routing.complete(self._node, msg)

    def error(self, error: str | BaseException, msg: Message | None = None) -> None:
        """Report an error, to the catch nodes when there is a message."""
        self._world.reports.error(self._node, error, msg)

    def log(self, text: str, *, level: LogLevel = "info", msg: Message | None = None) -> None:
        """Write a line to the log of the run."""
        self._world.reports.log(self._node, level, text, msg)

    def status(
        self,
        fill: StatusFill = "",
        shape: StatusShape = "",
        text: str = "",
        *,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Show a status beside the node; without arguments clear it."""
        self._world.reports.status(self._node, fill, shape, text, details or {})

    def debug(self, msg: Message, value: Any, property: str) -> None:
        """Show a message in the debug panel; costs nothing when nobody listens."""
        reports = self._world.reports
        if reports.shows_debug:
            copied = clone(msg)
            shown = copied if value is msg else clone_value(value)
            reports.tell(
                DebugMessage(self.id, self.name, copied, shown, property, self._world.clock.time())
            )

    def display(self, bundle: dict[str, Any]) -> None:
        """Show a Jupyter MIME bundle beside the node and in the notebook."""
        self._world.reports.tell(Displayed(self.id, bundle, self._world.clock.time()))

    @property
    def run_id(self) -> str:
        """Return the id of the run."""
        return self._world.run_id

    @property
    def completion_heard(self) -> bool:
        """Tell whether a complete node listens to this node."""
        return self._world.reports.routing.hears_completion(self.id)

    @property
    def wire_counts(self) -> tuple[int, ...]:
        """Return the number of wires per output port."""
        return tuple(len(port.inboxes) for port in self._node.ports)

    @property
    def only_receiver(self) -> Callable[[Message], Any] | None:
        """Return what takes the messages of the only wire of output 0, None when there are more."""
        ports = self._node.ports
        if not ports or len(ports[0].inboxes) != 1:
            return None
        return ports[0].inboxes[0].target

    def count_sent(self, port: int, more: int) -> None:
        """Count messages that went to the only receiver without the engine."""
        self._node.ports[port].add(more)

    def soon(self, call: Callable[..., None], *args: Any) -> None:
        """Call when what is queued now has been handled."""
        self._world.fire(self._node)(Soon(call, args))

    def after(self, delay_s: float, call: Callable[..., None], *args: Any) -> Timer:
        """Call later on the loop, once."""
        return self._world.timers.after(self._world.fire(self._node), delay_s, call, args)

    def every(self, interval_s: float, call: Callable[..., None], *args: Any) -> Timer:
        """Call again and again on the loop, first after one interval."""
        return self._world.timers.every(self._world.fire(self._node), interval_s, call, args)

    def at(self, when: Callable[[float], float], call: Callable[..., None]) -> Timer:
        """Call at wall-clock times."""
        return self._world.timers.at(self._world.fire(self._node), when, call)

    def spawn(self, work: Coroutine[Any, Any, None], *, source: bool = False) -> None:
        """Run a coroutine beside the handlers; its exception is an error of the node."""
        if self._world.activity.closed:
            work.close()
            return
        guarded = self._guard(work)
        task = self._world.activity.spawn(guarded, owner=self._node, source=source)
        if task is not None:  # a task that is cancelled before its first step leaves its work open
            task.add_done_callback(lambda task: work.close())

    async def _guard(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the boundary of a node: it is reported
            self.error(error)

    def on_close(self, call: Closer) -> None:
        """Call at stop, in reverse order of registration."""
        self._world.closers.append((self._node, call))

    @property
    def has_room(self) -> bool:
        """Whether the flow can take more messages."""
        return self._world.limits.has_room(self.flow_id)

    async def room(self) -> None:
        """Wait until the flow can take more messages."""
        await self._world.limits.room(self.flow_id)

    def on_room(self, call: Callable[[bool], None]) -> None:
        """Call with False when the flow is full, with True when it has room again."""
        self.on_close(self._world.limits.of(self.flow_id).listen(call))

    def env(self, name: str) -> Any:
        """Return an environment value, or UNDEFINED."""
        return self._world.plan.environment.get(self._node.plan.entry, name)

    def env_names(self) -> Iterable[str]:
        """Return the names of the environment values of all levels."""
        return self._world.plan.environment.names(self._node.plan.entry)

    @property
    def state(self) -> MutableMapping[str, Any]:
        """Values of this node that survive a restart."""
        return self._world.contexts.state(self.id)

    def context(self, scope: Scope) -> ContextStore:
        """Return the context store of a scope."""
        return self._world.contexts.store(scope, self.id, self.flow_id)

    def config_node(self, id: str) -> Any:
        """Return the started config node (its frozen config), None when there is none."""
        found = self._world.nodes.get(id)
        config = found.plan.config if found is not None and found.target is not None else None
        return config if config is not None and config.spec.config else None

    def link(self, target: Any, *, by_name: bool = False) -> Send:
        """Return what hands a message to a link in node."""
        return self._world.links.find(target, self.flow_id, by_name=by_name).receive

    def on_link_return(self, call: Answer) -> None:
        """Take what comes back from calls of this node."""
        self._world.links.register(self.id, call)

    def link_return(self, caller: str, call: str, msg: Message) -> bool:
        """Hand a message back to the node that called."""
        return self._world.links.give_back(caller, call, msg)

    def service(self, protocol: type[ServiceT]) -> ServiceT:
        """Return the service that implements a protocol."""
        found: ServiceT | None = self._world.services.get(protocol)
        if found is None:
            names = ", ".join(sorted(known.__name__ for known in self._world.services)) or "none"
            raise PlatformError(
                f"{self._node} needs the service {protocol.__name__}, and this run has {names}; "
                "expected a run that was started with it. Start the flow by vgd_kernel.app or "
                "give the service to RunOptions(services=...)."
            )
        return found


__all__ = ("Closer", "NodeContext", "World")
