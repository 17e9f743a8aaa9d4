"""Words for the status texts that Node-RED's nodes set as keys of its message catalogue.

A status node gets the key, as in Node-RED, so that flows may compare it; a person sees the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.javascript_values import to_text

_WORDS = {
    "common.notification.errors.no-response": "no response from server",
    "common.status.connected": "connected",
    "common.status.connecting": "connecting",
    "common.status.disconnected": "disconnected",
    "common.status.error": "error",
    "common.status.not-connected": "not connected",
    "common.status.ok": "OK",
    "httpin.errors.invalid-transport": "non-http transport requested",
    "httpin.status.requesting": "requesting",
    "tcpin.errors.connect-timeout": "connect timeout",
}


def shown_status(text: str) -> str:
    """Return a status text as a person reads it.

    >>> shown_status("node-red:common.status.connected"), shown_status("3 of 4")
    ('connected', '3 of 4')
    """
    return _WORDS.get(text.removeprefix("node-red:"), text)


def status_arguments(status: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of ``ctx.status`` for a status as a flow writes it.

    Further keys, and those that are there but empty, go on to status nodes as they are.

    >>> status_arguments({"fill": "red", "text": 5, "level": 2})
    {'fill': 'red', 'text': '5', 'details': {'level': 2}}
    """
    named = {
        key: to_text(status[key])
        for key in ("fill", "shape", "text")
        if status.get(key) is not None and status[key] != ""
    }
    return {**named, "details": {key: item for key, item in status.items() if key not in named}}


__all__ = ("shown_status", "status_arguments")
