"""JSON objects over a stream: four bytes of length, then the text. Both ends of a link use it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

MAX_FRAME_BYTES = 256 * 1024 * 1024
"""A longer frame is nonsense or an attack; a flow of 25,000 nodes is about 10 MB."""

MAX_UNSENT_BYTES = 64 * 1024 * 1024
"""A peer that lets more pile up is too slow and is cut off; it can come back and catch up."""


class Channel:
    """One connection. Reading ends with None; writing to a closed one does nothing."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Wrap an open connection."""
        self._reader = reader
        self._writer = writer

    async def read(self) -> dict[str, Any] | None:
        """Return the next object; None when the other side is gone or talks nonsense."""
        try:
            size = int.from_bytes(await self._reader.readexactly(4))
            if size > MAX_FRAME_BYTES:
                return None
            data = json.loads(await self._reader.readexactly(size))
        except (asyncio.IncompleteReadError, OSError, ValueError, RecursionError):
            return None
        return data if isinstance(data, dict) else None

    def write(self, data: dict[str, Any]) -> None:
        """Send an object; a peer that does not read is cut off.

        Raises:
            ValueError: It is longer than `MAX_FRAME_BYTES`.
        """
        if self._writer.is_closing():
            return
        text = json.dumps(data, separators=(",", ":")).encode()
        if len(text) > MAX_FRAME_BYTES:
            raise ValueError(f"a frame of {len(text)} bytes; expected at most {MAX_FRAME_BYTES}")
        self._writer.write(len(text).to_bytes(4) + text)
        if self._writer.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self._writer.transport.abort()

    async def close(self) -> None:
        """Send what is left, at most for a second, and close."""
        self._writer.close()
        try:
            async with asyncio.timeout(1.0):
                await self._writer.wait_closed()
        except OSError:
            return  # the other side was faster
        except TimeoutError:
            await self.drop()

    async def drop(self) -> None:
        """Close without sending what is left."""
        self.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    def abort(self) -> None:
        """Begin to close without sending what is left; the reader sees the end."""
        self._writer.transport.abort()


__all__ = ("MAX_FRAME_BYTES", "MAX_UNSENT_BYTES", "Channel")
