"""Message hooks: functions that see each message on its way, and may change or stop it.

A hook is added under ``NAME`` or ``NAME.LABEL`` (`HOOKS` has the names; a label can be removed).
For each message that a node sends they are called in this order:

    onSend       list of SendEvent   what one call of a node sends, before anything is cloned
    preRoute     SendEvent           each wire by itself; the destination may be changed
    preDeliver   SendEvent           the receiver is found, the message is cloned if need be
    postDeliver  SendEvent           the message is in the receiver's queue
    onReceive    ReceiveEvent        the node is about to handle the message
    postReceive  ReceiveEvent        the handler was called (one that waits may still be waiting)
    onComplete   CompleteEvent       the node is done with the message, or failed on it

What a node gets over no wire (pressed, called by a link, an error that it catches) begins with
``onReceive``. A hook that returns False halts the message there; one that raises does, too, and
is an error of the sending (or receiving) node. A hook may return an awaitable, or take a second
argument ``done`` and call it later: ``done()`` goes on, ``done(False)`` halts, ``done(error)`` is
an error. Source: Node-RED, ``RED.hooks`` in ``@node-red/util``, ``hooks.js``.

A package adds hooks to every run by an entry point of the group `GROUP`, whose value is a
function that takes the run's hooks: ``def register(hooks): hooks.add("preDeliver.mine", fn)``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Literal, Protocol

from vgd_kernel.model.errors import PlatformError
from vgd_kernel.model.message import Message

HookName = Literal[
    "onSend", "preRoute", "preDeliver", "postDeliver", "onReceive", "postReceive", "onComplete"
]

HOOKS: tuple[HookName, ...] = (
    "onSend", "preRoute", "preDeliver", "postDeliver", "onReceive", "postReceive", "onComplete",
)  # fmt: skip
"""All names, in the order in which they are called."""

GROUP = "vgd.hooks"
"""Entry-point group of packages that add hooks to every run."""

Hook = Callable[..., Any]
"""``(event)`` or ``(event, done)``."""


@dataclass(frozen=True, slots=True)
class HookNode:
    """A node as hooks see it.

    Attributes:
        id: Its id.
        type: Its type.
        name: Its name, may be empty.
        z: Id of the tab or subflow instance that it stands in.
    """

    id: str
    type: str
    name: str
    z: str


@dataclass(slots=True)
class Source:
    """Where a message comes from: a node and the number of its output."""

    id: str
    node: HookNode
    port: int


@dataclass(slots=True)
class Destination:
    """Where a message goes; ``node`` is None until ``preDeliver``."""

    id: str
    node: HookNode | None = None


@dataclass(slots=True)
class SendEvent:
    """One message on one wire.

    Attributes:
        msg: The message; may be replaced until it is delivered.
        source: Who sends it.
        destination: Who gets it; its ``id`` may be changed up to ``preRoute``.
        clone_message: The receiver will get a clone, because another one gets the message itself.
    """

    msg: Message
    source: Source
    destination: Destination
    clone_message: bool


@dataclass(slots=True)
class ReceiveEvent:
    """One message at the input of a node.

    Attributes:
        msg: The message, owned by the node; ``onReceive`` may replace it.
        destination: The node.
    """

    msg: Message
    destination: Destination


@dataclass(slots=True)
class CompleteEvent:
    """The end of one message at a node.

    Attributes:
        msg: The message.
        node: The node.
        error: What went wrong, None when nothing did.
    """

    msg: Message
    node: HookNode
    error: str | BaseException | None = None


class HookRegistry(Protocol):
    """The hooks of a run: ``run.hooks``."""

    def add(self, name: str, hook: Hook) -> None:
        """Add a hook under ``NAME`` or ``NAME.LABEL``, after those that are there.

        Raises:
            FlowError: There is no hook of that name, or the label has one already.
        """

    def remove(self, name: str) -> None:
        """Remove the hook ``NAME.LABEL``, or all hooks of a label: ``*.LABEL``.

        Raises:
            FlowError: There is no label.
        """

    def has(self, name: str) -> bool:
        """Tell whether there is a hook under ``NAME`` or ``NAME.LABEL``."""


@cache
def installed_hooks() -> tuple[Callable[[HookRegistry], None], ...]:
    """Return what installed packages add to every run (read once per process).

    Raises:
        PlatformError: A package cannot be imported.
    """
    found = []
    for point in sorted(entry_points(group=GROUP)):
        try:
            found.append(point.load())
        except (ImportError, AttributeError) as error:
            raise PlatformError(
                f'the hooks "{point.value}" cannot be imported: {error}. '
                "Install what they need or uninstall the package."
            ) from error
    return tuple(found)


__all__ = (
    "GROUP",
    "HOOKS",
    "CompleteEvent",
    "Destination",
    "Hook",
    "HookName",
    "HookNode",
    "HookRegistry",
    "ReceiveEvent",
    "SendEvent",
    "Source",
    "installed_hooks",
)
