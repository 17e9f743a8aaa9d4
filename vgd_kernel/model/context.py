"""What a node sees of the world: the context that the engine hands to ``Node.start``.

Protocols only; the engine implements them. Nodes reach the world (JavaScript engine, notebook
runner, secrets) through ``ctx.service(PROTOCOL)`` with a protocol of `vgd_kernel.model.services`.
"""

from __future__ import annotations

from collections.abc import (
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
    MutableMapping,
    Sequence,
)
from typing import Any, Literal, Protocol, TypeVar

from vgd_kernel.model.events import LogLevel, StatusFill, StatusShape
from vgd_kernel.model.message import Message

Send = Callable[[Message], None]
"""Hand a message to all wires of one port: the object itself to the first, clones to the rest."""

Emitted = Message | Iterable[Message | Iterable[Message] | None] | None
"""Node-RED's return shapes: a message, or per port a message, a list of messages, or None."""

Scope = Literal["node", "flow", "global"]

DEFAULT_STORE = "default"
"""Name of the context store that is used where none is named, whatever it is called itself."""

ServiceT = TypeVar("ServiceT")


class Timer(Protocol):
    """A call that will happen later."""

    def cancel(self) -> None:
        """Forget the call; harmless when it has happened."""


class ContextStore(Protocol):
    """Values of one scope (node, flow or global) that survive messages, by property path.

    Paths are Node-RED property paths (``a.b[0]``); ``$parent.a`` is ``a`` of the flow around a
    subflow instance (of the global context on a tab), ``#:(store)::a`` names the store, as the
    argument ``store`` does. A store that is not configured is the default one. Every store
    answers at once: what it keeps on a disk is in memory while the flow runs.
    """

    def get(self, path: str, store: str = DEFAULT_STORE) -> Any:
        """Return the value itself (not a copy), or UNDEFINED.

        Raises:
            ExpressionError: No path, or a bad one.
        """

    def set(self, path: str, value: Any, store: str = DEFAULT_STORE) -> None:
        """Set the value itself (not a copy); UNDEFINED deletes it. Missing parents are made.

        Raises:
            ExpressionError: No path, or a bad one.
        """

    def keys(self, store: str = DEFAULT_STORE) -> list[str]:
        """Return the top-level keys."""

    @property
    def stores(self) -> Sequence[str]:
        """Names of the configured stores, the default one first."""

    @property
    def seed(self) -> Mapping[str, Any]:
        """Values that show through where no store has one."""


