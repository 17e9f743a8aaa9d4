"""Rows of header lists in nodes, and the mark by which unchanged headers are known."""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from typing import Any

from vgd_kernel.model import Context, Message
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import Item, Text
from vgd_kernel.model.javascript_values import to_json_text, truthy
from vgd_kernel.model.node import hidden_field, typed_field
from vgd_kernel.model.typed import compile_input

MARK = "x-node-red-request-node"
"""Header that tells a later node that the headers are those of an answer, unchanged."""


class Header(Item):
    """One header: name and value, each chosen from a list, written, or taken from the message."""

    keyType: Text = hidden_field("other")  # noqa: N815 - Node-RED's name
    keyValue: Text = typed_field(  # noqa: N815 - Node-RED's name
        "", title="Name", type_field="keyType", types=("other", "msg")
    )
    valueType: Text = hidden_field("other")  # noqa: N815 - Node-RED's name
    valueValue: Text = typed_field(  # noqa: N815 - Node-RED's name
        "", title="Value", type_field="valueType", types=("other", "msg", "env")
    )

    def read(self, ctx: Context, msg: Message) -> tuple[Any, Any]:
        """Return name and value for a message; None for what cannot be read."""
        return (
            _read(self.keyType, self.keyValue, ctx, msg),
            _read(self.valueType, self.valueValue, ctx, msg),
        )


def _read(type: str, value: str, ctx: Context, msg: Message) -> Any:
    if type == "other":
        return value
    if type in ("msg", "env"):
        try:
            return compile_input(value, type, ctx)(msg)
        except ExpressionError:
            return None
    return type


def mark_of(headers: MutableMapping[str, Any]) -> str:
    """Return the mark of headers."""
    ordered = {name: headers[name] for name in sorted(headers)}
    return hashlib.sha256(to_json_text(ordered).encode()).hexdigest()[:8]


def drop_unchanged(msg: Message) -> None:
    """Remove the headers that an http request node left, unless somebody changed them."""
    headers = msg.get("headers")
    if isinstance(headers, dict) and MARK in headers:
        mark = headers.pop(MARK)
        if mark_of(headers) == mark:
            del msg["headers"]


def update(headers: dict[str, Any], name: str, value: Any) -> None:
    """Set a header whatever its case; an empty value removes it."""
    for known in [key for key in headers if key.lower() == name.lower()]:
        del headers[known]
    if truthy(value):
        headers[name] = value


__all__ = ("MARK", "Header", "drop_unchanged", "mark_of", "update")
