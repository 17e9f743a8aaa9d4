"""TCP and TLS connections of nodes: one connection, and a listening port."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from weakref import WeakKeyDictionary

from vgd_kernel.model import Context
from vgd_kernel.model.context import ContextStore
from vgd_kernel.model.network import NetworkTimes
from vgd_kernel.nodes.network._tls import Tls

QUICK_S = 0.02
"""Wait before connecting again when the other side closed in good order; Node-RED's."""

KEEP_ALIVE_S = 120
"""Silence before the system asks whether the other side is still there; Node-RED's."""

BACKLOG = 511
"""Connections that wait to be accepted; Node.js has the same."""


def ignore(*args: object) -> None:
    """Do nothing with what a connection tells."""


_pools: WeakKeyDictionary[ContextStore, dict[str, Connection]] = WeakKeyDictionary()


def pool_of(ctx: Context) -> dict[str, Connection]:
    """Return the open connections of a run, by session id: tcp out answers through them."""
    return _pools.setdefault(ctx.context("global"), {})


class Connection(asyncio.Protocol):
    """One connection; calls back on what happens.

    Attributes:
        id: Session id.
        peer: Address and port of the other side.
        closed: Done when it is over.
    """

    def __init__(
        self,
        id: str,
        *,
        opened: Callable[[Connection], None],
        data: Callable[[Connection, bytes], None],
        ended: Callable[[Connection], None],
        closed: Callable[[Connection, Exception | None], None],
        timeout_s: float | None = None,
        timed_out: Callable[[Connection], None] | None = None,
    ) -> None:
        """Take who is called; ``ended`` only when the other side closes in good order."""
        self.id = id
        self.peer: tuple[str, int] = ("", 0)
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._opened, self._data, self._ended, self._lost = opened, data, ended, closed
        self._timeout_s = timeout_s
        self._timed_out = timed_out
        self._silence: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = transport.get_extra_info("peername") or ("", 0)
        self.peer = (peer[0], peer[1])
        plain = transport.get_extra_info("socket")
        if plain is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if hasattr(socket, "TCP_KEEPIDLE"):
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEP_ALIVE_S)
        self._listen_for_silence()
        self._opened(self)

    def data_received(self, data: bytes) -> None:
        """Hand data on."""
        self._listen_for_silence()
        self._data(self, data)

    def eof_received(self) -> None:
        """Tell that the other side ended; the connection then closes by itself."""
        self._ended(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Tell that it is over."""
        self._transport = None
        if self._silence is not None:
            self._silence.cancel()
        if not self.closed.done():
            self.closed.set_result(None)
        self._lost(self, error)

    def _listen_for_silence(self) -> None:
        if self._timeout_s is None:
            return
        if self._silence is not None:
            self._silence.cancel()
        loop = asyncio.get_running_loop()
        self._silence = loop.call_later(self._timeout_s, self._fall_silent)

    def _fall_silent(self) -> None:
        if self._timed_out is not None:
            self._timed_out(self)
        self.finish()

    def write(self, data: bytes) -> None:
        """Send; does nothing when it is over."""
        if self._transport is not None:
            self._listen_for_silence()
            self._transport.write(data)

    def read(self, *, on: bool) -> None:
        """Read on, or leave what comes to the system, which makes the other side wait."""
        if self._transport is not None:
            (self._transport.resume_reading if on else self._transport.pause_reading)()

    def finish(self) -> None:
        """Close when all is sent."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()


async def open_connection(made: Connection, host: str, port: int, tls: Tls | None) -> None:
    """Connect.

    Raises:
        OSError: Nobody answers, or TLS fails.
    """
    await asyncio.get_running_loop().create_connection(
        lambda: made,
        host,
        port,
        ssl=tls.context if tls is not None else None,
        server_hostname=tls.name if tls is not None else None,
    )


class Server:
    """A listening port of one node, and its connections.

    Attributes:
        connections: The open ones, by session id.
    """

    def __init__(
        self,
        ctx: Context,
        port: int,
        *,
        opened: Callable[[Connection], None],
        closed: Callable[[Connection, Exception | None], None],
        data: Callable[[Connection, bytes], None] = ignore,
        ended: Callable[[Connection], None] = ignore,
    ) -> None:
        """Take the node and who is called."""
        self.connections: dict[str, Connection] = {}
        self._ctx, self._port = ctx, port
        self._opened_to, self._closed_to = opened, closed
        self._data, self._ended = data, ended
        self._timeout_s = ctx.service(NetworkTimes).socket_timeout_s
        ctx.on_room(self._room_changed)

    def listen(self, tls: ssl.SSLContext | None) -> None:
        """Listen on all addresses until the node closes; a port in use is an error of the node.

        The port is bound at once, so that a client that is early waits.
        """
        ctx = self._ctx
        try:
            bound = _bound(self._port)
        except OSError as error:
            reason = error.strerror or str(error)
            ctx.error(f"unable to listen on port {self._port}, error: {reason}")
            return
        servers: list[asyncio.Server] = []

        async def serve() -> None:
            loop = asyncio.get_running_loop()
            servers.append(
                await loop.create_server(self._make, sock=bound, ssl=tls, backlog=BACKLOG)
            )

        def close() -> None:
            for server in servers:
                server.close()
            bound.close()
            for connection in list(self.connections.values()):
                connection.finish()
            ctx.log("stopped listening on port")

        ctx.spawn(serve(), source=True)
        ctx.on_close(close)
        ctx.log(f"listening on port {self._port}")

    def _make(self) -> Connection:
        return Connection(
            self._ctx.new_id(),
            opened=self._opened,
            data=self._data,
            ended=self._ended,
            closed=self._closed,
            timeout_s=self._timeout_s,
            timed_out=self._timed_out,
        )

    def _opened(self, connection: Connection) -> None:
        self.connections[connection.id] = connection
        if not self._ctx.has_room:
            connection.read(on=False)
        self._opened_to(connection)

    def _room_changed(self, room: bool) -> None:
        for connection in self.connections.values():
            connection.read(on=room)

    def _closed(self, connection: Connection, error: Exception | None) -> None:
        self.connections.pop(connection.id, None)
        self._closed_to(connection, error)

    def _timed_out(self, connection: Connection) -> None:
        self._ctx.log(f"timeout closed socket port {self._port}")


def _bound(port: int) -> socket.socket:
    dual = socket.has_dualstack_ipv6()
    return socket.create_server(
        ("", port),
        family=socket.AF_INET6 if dual else socket.AF_INET,
        backlog=BACKLOG,
        dualstack_ipv6=dual,
    )


__all__ = (
    "BACKLOG",
    "KEEP_ALIVE_S",
    "QUICK_S",
    "Connection",
    "Server",
    "ignore",
    "open_connection",
    "pool_of",
)
