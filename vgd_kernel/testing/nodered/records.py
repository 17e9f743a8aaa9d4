"""Events of a run in the form of Node-RED's own: statuses, log lines, debug entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.events import DebugMessage, LogRecord, StatusChanged
from vgd_kernel.model.javascript_values import to_text
from vgd_kernel.services.admin.encoding import encode as encode_value
from vgd_kernel.testing.nodered.values import encode

_UNSTEADY = frozenset({"_session", "ip", "port"})
"""Details of a status that differ from run to run; the recorder of the cases drops them too."""


def status_record(event: StatusChanged) -> dict[str, Any]:
    """Return a status as Node-RED's event has it: what was not set is absent."""
    status = {"fill": event.fill, "shape": event.shape, "text": event.text}
    shown = {key: value for key, value in status.items() if value}
    kept = {key: value for key, value in event.details.items() if key not in _UNSTEADY}
    return {"id": event.node, "status": {**shown, **encode(kept, ("status",))}}


def log_record(event: LogRecord) -> dict[str, Any]:
    """Return a line of the log."""
    return {"level": event.level, "id": event.node, "msg": event.text}


def debug_record(event: DebugMessage, entry: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return an entry of the debug panel: the value as text, and its format.

    Args:
        event: The event.
        entry: The debug node in its flow.
        path: Ids of the tab and the subflow instances that it stands in.
    """
    record: dict[str, Any] = {"id": event.node, "path": path, **encode_value(event.value)}
    if "name" in entry:
        record["name"] = event.name
    if "topic" in event.msg:
        record["topic"] = encode(event.msg["topic"], ("topic",))
    if entry.get("targetType") == "jsonata":
        if not entry.get("complete"):
            record["property"] = None
    elif to_text(entry.get("complete")) != "true":
        record["property"] = event.property
    return record


__all__ = ("debug_record", "log_record", "status_record")
