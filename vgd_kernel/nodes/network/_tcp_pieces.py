"""What a tcp in node makes of the bytes of one connection: messages, whole or by delimiter."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable
from typing import Any


class Pieces:
    """Cuts what one connection brings into payloads."""

    def __init__(
        self,
        send: Callable[[Any, bool], None],
        *,
        kind: str,
        single: bool,
        delimiter: str,
        keep_delimiter: bool,
        lines_of_base64: bool,
    ) -> None:
        """Take the node's choices; ``send`` gets a payload, and whether it is the rest."""
        self._send = send
        self._kind = kind
        self._single = single
        self._delimiter = delimiter if kind == "utf8" or lines_of_base64 else ""
        self._tail = delimiter if keep_delimiter else ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._bytes = bytearray()
        self._text = ""

    def feed(self, data: bytes) -> None:
        """Take bytes."""
        if self._kind == "buffer":
            if self._single:
                self._bytes += data
            else:
                self._send(data, False)
            return
        text = (
            base64.b64encode(data).decode()
            if self._kind == "base64"
            else self._decoder.decode(data)
        )
        if self._single:
            self._text += text
        elif self._delimiter and self._kind != "buffer":
            *lines, self._text = (self._text + text).split(self._delimiter)
            for line in lines:
                self._send(line + self._tail, False)
        else:
            self._send(text, False)

    def end(self) -> bool:
        """Send the rest; False when there is none."""
        rest: Any = bytes(self._bytes) if self._kind == "buffer" else self._text
        self._bytes.clear()
        self._text = ""
        if not rest:
            return False
        self._send(rest, True)
        return True


__all__ = ("Pieces",)
