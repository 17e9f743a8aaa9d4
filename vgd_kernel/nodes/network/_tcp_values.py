"""Values of TCP and UDP nodes: ports, delimiters, payloads as bytes."""

from __future__ import annotations

import contextlib
from base64 import b64decode
from typing import Any

from vgd_kernel.model.fields import number
from vgd_kernel.model.javascript_values import to_text


def port_of(text: str) -> int:
    """Return a port from what stands in a field, 0 when it is none."""
    value = number(text)
    return int(value) if 0 < value < 65536 else 0


def count_text(count: int) -> str:
    """Return how many connections there are, in words."""
    return f"{count} connection" + ("" if count == 1 else "s")


def unescape(text: str) -> str:
    """Return a delimiter with its escapes resolved."""
    return text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t")


def to_text_bytes(payload: Any, *, base64: bool) -> bytes:
    """Return a payload as bytes to send."""
    if isinstance(payload, (bytes, bytearray)):
        return bytes(payload)
    text = to_text(payload)
    if base64 and isinstance(payload, str):
        kept = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
        with contextlib.suppress(ValueError):
            return b64decode(kept + "=" * (-len(kept) % 4))
    return text.encode("utf-8", "replace")


__all__ = ("count_text", "port_of", "to_text_bytes", "unescape")
