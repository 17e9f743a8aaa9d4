"""The WebSockets that the nodes of one listener or client share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from vgd_kernel.model import Context, Message, clone
from vgd_kernel.model.errors import ExpressionError, RequestError
from vgd_kernel.model.network import MessageSocket
from vgd_kernel.model.typed import parse_json

Open = Callable[[], Awaitable[MessageSocket]]


class Sockets:
    """Open sockets, who sends what comes, and who shows how many there are."""

    def __init__(self, ctx: Context, *, whole: bool, is_server: bool) -> None:
        """Take the config node.

        Args:
            ctx: Of the config node.
            whole: What comes and goes is the whole message as JSON, not only its payload.
            is_server: The sockets were opened by others.
        """
        self.whole = whole
        self._ctx = ctx
        self._is_server = is_server
        self._open: dict[str, MessageSocket] = {}
        self._senders: list[Context] = []
        self._shows: list[Context] = []
        self._start: Callable[[], None] | None = None

    # users

    def join(self, ctx: Context, *, sends: bool) -> None:
        """Take a node that shows the state, and sends what comes; the first starts a client."""
        self._shows.append(ctx)
        if sends:
            self._senders.append(ctx)
        ctx.on_close(ctx.status)
        start, self._start = self._start, None
        if start is not None:
            start()

    def _show(self, event: str, id: str) -> None:
        count = len(self._open)
        details = {"event": event, "_session": {"type": "websocket", "id": id}}
        shown = str(count) if self._is_server else ""
        for ctx in self._shows:
            if event == "error":
                ctx.status("red", "ring", "common.status.error", details=details)
            elif count:
                ctx.status("green", "dot", f"connected {shown}", details=details)
            else:
                ctx.status("red", "ring", "common.status.disconnected", details=details)

    # sockets

    async def handle(self, opened: MessageSocket) -> None:
        """Send what comes from a socket, until it closes."""
        id = self._ctx.new_id()
        self._open[id] = opened
        self._show("connect", id)
        try:
            async for data in opened:
                self._received(id, data)
                for ctx in self._senders:
                    await ctx.room()  # the socket is not read meanwhile: the other side feels it
        finally:
            self._open.pop(id, None)
            self._show("disconnect", id)

    def keep_open(self, open_socket: Open, reconnect_s: float) -> None:
        """Open a socket when the first node joins, and again whenever it closes."""

        async def run() -> None:
            while True:
                try:
                    opened = await open_socket()
                except RequestError:
                    id = self._ctx.new_id()
                    self._show("error", id)
                    self._show("disconnect", id)
                else:
                    try:
                        await self.handle(opened)
                    finally:
                        await opened.close()
                await asyncio.sleep(reconnect_s)

        self._start = lambda: self._ctx.spawn(run(), source=True)

    def _received(self, id: str, data: str | bytes) -> None:
        value = self._message(data) if self.whole else {"payload": data}
        if isinstance(value, list):  # sent as it is: what is in it are no messages
            for ctx in self._senders:
                ctx.emit([value])
            return
        msg: Message = value
        msg["_session"] = {"type": "websocket", "id": id}
        for number, ctx in enumerate(self._senders):
            own = clone(msg) if number else msg
            own.setdefault("_msgid", ctx.new_id())
            ctx.send(own)

    def _message(self, data: str | bytes) -> Any:
        try:
            value: Any = parse_json(data if isinstance(data, str) else data.decode())
        except (ExpressionError, UnicodeDecodeError):
            value = data
        return value if isinstance(value, (dict, list)) else {"payload": value}

    # sending

    def broadcast(self, data: str | bytes) -> bool:
        """Send to all; False when a client is not connected."""
        for opened in list(self._open.values()):
            opened.send(data)
        return self._is_server or bool(self._open)

    def reply(self, id: str, data: str | bytes) -> None:
        """Send to one who connected to us; others are passed over, as in Node-RED."""
        opened = self._open.get(id) if self._is_server else None
        if opened is not None:
            opened.send(data)

    async def close(self) -> None:
        """Close all sockets."""
        await asyncio.gather(*(opened.close() for opened in list(self._open.values())))


__all__ = ("Open", "Sockets")
