"""A context without an engine: what a node does is written down, time is virtual."""

from __future__ import annotations

import asyncio
import inspect
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping
from types import CellType
from typing import Any, TypeVar

from vgd_kernel.engine.context_store import NamedStore, ScopeStore
from vgd_kernel.engine.emit import make_emit
from vgd_kernel.engine.ports import Inbox, Port, Target
from vgd_kernel.model.context import ContextStore, Scope, Send, Timer
from vgd_kernel.model.errors import PlatformError, UnknownNodeError
from vgd_kernel.model.events import (
    DebugMessage,
    Displayed,
    Event,
    LogLevel,
    LogRecord,
    StatusChanged,
    StatusFill,
    StatusShape,
)
from vgd_kernel.model.message import UNDEFINED, Message, clone, clone_value
from vgd_kernel.testing.clock import VirtualAlarm, VirtualClock

ServiceT = TypeVar("ServiceT")


class FakeContext:
    """A `Context` for tests of one node's handler.

    Attributes:
        sent: Messages per output port, in order.
        errors: What was reported: the error and the message (None when there was none).
        events: Statuses, log records, debug messages and displays, in order.
        completed: Messages that were reported as done.
        clock: The node's time; `advance` moves it.
    """

    def __init__(
        self,
        *,
        outputs: int = 1,
        id: str = "node",
        node_type: str = "test",
        name: str = "",
        environment: Mapping[str, Any] | None = None,
        services: Mapping[type, Any] | None = None,
        config_nodes: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> None:
        """Make a context.

        Args:
            outputs: Number of output ports, each with one wire.
            id: Id of the node.
            node_type: Type of the node.
            name: Name of the node.
            environment: What `env` gives.
            services: What `service` gives.
            config_nodes: What `config_node` gives.
            seed: Seed of ids and random numbers.
        """
        self.id = id
        self.node_type = node_type
        self.name = name
        self.flow_id = "tab"
        self.run_id = "run"
        self.only_receiver: Callable[[Message], Any] | None = None
        self.completion_heard = True
        self.wire_counts = (1,) * outputs
        self.sent: list[list[Message]] = [[] for _ in range(outputs)]
        self.errors: list[tuple[str | BaseException, Message | None]] = []
        self.events: list[Event] = []
        self.completed: list[Message] = []
        self.clock = VirtualClock()
        self.state: MutableMapping[str, Any] = {}
        ports = tuple(_recording_port(messages) for messages in self.sent)
        self.outputs: tuple[Send, ...] = tuple(port.send for port in ports)
        self.send: Send = self.outputs[0] if ports else _drop
        self.emit = make_emit(ports, self.new_id, self.error)
        self._rng = random.Random(seed)  # noqa: S311 - repeatable numbers are the purpose
        self._environment = dict(environment or {})
        self._services = dict(services or {})
        self._config_nodes = dict(config_nodes or {})
        self._values = NamedStore("memory")
        self._stores: dict[Scope, ScopeStore] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._closers: list[Callable[[], Awaitable[None] | None]] = []
        self._room = asyncio.Event()
        self._room.set()
        self._room_listeners: list[Callable[[bool], None]] = []
        self._link_return: Callable[[str, Message], None] | None = None

    def advance(self, seconds: float) -> None:
        """Move the clock; every timer on the way rings at its time."""
        until_s = self.clock.now() + seconds
        while self.clock.ring_next(until_s):
            pass

    async def close(self) -> None:
        """Do what a run does at stop: cancel work, then call the closers in reverse order."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for call in reversed(self._closers):
            closing = call()
            if inspect.isawaitable(closing):
                await closing

    def done(self, msg: Message) -> None:
        """Write down a completed message."""
        self.completed.append(msg)

    def error(self, error: str | BaseException, msg: Message | None = None) -> None:
        """Write down an error."""
        self.errors.append((error, msg))

    def log(self, text: str, *, level: LogLevel = "info", msg: Message | None = None) -> None:
        """Write down a log record."""
        msgid = str(msg.get("_msgid", "")) if msg else ""
        self.events.append(LogRecord(level, self.id, text, msgid, self.time()))

    def status(
        self,
        fill: StatusFill = "",
        shape: StatusShape = "",
        text: str = "",
        *,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Write down a status."""
        self.events.append(StatusChanged(self.id, fill, shape, text, self.time(), details or {}))

    def debug(self, msg: Message, value: Any, property: str) -> None:
        """Write down a debug message."""
        shown = clone_value(value)
        self.events.append(
            DebugMessage(self.id, self.name, clone(msg), shown, property, self.time())
        )

    def display(self, bundle: dict[str, Any]) -> None:
        """Write down a display."""
        self.events.append(Displayed(self.id, bundle, self.time()))

    def count_sent(self, port: int, more: int) -> None:
        """Take note of nothing: `only_receiver` is never there."""

    def soon(self, call: Callable[..., None], *args: Any) -> None:
        """Call once, when `advance` is called."""
        self.clock.call_at(self.now(), call, *args)

    def after(self, delay_s: float, call: Callable[..., None], *args: Any) -> Timer:
        """Call once, when `advance` comes there."""
        return self.clock.call_at(self.now() + delay_s, call, *args)

    def every(self, interval_s: float, call: Callable[..., None], *args: Any) -> Timer:
        """Call again and again, as far as `advance` goes."""
        timer = _Repeated()

        def ring() -> None:
            timer.alarm = self.clock.call_at(self.now() + interval_s, ring)
            call(*args)

        timer.alarm = self.clock.call_at(self.now() + interval_s, ring)
        return timer

    def at(self, when: Callable[[float], float], call: Callable[..., None]) -> Timer:
        """Call at wall-clock times, as far as `advance` goes."""
        timer = _Repeated()

        def arm() -> None:
            wait_s = when(self.time()) - self.time()
            timer.alarm = self.clock.call_at(self.now() + wait_s, ring)

        def ring() -> None:
            arm()
            call()

        arm()
        return timer

    def spawn(self, work: Coroutine[Any, Any, None], *, source: bool = False) -> None:
        """Run a coroutine on the running loop until `close`."""
        self._tasks.append(asyncio.get_running_loop().create_task(work))

    def on_close(self, call: Callable[[], Awaitable[None] | None]) -> None:
        """Keep a call for `close`."""
        self._closers.append(call)

    @property
    def has_room(self) -> bool:
        """Whether the flow can take more messages; `set_room` says so."""
        return self._room.is_set()

    async def room(self) -> None:
        """Wait until the flow can take more messages."""
        await self._room.wait()

    def on_room(self, call: Callable[[bool], None]) -> None:
        """Keep a call for `set_room`."""
        self._room_listeners.append(call)

    def set_room(self, room: bool) -> None:
        """Make the flow full, or not; the node hears it as in a run."""
        (self._room.set if room else self._room.clear)()
        for call in self._room_listeners:
            call(room)

    def now(self) -> float:
        """Return virtual monotonic seconds."""
        return self.clock.now()

    def time(self) -> float:
        """Return virtual seconds since the epoch."""
        return self.clock.time()

    def new_id(self) -> str:
        """Return a fresh id, the same ones with the same seed."""
        return f"{self._rng.getrandbits(64):016x}"

    def random(self) -> float:
        """Return a random number in [0, 1), the same ones with the same seed."""
        return self._rng.random()

    def env(self, name: str) -> Any:
        """Return a value of the given environment, or UNDEFINED."""
        return self._environment.get(name, UNDEFINED)

    def env_names(self) -> list[str]:
        """Return the names of the given environment."""
        return list(self._environment)

    def context(self, scope: Scope) -> ContextStore:
        """Return a store in memory."""
        found = self._stores.get(scope)
        if found is None:
            found = self._stores[scope] = ScopeStore(scope, lambda name: self._values)
        return found

    def config_node(self, id: str) -> Any:
        """Return a given config node, or None."""
        return self._config_nodes.get(id)

    def link(self, target: Any, *, by_name: bool = False) -> Send:
        """Refuse: a test of one node has no link in nodes.

        Raises:
            UnknownNodeError: Always.
        """
        raise UnknownNodeError(f"target link-in node '{target}' not found")

    def on_link_return(self, call: Callable[[str, Message], None]) -> None:
        """Keep what takes messages that come back; `link_return` calls it."""
        self._link_return = call

    def link_return(self, caller: str, call: str, msg: Message) -> bool:
        """Hand a message back to this node when it is the caller."""
        if caller != self.id or self._link_return is None:
            return False
        self._link_return(call, msg)
        return True

    def service(self, protocol: type[ServiceT]) -> ServiceT:
        """Return a given service.

        Raises:
            PlatformError: There is none.
        """
        found: ServiceT | None = self._services.get(protocol)
        if found is None:
            raise PlatformError(
                f"no service {protocol.__name__} in this test; expected one. "
                f"Pass FakeContext(services={{{protocol.__name__}: ...}})."
            )
        return found


class _Repeated:
    """A timer that goes on until it is cancelled."""

    alarm: VirtualAlarm

    def cancel(self) -> None:
        """Forget the next call."""
        self.alarm.cancel()


def _drop(msg: Message) -> None:
    """Take a message that has nowhere to go."""


def _recording_port(messages: list[Message]) -> Port:
    """Return a port with one wire, to a list; it adds no ids."""

    def handle(pair: tuple[Target, Message]) -> None:
        target, msg = pair
        target(msg)

    extend = CellType(handle)
    inbox = Inbox([], extend)
    inbox.bind(messages.append)
    port = Port((inbox,), 0, extend=extend, new_id=CellType(None))
    port.pass_on()
    return port


__all__ = ("FakeContext",)
