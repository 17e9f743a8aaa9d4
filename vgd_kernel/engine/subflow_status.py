"""The status output of a subflow: a message there becomes the status of the instance.

Source: Node-RED, ``start`` of ``flows/Subflow.js``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vgd_kernel.model.context import Context
from vgd_kernel.model.message import UNDEFINED, Message

_FIELDS = ("fill", "shape", "text")
LONGEST_TEXT = 32
"""Characters of a value that is shown as it is; Node-RED's number."""


def subflow_status(instance: Context) -> Callable[[Message], None]:
    """Return what takes the messages of an instance's status output."""

    def receive(msg: Message) -> None:
        payload, status = msg.get("payload", UNDEFINED), msg.get("status")
        if isinstance(payload, str):
            instance.status(text=payload)
        elif isinstance(payload, dict) and (not payload or any(f in payload for f in _FIELDS)):
            instance.status(**_status(payload))
        elif payload is not UNDEFINED:
            text = str(payload)
            cut = len(text) > LONGEST_TEXT
            instance.status(text=f"{text[:LONGEST_TEXT]}..." if cut else text)
        elif isinstance(status, dict):
            instance.status(**_status(status))

    return receive


def _status(fields: dict[str, Any]) -> dict[str, Any]:
    return {field: str(fields[field]) for field in _FIELDS if fields.get(field) is not None}


__all__ = ("subflow_status",)
