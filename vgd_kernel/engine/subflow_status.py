"""The status output of a subflow: a message there becomes the status of the instance.

Source: Node-RED, ``start`` of ``flows/Subflow.js``.
"""

from __future__ import annotations

from collections.abc import Callable

from vgd_kernel.model.context import Context
from vgd_kernel.model.inspection import inspect
from vgd_kernel.model.message import UNDEFINED, Message
from vgd_kernel.model.status_texts import status_arguments

_FIELDS = ("fill", "shape", "text")
LONGEST_TEXT = 32
"""Characters of a value that is shown as it is; Node-RED's number."""


def subflow_status(instance: Context) -> Callable[[Message], None]:
    """Return what takes the messages of an instance's status output."""

    def receive(msg: Message) -> None:
        payload, status = msg.get("payload", UNDEFINED), msg.get("status")
        if isinstance(payload, str):
            shown = {"text": payload}
        elif isinstance(payload, dict) and (not payload or any(f in payload for f in _FIELDS)):
            shown = payload
        elif payload is not UNDEFINED:
            text = inspect(payload)
            cut = len(text) > LONGEST_TEXT
            shown = {"text": f"{text[:LONGEST_TEXT]}..." if cut else text}
        elif isinstance(status, dict):
            shown = status
        else:
            return
        instance.status(**status_arguments(shown))

    return receive


__all__ = ("subflow_status",)
