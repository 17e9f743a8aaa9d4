"""The HTTP server of a process: routes and WebSockets of flows on one port, by uvicorn.

The port is bound at once when the first route comes, so that a port in use is an error of that
node and a client that is early waits; it is given back when the last route goes.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.network import HttpRoute, MessageSocket
from vgd_kernel.services.network.asgi import Mount, Routes
from vgd_kernel.services.network.config import NetworkSettings

BACKLOG = 511
"""Connections that wait to be accepted; Node.js has the same."""

LARGEST_MESSAGE_BYTES = 100 * 1024 * 1024
"""Largest WebSocket message; the package ws, which Node-RED uses, has the same."""

KEEP_ALIVE_S = 5
"""An idle connection is closed after this; Node.js has the same."""


class FlowHttpServer:
    """Implements `model.network.HttpServer`. All methods on one event loop."""

    def __init__(self, settings: NetworkSettings) -> None:
        """Take address and port."""
        self._settings = settings
        self._routes = Routes(
            settings.http_node_root, body_limit_bytes=settings.http_body_limit_bytes
        )
        self._listener: _Listener | None = None

    @property
    def port(self) -> int:
        """Where it listens, 0 when it does not."""
        return self._listener.port if self._listener is not None else 0

    def add_route(self, route: HttpRoute) -> Callable[[], None]:
        """Serve a route; return what ends that."""
        return self._listening(self._routes.add(route))

    def add_socket(
        self, path: str, handle: Callable[[MessageSocket], Awaitable[None]]
    ) -> Callable[[], None]:
        """Accept WebSockets on a path; return what ends that."""
        return self._listening(self._routes.add_socket(path, handle))

    def mount(self, mount: Mount) -> Callable[[], None]:
        """Serve other routes on the same port, before those of flows; return what ends that."""
        return self._listening(self._routes.mount(mount))

    def _listening(self, remove: Callable[[], None]) -> Callable[[], None]:
        try:
            self._listen()
        except BaseException:
            remove()
            raise

        def release() -> None:
            remove()
            if self._listener is not None and self._routes.empty:
                self._listener.close()
                self._listener = None

        return release

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        if self._listener is None or self._listener.loop.is_closed():
            self._listener = _Listener(_bind(self._settings), self._routes, loop)
        elif self._listener.loop is not loop:
            raise FlowError(
                f"port {self.port} is served by flows of another thread of this process; expected "
                "all flows with HTTP nodes in one place. Run them in one deployment."
            )


class _Listener:
    """Listens on one socket."""

    def __init__(
        self, bound: socket.socket, routes: Routes, loop: asyncio.AbstractEventLoop
    ) -> None:
        """Begin to accept connections."""
        import uvicorn  # only flows with HTTP need it
        from uvicorn.server import ServerState

        self.loop = loop
        self.port: int = bound.getsockname()[1]
        self._socket = bound
        self._routes = routes
        self._state = ServerState()
        config = uvicorn.Config(
            routes.app,
            interface="asgi3",
            http="httptools",
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            ws_max_size=LARGEST_MESSAGE_BYTES,
            ws_ping_interval=None,
            ws_per_message_deflate=False,
        )
        config.load()
        factory: Any = config.http_protocol_class
        protocol = partial(factory, config=config, server_state=self._state, app_state={})
        self._server: asyncio.Server | None = None
        self._starting = loop.create_task(self._start(protocol))

    async def _start(self, protocol: Any) -> None:
        self._server = await self.loop.create_server(protocol, sock=self._socket, backlog=BACKLOG)

    def close(self) -> None:
        """Give the port back at once; open requests are answered with 503."""
        if self._server is not None:
            self._server.close()
        else:
            self._starting.cancel()
        self._socket.close()
        self._routes.refuse()
        for connection in list(self._state.connections):
            connection.shutdown()


def _bind(settings: NetworkSettings) -> socket.socket:
    host, port = settings.http_host, settings.http_port
    bound = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(BACKLOG)
        bound.setblocking(False)
    except OSError as error:
        if bound is not None:
            bound.close()
        raise FlowError(
            f"cannot listen for HTTP on {host} port {port}: {error.strerror or error}; expected a "
            "free port. Stop what uses it, or set VGD_HTTP_PORT to another one."
        ) from None
    return bound


__all__ = ("BACKLOG", "KEEP_ALIVE_S", "LARGEST_MESSAGE_BYTES", "FlowHttpServer")
