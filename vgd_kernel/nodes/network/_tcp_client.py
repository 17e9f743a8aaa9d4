"""A TCP client that connects again whenever its connection ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from vgd_kernel.model import Context
from vgd_kernel.model.network import NetworkTimes
from vgd_kernel.nodes.network._tcp import QUICK_S, Connection, open_connection, pool_of
from vgd_kernel.nodes.network._tls import Tls


class TcpClient:
    """The client of one node.

    Attributes:
        connection: The open one, None while there is none.
        quick: The next connection is tried at once: this one ended in good order.
    """

    def __init__(
        self,
        ctx: Context,
        host: str,
        port: int,
        tls: Tls | None,
        *,
        data: Callable[[Connection, bytes], None],
        ended: Callable[[Connection], None],
        opened: Callable[[Connection], None] | None = None,
        pooled: bool = False,
    ) -> None:
        """Begin to connect; ``pooled`` connections can be answered by session id."""
        self._ctx = ctx
        self._host, self._port, self._tls = host, port, tls
        self._data, self._ended, self._opened_to = data, ended, opened
        self._pool = pool_of(ctx) if pooled else None
        self._reconnect_s = ctx.service(NetworkTimes).socket_reconnect_s
        self.connection: Connection | None = None
        self.quick = False
        ctx.on_room(self._room_changed)
        ctx.spawn(self._run(), source=True)

    async def _run(self) -> None:
        ctx, where = self._ctx, f"{self._host}:{self._port}"
        while True:
            ctx.log(f"connecting to {where}")
            ctx.status("grey", "dot", "common.status.connecting")
            made = self._connection()
            try:
                await open_connection(made, self._host, self._port, self._tls)
                await made.closed
            except OSError as error:
                ctx.log(f"error: {error.strerror or error}")
                self._show_lost(made)
            finally:
                self.connection = None
                made.abort()
            quick, self.quick = self.quick, False
            if not quick:
                ctx.log(f"connection lost to {where}")
            await asyncio.sleep(QUICK_S if quick else self._reconnect_s)

    def _connection(self) -> Connection:
        return Connection(
            self._ctx.new_id(),
            opened=self._opened,
            data=self._data,
            ended=self._ended,
            closed=self._closed,
        )

    def _room_changed(self, room: bool) -> None:
        if self.connection is not None:
            self.connection.read(on=room)

    def _opened(self, connection: Connection) -> None:
        self.connection = connection
        if not self._ctx.has_room:
            connection.read(on=False)
        if self._pool is not None:
            self._pool[connection.id] = connection
        if self._opened_to is not None:
            self._opened_to(connection)
        self._ctx.log(f"connected to {self._host}:{self._port}")
        self._ctx.status(
            "green", "dot", "common.status.connected", details=self._session(connection)
        )

    def _closed(self, connection: Connection, error: Exception | None) -> None:
        if self._pool is not None:
            self._pool.pop(connection.id, None)
        self.connection = None
        if error is not None:
            self._ctx.log(f"error: {error}")
        self._show_lost(connection)

    def _show_lost(self, connection: Connection) -> None:
        details = self._session(connection)
        self._ctx.status("red", "ring", "common.status.disconnected", details=details)

    def _session(self, connection: Connection) -> dict[str, dict[str, str]]:
        if self._pool is None:
            return {}
        return {"_session": {"type": "tcp", "id": connection.id}}


__all__ = ("TcpClient",)