class Context(Protocol):
    """Everything that a node may use while it runs. Not thread-safe but where said."""

    @property
    def id(self) -> str:
        """Id of the node."""

    @property
    def node_type(self) -> str:
        """Type of the node."""

    @property
    def name(self) -> str:
        """Name of the node, may be empty."""

    @property
    def flow_id(self) -> str:
        """Id of the tab (or subflow instance) that the node is in."""

    @property
    def send(self) -> Send:
        """Send to port 0; drops the message when the node has no port or no wire."""

    @property
    def outputs(self) -> tuple[Send, ...]:
        """One compiled sender per output port. Bind them once, outside the handler."""

    def emit(self, result: Emitted, *, clone_first: bool = False) -> None:
        """Send a result in Node-RED's return shape.

        Only the first message of all goes out as it is, the others as clones; with
        ``clone_first`` every one is cloned. Values that are not messages are an error of the node.
        """

    def done(self, msg: Message) -> None:
        """Tell that a message is handled completely (complete nodes hear it).

        Called by the engine when a handler returns, unless the class sets
        ``defers_done: ClassVar[bool] = True``; then the node calls it itself.
        """

    def error(self, error: str | BaseException, msg: Message | None = None) -> None:
        """Report an error: to the catch nodes in scope when ``msg`` is given, else to the log.

        Raising from a handler does the same.
        """

    def log(self, text: str, *, level: LogLevel = "info", msg: Message | None = None) -> None:
        """Write a line to the log of the run."""

    def status(
        self,
        fill: StatusFill = "",
        shape: StatusShape = "",
        text: str = "",
        *,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Show a status beside the node; without arguments clear it.

        Args:
            fill: Colour of the mark.
            shape: Form of the mark.
            text: Text beside it.
            details: Further keys that status nodes get, such as ``event`` of socket nodes.
        """

    def debug(self, msg: Message, value: Any, property: str) -> None:
        """Show a message in the debug panel; the event takes a clone of ``msg``."""

    def display(self, bundle: dict[str, Any]) -> None:
        """Show a Jupyter MIME bundle beside the node and in the notebook."""

    @property
    def run_id(self) -> str:
        """Id of the run: nodes of one run may share what belongs to it."""

    @property
    def completion_heard(self) -> bool:
        """Whether `done` tells anyone."""

    @property
    def wire_counts(self) -> tuple[int, ...]:
        """Number of wires per output port."""

    @property
    def only_receiver(self) -> Callable[[Message], Any] | None:
        """What takes the messages of output 0 right now, when that has exactly one wire.

        It is what the receiver's ``start`` returned, unless somebody taps it.
        """

    def count_sent(self, port: int, more: int) -> None:
        """Count messages that were handed to `only_receiver` directly."""

    def soon(self, call: Callable[..., None], *args: Any) -> None:
        """Call when what is queued now has been handled, before the loop does anything else."""

    def after(self, delay_s: float, call: Callable[..., None], *args: Any) -> Timer:
        """Call later on the loop, once; cancelled at stop. A run with such a call is not idle."""

    def every(self, interval_s: float, call: Callable[..., None], *args: Any) -> Timer:
        """Call again and again on the loop, first after one interval; does not keep a run busy."""

    def at(self, when: Callable[[float], float], call: Callable[..., None]) -> Timer:
        """Call at wall-clock times: ``when(now)`` gives the next one in epoch seconds."""

    def spawn(self, work: Coroutine[Any, Any, None], *, source: bool = False) -> None:
        """Run a coroutine beside the handlers; cancelled at stop; its exception is an error here.

        A run with such work is not idle, but for a ``source``, which goes on until stop.
        """

    def on_close(self, call: Callable[[], Awaitable[None] | None]) -> None:
        """Call at stop, in reverse order of registration, after timers and work were cancelled."""

    @property
    def has_room(self) -> bool:
        """Whether the flow can take more messages: asked by sources that can leave some out."""

    async def room(self) -> None:
        """Wait until the flow can take more messages.

        A source of messages that reads on its own (a socket, a file) waits before it reads on, so
        that the other side feels it. Returns at once but for flows that are full and whose policy
        is to wait (`vgd_kernel.model.limits`).
        """

    def on_room(self, call: Callable[[bool], None]) -> None:
        """Call with False when the flow is full, with True when it has room again; until stop.

        For sources that are called from outside and can ask to be left alone for a while.
        """

    def now(self) -> float:
        """Return monotonic seconds of the run's clock (virtual in tests)."""

    def time(self) -> float:
        """Return wall-clock seconds since the epoch of the run's clock."""

    def new_id(self) -> str:
        """Return a fresh id, 16 hex digits (for ``_msgid`` and ``parts.id``)."""

    def random(self) -> float:
        """Return a random number in [0, 1) of the run's generator (seeded in tests)."""

    def env(self, name: str) -> Any:
        """Return an environment value: node, group, tab, global, then the process's; or UNDEFINED.

        ``NR_NODE_ID``, ``NR_NODE_NAME``, ``NR_FLOW_ID``, ``NR_FLOW_NAME`` and so on included.
        """

    def env_names(self) -> Iterable[str]:
        """Return the names that `env` knows, of all levels."""

    @property
    def state(self) -> MutableMapping[str, Any]:
        """Values of this node that survive a restart: plain, serialisable, snapshotted."""

    def context(self, scope: Scope) -> ContextStore:
        """Return the context store of a scope, Node-RED's ``context``, ``flow`` and ``global``."""

    def config_node(self, id: str) -> Any:
        """Return the started config node (its frozen config), None when there is none."""

    def link(self, target: Any, *, by_name: bool = False) -> Send:
        """Return what hands a message to a *link in* node, as a link call does.

        Args:
            target: Its id, or (``by_name``) its name: first on the same tab, then anywhere.
            by_name: Whether a name will do.

        Raises:
            UnknownNodeError: There is no such node, or several have the name.
        """

    def on_link_return(self, call: Callable[[str, Message], None]) -> None:
        """Take ``(id of the call, message)`` when a call of this node comes back."""

    def link_return(self, caller: str, call: str, msg: Message) -> bool:
        """Hand a message back to the node that called; False when it takes none."""

    def service(self, protocol: type[ServiceT]) -> ServiceT:
        """Return the service that implements a protocol of `vgd_kernel.model.services`.

        Raises:
            PlatformError: The run was started without it; the text says what to install or do.
        """


__all__ = (
    "DEFAULT_STORE",
    "Context",
    "ContextStore",
    "Emitted",
    "Scope",
    "Send",
    "Timer",
)
