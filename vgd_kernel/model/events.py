"""What a run tells the world: status, debug messages, log records, things to show.

Events are data that travels (to the canvas, to the server, to a log): frozen, and with a
``to_json`` whose result ``json.dumps`` accepts whatever a message carried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vgd_kernel.model.errors import MessageError
from vgd_kernel.model.serialise import to_jsonable
from vgd_kernel.model.status_texts import shown_status

StatusFill = Literal["", "red", "green", "yellow", "blue", "grey"]
StatusShape = Literal["", "dot", "ring"]
LogLevel = Literal["debug", "info", "warn", "error"]


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A node set its status (Node-RED's fill, shape and text; all empty clears it).

    Attributes:
        node: Id of the node.
        fill: Colour of the mark.
        shape: Form of the mark.
        text: Text beside the mark.
        time_s: Wall-clock time in seconds since the epoch.
        details: Further keys that status nodes get.
    """

    node: str
    fill: StatusFill
    shape: StatusShape
    text: str
    time_s: float
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object with ``kind: status``."""
        return {
            "kind": "status",
            "node": self.node,
            "fill": self.fill,
            "shape": self.shape,
            "text": shown_status(self.text),
            "time": self.time_s,
        }


@dataclass(frozen=True, slots=True)
class DebugMessage:
    """A message reached a debug node.

    Attributes:
        node: Id of the debug node.
        name: Its name, for display.
        msg: The whole message as it arrived (owned by the receiver of the event).
        value: What the node was asked to show: the property, the expression, or the message.
        property: Name of what ``value`` is: ``payload``, ``msg`` for all of it, or the expression.
        time_s: Wall-clock time in seconds since the epoch.
    """

    node: str
    name: str
    msg: dict[str, Any]
    value: Any
    property: str
    time_s: float

    def to_json(self, *, strict: bool = False) -> dict[str, Any]:
        """Return a JSON object with ``kind: debug``.

        Raises:
            MessageError: With ``strict``, the message holds what has no JSON form.
        """
        return {
            "kind": "debug",
            "node": self.node,
            "name": self.name,
            "msg": to_jsonable(self.msg, strict=strict),
            "value": to_jsonable(self.value, strict=strict),
            "property": self.property,
            "time": self.time_s,
        }


@dataclass(frozen=True, slots=True)
class LogRecord:
    """A line of a node's or a run's log; ``error`` ones reached no catch node.

    Attributes:
        level: Severity.
        node: Id of the node, empty for the run itself.
        text: The line.
        msgid: ``_msgid`` of the message that was being handled, empty when there was none.
        time_s: Wall-clock time in seconds since the epoch.
    """

    level: LogLevel
    node: str
    text: str
    msgid: str
    time_s: float

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object with ``kind: log``."""
        return {
            "kind": "log",
            "level": self.level,
            "node": self.node,
            "text": self.text,
            "msgid": self.msgid,
            "time": self.time_s,
        }


@dataclass(frozen=True, slots=True)
class Displayed:
    """A node wants a picture shown beside it, as a Jupyter MIME bundle.

    Attributes:
        node: Id of the node.
        bundle: MIME type to data; for Plotly ``application/vnd.plotly.v1+json``.
        time_s: Wall-clock time in seconds since the epoch.
    """

    node: str
    bundle: dict[str, Any] = field(default_factory=dict)
    time_s: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object with ``kind: display``."""
        return {
            "kind": "display",
            "node": self.node,
            "bundle": to_jsonable(self.bundle),
            "time": self.time_s,
        }


@dataclass(frozen=True, slots=True)
class BreakpointHit:
    """A message is held at a breakpoint.

    Attributes:
        node: Id of the node before which it is held.
        source: Id of the node at the start of the wire; empty when the node has the breakpoint.
        port: Number of the output at the start of the wire.
        held: Number of the held message, for the debugger.
        msg: The message (owned by the receiver of the event).
        time_s: Wall-clock time in seconds since the epoch.
    """

    node: str
    source: str
    port: int
    held: int
    msg: dict[str, Any]
    time_s: float

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object with ``kind: breakpoint``."""
        return {
            "kind": "breakpoint",
            "node": self.node,
            "source": self.source,
            "port": self.port,
            "held": self.held,
            "msg": to_jsonable(self.msg),
            "time": self.time_s,
        }


Event = StatusChanged | DebugMessage | LogRecord | Displayed | BreakpointHit


def to_records(event: Event) -> list[dict[str, Any]]:
    """Return an event as JSON objects for a journal or a canvas.

    A debug message with values that have no JSON form is followed by an error in the log that
    names the node, the path and the Python type; the message itself shows their ``repr``.
    """
    if not isinstance(event, DebugMessage):
        return [event.to_json()]
    try:
        return [event.to_json(strict=True)]
    except MessageError as error:
        msgid = str(event.msg.get("_msgid", ""))
        lost = LogRecord("error", event.node, str(error), msgid, event.time_s)
        return [event.to_json(), lost.to_json()]


__all__ = (
    "BreakpointHit",
    "DebugMessage",
    "Displayed",
    "Event",
    "LogLevel",
    "LogRecord",
    "StatusChanged",
    "StatusFill",
    "StatusShape",
    "to_records",
)
