"""How a split node cuts a value and sends the pieces."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from vgd_kernel.model import Context, Message, clone


class Splitter:
    """Cuts values; in stream mode it remembers what stands behind the last separator."""

    def __init__(
        self,
        ctx: Context,
        put: Callable[[Any, Any], bool],
        separator: str | bytes | int,
        *,
        stream: bool,
        items: int,
    ) -> None:
        """Start with nothing remembered.

        Args:
            ctx: The node.
            put: Puts a piece into a message.
            separator: Text, bytes, or the length of a piece.
            stream: Treat all messages as one stream.
            items: Items of a list per message.
        """
        self._ctx = ctx
        self._put = put
        self._separator = separator
        self._stream = stream
        self._items = items
        self._index = 0
        self._rest_text = ""
        self._rest_bytes = b""

    def _send(self, msg: Message, piece: Any, index: int) -> None:
        self._put(msg, piece)
        msg["parts"]["index"] = index
        self._ctx.send(clone(msg))

    def text(self, msg: Message, value: str) -> None:
        """Cut a text."""
        parts = msg["parts"]
        value = self._rest_text + value
        parts["type"] = "string"
        if isinstance(self._separator, int):
            parts["ch"], parts["len"] = "", self._separator
            self._rest_text = self._fixed(msg, value, self._separator) or ""
            return
        if isinstance(self._separator, bytes):
            parts["ch"] = list(self._separator)
            separator = self._separator.decode("utf-8", "replace")
        else:
            parts["ch"] = separator = self._separator
        pieces = value.split(separator) if separator else list(value)
        if not self._stream:
            parts["count"] = len(pieces)
        last = len(pieces) - 1
        for number, piece in enumerate(pieces):
            if number == last and self._stream:
                self._rest_text = piece
            else:
                self._send(msg, piece, self._index)
                self._index += 1
        if not self._stream:
            self._index = 0

    def _fixed(self, msg: Message, value: Any, length: int) -> Any:
        """Send pieces of one length and return what stays for the next message of a stream."""
        count = math.ceil(len(value) / length)
        if not self._stream:
            msg["parts"]["count"] = count
            self._index = 0
        position = 0
        for _ in range(count - 1):
            self._send(msg, value[position : position + length], self._index)
            self._index += 1
            position += length
        rest = value[position:]
        if self._stream and len(rest) != length:
            return rest
        self._send(msg, rest, self._index)
        self._index += 1
        return None

    def buffer(self, msg: Message, value: bytes) -> None:
        """Cut a buffer."""
        parts = msg["parts"]
        value = self._rest_bytes + value
        parts["type"] = "buffer"
        if isinstance(self._separator, int):
            parts["len"] = self._separator
            self._rest_bytes = self._fixed(msg, value, self._separator) or b""
            return
        if isinstance(self._separator, bytes):
            parts["ch"], separator = list(self._separator), self._separator
        else:
            parts["ch"], separator = self._separator, self._separator.encode()
        pieces = value.split(separator)
        if not self._stream:
            parts["count"] = len(pieces)
            self._index = 0
        for piece in pieces[:-1]:
            self._send(msg, piece, self._index)
            self._index += 1
        if self._stream:
            self._rest_bytes = pieces[-1]
        elif pieces[-1]:
            # Node-RED writes the count of the last piece from its running index.
            parts["count"] = self._index + 1
            self._send(msg, pieces[-1], self._index)
            self._index += 2
        else:
            self._rest_bytes = b""

    def items(self, msg: Message, value: list[Any]) -> None:
        """Send the items of a list, one by one or in chunks."""
        size = self._items
        count = math.ceil(len(value) / size)
        parts = msg["parts"]
        parts["type"], parts["count"], parts["len"] = "array", count, size
        for index in range(count):
            chunk = value[index * size : (index + 1) * size]
            self._send(msg, chunk[0] if size == 1 else chunk, index)

    def keys(
        self, msg: Message, value: Mapping[str, Any], put_key: Callable[[Any, Any], bool] | None
    ) -> None:
        """Send the values of an object; ``put_key`` puts the key somewhere too."""
        msg["parts"]["type"] = "object"
        for index, (key, item) in enumerate(value.items()):
            if put_key is not None:
                put_key(msg, key)
            msg["parts"]["key"], msg["parts"]["count"] = key, len(value)
            self._send(msg, item, index)


__all__ = ("Splitter",)
