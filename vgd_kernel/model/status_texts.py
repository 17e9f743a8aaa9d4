"""Words for the status texts that Node-RED's nodes set as keys of its message catalogue.

A status node gets the key, as in Node-RED, so that flows may compare it; a person sees the words.
"""

from __future__ import annotations

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


__all__ = ("shown_status",)
