"""A WebSocket that a client opened to us, over ASGI."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

logger = logging.getLogger(__name__)

QUEUE_SIZE = 10_000
"""Messages that wait for a slow client; one that is slower is closed."""

CLOSE_LIMIT_S = 1.0
"""A client gets what is still queued for it, when it takes that within this time."""


class AsgiSocket:
    """Implements `model.network.MessageSocket`."""

    def __init__(
        self,
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Take an accepted socket."""
        self._receive = receive
        self._send = send
        self._open = True
        self._out: asyncio.Queue[str | bytes] = asyncio.Queue(QUEUE_SIZE)
        self._writer = asyncio.get_running_loop().create_task(self._write())

    def send(self, data: str | bytes) -> None:
        """Queue a message; does nothing when the socket is closed."""
        if not self._open:
            return
        try:
            self._out.put_nowait(data)
        except asyncio.QueueFull:
            logger.warning("a WebSocket client is %d messages behind; it is closed", QUEUE_SIZE)
            self._open = False
            self._writer.cancel()

    async def _write(self) -> None:
        while True:
            await self._write_one(await self._out.get())

    async def _write_one(self, data: str | bytes) -> None:
        kind = "text" if isinstance(data, str) else "bytes"
        await self._send({"type": "websocket.send", kind: data})

    async def close(self) -> None:
        """Close it; harmless when it is closed."""
        was_open, self._open = self._open, False
        self._writer.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError, RuntimeError):
            await self._writer
        if was_open:
            # the client was faster, or it reads nothing any more
            with contextlib.suppress(OSError, RuntimeError, TimeoutError):
                async with asyncio.timeout(CLOSE_LIMIT_S):
                    while not self._out.empty():
                        await self._write_one(self._out.get_nowait())
                    await self._send({"type": "websocket.close", "code": 1000})

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Iterate over what arrives, until the socket closes."""
        while self._open:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                self._open = False
                return
            text = event.get("text")
            yield event["bytes"] if text is None else text


__all__ = ("CLOSE_LIMIT_S", "QUEUE_SIZE", "AsgiSocket")
