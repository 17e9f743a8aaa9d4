"""How a split node cuts a value and sends the pieces."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vgd_kernel.model import Context, Message, clone
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.javascript_text import code_units, from_code_units
from vgd_kernel.nodes.sequence._pieces import sender

Separator = str | int | list[Any]
"""Text, length of a piece, or the bytes as they stand in the config."""

Put = Callable[[Any, Any], bool]


class Splitter:
    """Cuts values; in stream mode it remembers what stands behind the last separator."""

    def __init__(
        self,
        ctx: Context,
        put: Put,
        separator: Separator,
        data: bytes,
        *,
        stream: bool,
        items: int,
        key: str | None,
    ) -> None:
        """Start with nothing remembered.

        Args:
            ctx: The node.
            put: Puts a piece into a message.
            separator: Where to cut.
            data: The separator as bytes.
            stream: Treat all messages as one stream.
            items: Items of a list per message.
            key: Name of the property that is split when it stands in the message itself.
        """
        self._ctx = ctx
        self._put = put
        self._separator = separator
        self._data = data
        self._stream = stream
        self._items = items
        self._key = key
        self._index = 0
        self._rest_text = ""
        self._rest_bytes = b""
        self._waiting: list[Message] = []

    def _send(self, msg: Message, pieces: Sequence[Any]) -> None:
        """Send pieces with the next indices; the message keeps the last of them."""
        if not pieces:
            return
        send, first = sender(self._ctx.send, msg, self._put, self._key), self._index
        for index, piece in enumerate(pieces, first):
            send(piece, index)
        self._put(msg, pieces[-1])
        msg["parts"]["index"] = first + len(pieces) - 1
        self._index = first + len(pieces)

    def _finish(self, msg: Message, *, cut: bool, waits: bool) -> None:
        """Complete messages: earlier ones once something was cut, this one unless it waits."""
        if cut or not waits:
            waiting, self._waiting = self._waiting, []
            for held in waiting:
                self._ctx.done(held)
        if waits:
            self._waiting.append(msg)
        else:
            self._ctx.done(msg)

    def text(self, msg: Message, value: str) -> None:
        """Cut a text."""
        parts = msg["parts"]
        value = self._rest_text + value
        parts["type"] = "string"
        if isinstance(self._separator, int):
            parts["ch"], parts["len"] = "", self._separator
            units = code_units(value)
            rest = self._fixed(msg, units, self._separator, from_code_units)
            self._rest_text = from_code_units(rest)
            return
        parts["ch"] = self._separator
        separator = self._separator
        if not isinstance(separator, str):
            separator = self._data.decode("utf-8", "replace")
        pieces = value.split(separator) if separator else list(value)
        if self._stream:
            self._rest_text = pieces.pop() if pieces else ""
            self._send(msg, pieces)
        else:
            parts["count"] = len(pieces)
            self._send(msg, pieces)
            self._index = 0
        self._ctx.done(msg)

    def _fixed(self, msg: Message, value: Any, length: int, piece: Callable[[Any], Any]) -> Any:
        """Send pieces of one length and return what stays for the next message of a stream."""
        count = math.ceil(len(value) / length)
        if not self._stream:
            msg["parts"]["count"] = count
            self._index = 0
        edge = max(count - 1, 0) * length
        rest = value[edge:]
        whole = [piece(value[start : start + length]) for start in range(0, edge, length)]
        keeps = self._stream and len(rest) != length
        self._send(msg, whole if keeps else [*whole, piece(rest)])
        self._finish(msg, cut=count > 1, waits=keeps)
        return rest if keeps else value[:0]

    def buffer(self, msg: Message, value: bytes) -> None:
        """Cut a buffer."""
        parts = msg["parts"]
        value = self._rest_bytes + value
        parts["type"] = "buffer"
        if isinstance(self._separator, int):
            parts["len"] = self._separator
            self._rest_bytes = self._fixed(msg, value, self._separator, bytes)
            return
        parts["ch"] = self._separator
        if not self._data:
            raise ExpressionError("the separator of a buffer is empty; expected a byte. Set it.")
        *whole, rest = value.split(self._data)
        if not self._stream:
            parts["count"] = len(whole) + 1
            self._index = 0
        self._send(msg, whole)
        if not self._stream and rest:
            # Node-RED writes the count of the last piece from its running index.
            parts["count"] = self._index + 1
            self._send(msg, [rest])
            self._index += 1
            rest = b""
        self._rest_bytes = rest
        self._finish(msg, cut=bool(whole), waits=bool(rest))

    def items(self, msg: Message, value: list[Any]) -> None:
        """Send the items of a list, one by one or in chunks; the message itself keeps the list."""
        size = self._items
        parts = msg["parts"]
        parts["type"], parts["count"] = "array", math.ceil(len(value) / size)
        parts["len"] = size
        chunks = value if size == 1 else [value[i : i + size] for i in range(0, len(value), size)]
        self._put(msg, None)
        send = sender(self._ctx.send, msg, self._put, self._key)
        for index, chunk in enumerate(chunks):
            send(chunk, index)
        parts.pop("index", None)
        self._put(msg, value)
        self._ctx.done(msg)

    def keys(self, msg: Message, value: Mapping[str, Any], put_key: Put | None) -> None:
        """Send the values of an object; ``put_key`` puts the key somewhere too."""
        parts = msg["parts"]
        parts["type"] = "object"
        for index, (key, item) in enumerate(value.items()):
            self._put(msg, item)
            if put_key is not None:
                put_key(msg, key)
            parts["key"], parts["index"], parts["count"] = key, index, len(value)
            self._ctx.send(clone(msg))
        self._ctx.done(msg)


__all__ = ("Separator", "Splitter")
