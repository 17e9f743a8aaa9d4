"""Events of a run in the form of Node-RED's own: statuses, log lines, debug entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.events import DebugMessage, LogRecord, StatusChanged
from vgd_kernel.model.javascript_values import is_number, number_text, to_json_text
from vgd_kernel.testing.nodered.values import encode

_UNSTEADY = frozenset({"_session", "ip", "port"})
"""Details of a status that differ from run to run; the recorder of the cases drops them too."""


def status_record(event: StatusChanged, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a status as Node-RED's event has it: what was not set is absent.

    A debug node clears its status by three empty texts, all other nodes by an empty object.
    """
    status = {"fill": event.fill, "shape": event.shape, "text": event.text}
    if any(status.values()) or entry.get("type") != "debug":
        status = {key: value for key, value in status.items() if value}
    kept = {key: value for key, value in event.details.items() if key not in _UNSTEADY}
    return {"id": event.node, "status": {**status, **encode(kept, ("status",))}}


def log_record(event: LogRecord) -> dict[str, Any]:
    """Return a line of the log."""
    return {"level": event.level, "id": event.node, "msg": event.text}


def debug_record(event: DebugMessage, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of the debug panel: the value as text, and its format."""
    format, text = _debug_text(event.value)
    record = {
        "id": event.node, "name": event.name, "format": format, "msg": text, "path": entry.get("z"),
    }  # fmt: skip
    if "topic" in event.msg:
        record["topic"] = encode(event.msg["topic"], ("topic",))
    if entry.get("targetType") != "jsonata" and entry.get("complete") != "true":
        record["property"] = event.property
    return record


def _debug_text(value: Any) -> tuple[str, str]:
    if value is None:
        return "null", "(undefined)"
    if isinstance(value, bool):
        return "boolean", "true" if value else "false"
    if is_number(value):
        return "number", number_text(value)
    if isinstance(value, str):
        return f"string[{len(value)}]", value
    if isinstance(value, (bytes, bytearray)):
        return f"buffer[{len(value)}]", value.hex()
    if isinstance(value, (list, tuple)):
        return f"array[{len(value)}]", to_json_text(value)
    return "Object", to_json_text(value)


__all__ = ("debug_record", "log_record", "status_record")
