"""What a run tells the world and itself: events, statuses, errors."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from vgd_kernel.engine.clock import Clock
from vgd_kernel.engine.routing import MOST_CATCHES, Routing
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.model.errors import FlowError, Problem, ThrownError
from vgd_kernel.model.events import (
    Event,
    LogLevel,
    LogRecord,
    StatusChanged,
    StatusFill,
    StatusShape,
)
from vgd_kernel.model.message import Message

logger = logging.getLogger(__name__)

STACK_FRAMES = 6
"""Frames of a node's exception that go into ``msg.error.stack``: the node's own ones."""

Observer = Callable[[Event], None]

Completed = Callable[[RunningNode, Message, str | BaseException | None], None]
"""Told that a node is done with a message, or failed on it."""


class Reports:
    """Takes what nodes report; hands it to observers and to listening nodes.

    Attributes:
        statuses: The last status of each node that has set one.
        routing: The nodes that listen.
        completed: Told of the end of each message while there are hooks.
    """

    def __init__(self, clock: Clock, routing: Routing) -> None:
        """Start without observers.

        Args:
            clock: Gives the times of events.
            routing: Knows the nodes that listen.
        """
        self._clock = clock
        self._observers: tuple[Observer, ...] = ()
        self.completed: Completed | None = None
        self.statuses: dict[str, StatusChanged] = {}
        self.started = False  # status nodes hear nothing of the start, as in Node-RED
        self.routing = routing

    @property
    def shows_debug(self) -> bool:
        """Somebody wants to hear what reaches debug nodes."""
        return any(getattr(observer, "hears_debug", True) for observer in self._observers)

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Hand every event to an observer; return what ends that.

        An observer with an attribute ``hears_debug`` that is false gets debug messages only when
        another one wants them.
        """
        self._observers = (*self._observers, observer)

        def forget() -> None:
            self._observers = tuple(o for o in self._observers if o is not observer)

        return forget

    def tell(self, event: Event) -> None:
        """Hand an event to all observers; one that raises does not disturb the others."""
        for observer in self._observers:
            try:
                observer(event)
            except Exception:
                logger.exception("an observer of a run raised on %s", type(event).__name__)

    def log(
        self, node: RunningNode | None, level: LogLevel, text: str, msg: Message | None = None
    ) -> None:
        """Tell a line of the log."""
        id = node.id if node is not None else ""
        msgid = str(msg.get("_msgid", "")) if msg is not None else ""
        self.tell(LogRecord(level, id, text, msgid, self._clock.time()))
        if level == "error" and not self._observers:
            logger.error("%s: %s (msg %s)", node or "run", text, msgid)

    def problem(self, problem: Problem) -> None:
        """Tell the log why a node was left out."""
        self.tell(LogRecord("error", problem.node, problem.finding, "", self._clock.time()))
        if not self._observers:
            logger.error("%s", problem)

    def error(self, node: RunningNode, error: str | BaseException, msg: Message | None) -> None:
        """Hand an error to the catch nodes in reach, or else to the log."""
        node.errors += 1
        if self.completed is not None and msg is not None:
            self.completed(node, msg, error)
        text = error_text(error)
        if msg is not None:
            shown = error.named if isinstance(error, ThrownError) else text
            if self.routing.error(node, {"message": shown, **_details(error)}, msg):
                return
            if self.routing.count_catches(node, msg) >= MOST_CATCHES:
                self.log(node, "warn", "Message exceeded maximum number of catches", msg)
        self.log(node, "error", text, msg)

    def status(
        self,
        node: RunningNode,
        fill: StatusFill,
        shape: StatusShape,
        text: str,
        details: Mapping[str, Any],
    ) -> None:
        """Set the status of a node; all empty clears it."""
        changed = StatusChanged(node.id, fill, shape, text, self._clock.time(), details)
        self.statuses[node.id] = changed
        self.tell(changed)
        named = {"fill": fill, "shape": shape, "text": text}
        shown = {**{k: v for k, v in named.items() if v}, **details}
        if self.started:
            self.routing.status(node, shown)

    def forget_status(self, node: RunningNode) -> None:
        """Clear the status of a node that is removed; no status node hears of it."""
        if self.statuses.pop(node.id, None) is not None:
            self.tell(StatusChanged(node.id, "", "", "", self._clock.time(), {}))


def _details(error: str | BaseException) -> dict[str, Any]:
    """Return what an exception tells besides its text: code, cause, stack of foreign ones."""
    details: dict[str, Any] = {}
    if isinstance(error, BaseException):
        if not isinstance(error, FlowError):
            details["stack"] = "".join(traceback.format_exception(error, limit=-STACK_FRAMES))
        code = getattr(error, "code", None)
        if isinstance(code, (str, int)) and code != "":
            details["code"] = code
        if hasattr(error, "cause"):
            details["cause"] = error.cause
    return details


def error_text(error: str | BaseException) -> str:
    """Return the text of an error: our own as it is, others with the name of their type."""
    if isinstance(error, str):
        return error
    if isinstance(error, FlowError):
        return str(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


__all__ = ("Observer", "Reports", "error_text")
