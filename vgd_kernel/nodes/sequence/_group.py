"""A group of messages that a join node collects, and the value it builds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vgd_kernel.model import UNDEFINED, Message, clone, paths
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.javascript_values import to_text
from vgd_kernel.model.typed import to_buffer


@dataclass(slots=True)
class Group:
    """What has come so far.

    Attributes:
        kind: ``string``, ``buffer``, ``array`` or ``object``.
        msg: The properties of all messages, the last one's on top.
        target: Number of pieces that makes it complete; 0 or less: unknown.
        path: Where the value goes.
        separator: Stands between the pieces of a text or buffer; UNDEFINED: nothing.
        chunk: Items per piece, for lists that were split into chunks.
        items: The pieces of a list, text or buffer; UNDEFINED where one is missing.
        values: The pieces of an object.
        size: How many have come.
        waiting: Messages that are done when the group is.
    """

    kind: str
    msg: Message
    target: Any
    path: str
    separator: Any
    chunk: Any
    items: list[Any] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    size: int = 0
    waiting: list[Message] = field(default_factory=list)

    def set(self, key: str, value: Any) -> None:
        """Set one key of an object."""
        if value is not UNDEFINED:
            self.values[key] = value
        self.size = len(self.values)

    def merge(self, value: Mapping[str, Any]) -> None:
        """Take over all keys of an object."""
        self.values.update({key: item for key, item in value.items() if key != "_msgid"})
        self.size = len(self.values)

    def place(self, value: Any, index: int | None) -> None:
        """Add a piece, at its index when it has one."""
        if index is None:
            if value is not UNDEFINED:
                self.items.append(value)
                self.size += 1
            return
        if index == len(self.items):
            self.items.append(value)
            self.size += 1
            return
        self.items.extend([UNDEFINED] * (index + 1 - len(self.items)))
        if self.items[index] is UNDEFINED or self.items[index] is None:
            self.size += 1
        self.items[index] = value

    def result(self, *, full: bool) -> Message:
        """Return the message with the built value; ``full``: the pieces are whole messages."""
        if full and self.kind != "string":
            self.msg = clone(self.msg)
        paths.set(self.msg, paths.parse_message_path(self.path), self._value())
        return self.msg

    def _value(self) -> Any:
        if self.kind == "object":
            return self.values
        items = [None if item is UNDEFINED else item for item in self.items]
        if self.kind == "string":
            if self.separator is UNDEFINED:
                raise ThrownError(
                    "Cannot read properties of undefined (reading 'toString')", kind="TypeError"
                )
            separator = to_text(self.separator)
            return separator.join("" if item is None else to_text(item) for item in items)
        if self.kind == "buffer":
            if self.separator is UNDEFINED:
                return b"".join(_only_bytes(item, index) for index, item in enumerate(items))
            return _bytes(self.separator).join(_bytes(item) for item in items)
        if isinstance(self.chunk, int) and self.chunk > 1:
            return [one for item in items for one in (item if isinstance(item, list) else [item])]
        return items


def _bytes(item: Any) -> bytes:
    if isinstance(item, (bytes, bytearray)):
        return bytes(item)
    if isinstance(item, (str, list)):
        return to_buffer(item)
    raise ExpressionError(f"Cannot join {item!r} to buffer")


def _only_bytes(item: Any, index: int) -> bytes:
    if isinstance(item, (bytes, bytearray)):
        return bytes(item)
    seen = f"type string ('{item}')" if isinstance(item, str) else "an instance of Array"
    code = "ERR_INVALID_ARG_TYPE"
    raise ThrownError(
        f'The "list[{index}]" argument must be an instance of Buffer or Uint8Array. '
        f"Received {seen}",
        kind=f"TypeError [{code}]",
        code=code,
    )


__all__ = ("Group",)
