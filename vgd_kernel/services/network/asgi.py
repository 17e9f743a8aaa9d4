"""The ASGI application of flows: finds the route of a request, waits for the flow's answer."""

from __future__ import annotations

import asyncio
import email.utils
import html
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Protocol

from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.network import HttpRequest, HttpResponse, HttpRoute, MessageSocket
from vgd_kernel.services.network.asgi_socket import AsgiSocket
from vgd_kernel.services.network.bodies import LIMIT_BYTES, read_body
from vgd_kernel.services.network.requests import BODY_METHODS, describe, read_headers
from vgd_kernel.services.network.routes import Match, compile_route

logger = logging.getLogger(__name__)

WATCH_AFTER_S = 1.0
"""An answer that takes longer than this is given up when its client goes away."""

Answer = tuple[int, Sequence[tuple[str, str]], bytes]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Serve = Callable[[Any, str, Receive], Awaitable[Answer | None]]
"""Takes the ASGI scope, the path and what reads the body; None: the client went away."""
_Send = Callable[[dict[str, Any]], Awaitable[None]]
_TEXT = (("Content-Type", "text/plain; charset=utf-8"),)
_HTML = (
    ("Content-Security-Policy", "default-src 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Type", "text/html; charset=utf-8"),
)
_PAGE = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n'
    "</head>\n<body>\n<pre>{}</pre>\n</body>\n</html>\n"
)


class Mount(Protocol):
    """Other routes of the same server, asked before those of flows."""

    def find(self, method: str, path: str) -> Serve | None:
        """Return what serves a request, None when it is none of this mount's."""

    def find_last(self, method: str, path: str) -> Serve | None:
        """Return what serves a request that no route of flows serves, None when nothing does."""

    def find_socket(self, scope: Any) -> Callable[[MessageSocket], Awaitable[None]] | None:
        """Return what serves a WebSocket (its ASGI scope), None when it is none of this mount's."""


class Routes:
    """Routes and WebSocket paths, and the application that serves them."""

    def __init__(self, root: str = "/", *, body_limit_bytes: int = LIMIT_BYTES) -> None:
        """Start without a route.

        Args:
            root: Path that routes of flows are below.
            body_limit_bytes: Largest JSON or form body of a request.
        """
        self._body_limit_bytes = body_limit_bytes
        self._root = root.strip("/") and "/" + root.strip("/")
        self._mount: Mount | None = None
        self._routes: list[tuple[HttpRoute, Match]] = []
        self._sockets: dict[str, Callable[[MessageSocket], Awaitable[None]]] = {}
        self._waiting: set[asyncio.Future[Answer]] = set()

    @property
    def empty(self) -> bool:
        """There is nothing to serve."""
        return not self._routes and not self._sockets and self._mount is None

    def mount(self, mount: Mount) -> Callable[[], None]:
        """Ask a mount before the routes of flows; one at a time."""
        self._mount = mount

        def unmount() -> None:
            self._mount = None

        return unmount

    def add(self, route: HttpRoute) -> Callable[[], None]:
        """Add a route; the first one that matches a request gets it."""
        entry = (route, compile_route(route.url))
        self._routes.append(entry)
        return lambda: self._routes.remove(entry)

    def add_socket(
        self, path: str, handle: Callable[[MessageSocket], Awaitable[None]]
    ) -> Callable[[], None]:
        """Add a WebSocket path.

        Raises:
            FlowError: It is taken.
        """
        if path in self._sockets:
            raise FlowError(
                f"there is a WebSocket listener on {path} already; expected one per path. Give "
                "one of them another path."
            )
        self._sockets[path] = handle
        return lambda: self._sockets.pop(path, None) and None

    def refuse(self) -> None:
        """Answer all that waits: the server closes."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result((503, _TEXT, b"Service Unavailable"))

    async def app(self, scope: Any, receive: Receive, send: _Send) -> None:
        """Serve one request or one WebSocket."""
        if scope["type"] == "websocket":
            await self._serve_socket(scope, receive, send)
            return
        method: str = scope["method"]
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        if self._mount is not None:
            serve = self._mount.find(method, path)
            if serve is not None:
                await _answer(send, await serve(scope, path, receive))
                return
        whole = path
        if self._root:
            path = below(self._root, path)
        for route, match in self._routes if path else ():
            if route.method.upper() == method or (method == "HEAD" and route.method == "get"):
                params = match(path)
                if params is not None:
                    await self._serve(route, params, path, scope, receive, send)
                    return
        if self._mount is not None:
            serve = self._mount.find_last(method, whole)
            if serve is not None:
                await _answer(send, await serve(scope, whole, receive))
                return
        await _answer(send, self._unserved(method, path, whole))

    def _unserved(self, method: str, path: str, whole: str) -> Answer:
        allowed = [route.method.upper() for route, match in self._routes if match(path) is not None]
        if method == "OPTIONS" and allowed:
            text = allowed_methods(allowed)
            return (
                200,
                (("Allow", text), ("Content-Type", "text/html; charset=utf-8")),
                text.encode(),
            )
        text = _PAGE.format(f"Cannot {html.escape(method)} {html.escape(whole)}")
        return 404, _HTML, text.encode()

    async def _serve(
        self,
        route: HttpRoute,
        params: dict[str, str],
        path: str,
        scope: Any,
        receive: Receive,
        send: _Send,
    ) -> None:
        headers = read_headers(scope["headers"])
        body: Any = None
        files: list[dict[str, Any]] = []
        if route.method in BODY_METHODS or route.raw:
            data = await read_all(receive)
            if data is None:
                return
            try:
                upload = route.upload and route.method == "post"
                body, files = read_body(
                    headers, data, upload=upload, raw=route.raw, limit_bytes=self._body_limit_bytes
                )
            except FlowError as error:
                route.warn(str(error))
                await _answer(send, (500, _TEXT, b"Internal Server Error"))
                return
        request = HttpRequest(describe(scope, path, route.url, params, headers, self._root))
        if body is not None:
            request["body"] = body
        if files:
            request["files"] = files
        await _answer(send, await self._flow_answer(route, request, receive))

    async def _flow_answer(
        self, route: HttpRoute, request: HttpRequest, receive: Receive
    ) -> Answer | None:
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Answer] = loop.create_future()

        def deliver(status: int, headers: Sequence[tuple[str, str]], body: bytes) -> bool:
            if waiting.done():
                return waiting.cancelled()
            waiting.set_result((status, headers, body))
            return True

        watching: list[asyncio.Task[None]] = []

        def watch() -> None:
            watching.append(loop.create_task(_until_gone(receive, waiting)))

        response = HttpResponse(request, deliver)
        self._waiting.add(waiting)
        later = loop.call_later(WATCH_AFTER_S, watch)
        try:
            route.handle(request, response)
            return await waiting
        except asyncio.CancelledError:
            if waiting.cancelled():  # the client went away
                return None
            raise
        finally:
            later.cancel()
            for task in watching:
                task.cancel()
            self._waiting.discard(waiting)

    def _socket_of(self, scope: Any) -> Callable[[MessageSocket], Awaitable[None]] | None:
        path: str = scope["path"]
        mounted = self._mount.find_socket(scope) if self._mount is not None else None
        if mounted is not None:
            return mounted
        if self._root and not path.startswith(f"{self._root}/"):
            return None
        return self._sockets.get(path[len(self._root) :])

    async def _serve_socket(self, scope: Any, receive: Receive, send: _Send) -> None:
        await receive()
        handle = self._socket_of(scope)
        if handle is None:
            await send({"type": "websocket.close"})
            return
        offered = scope.get("subprotocols") or [None]
        await send({"type": "websocket.accept", "subprotocol": offered[0]})
        opened = AsgiSocket(receive, send)
        try:
            await handle(opened)
        except Exception:
            logger.exception("the handler of the WebSocket path %s raised", scope["path"])
        finally:
            await opened.close()


async def read_all(receive: Receive, limit: int = sys.maxsize) -> bytes | None:
    """Return the body of a request, None when its client went away.

    Args:
        receive: Gives the parts.
        limit: Reading stops when there are more bytes than these; the first ones are returned.
    """
    parts, size = [], 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return None
        part = event.get("body", b"")
        parts.append(part)
        size += len(part)
        if size > limit or not event.get("more_body"):
            return b"".join(parts)


async def _until_gone(receive: Receive, waiting: asyncio.Future[Answer]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    waiting.cancel()


async def _answer(send: _Send, answer: Answer | None) -> None:
    if answer is None:
        return
    status, headers, body = answer
    named = [
        (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in headers
    ]
    lowered = {name.lower() for name, _ in named}
    if b"content-length" not in lowered and status not in (204, 304):
        named.append((b"Content-Length", str(len(body)).encode()))
    if b"date" not in lowered:
        named.append((b"Date", _date(int(time.time()))))
    await send({"type": "http.response.start", "status": status, "headers": named})
    await send({"type": "http.response.body", "body": body})


def allowed_methods(methods: Iterable[str]) -> str:
    """Return the value of the Allow header; where GET is served, HEAD is too."""
    names = (name for m in methods for name in ((m, "HEAD") if m == "GET" else (m,)))
    return ",".join(dict.fromkeys(names))


def below(root: str, path: str) -> str:
    """Return the part of a path below a root, an empty text when it is not below it.

    >>> below("/api", "/api/flows"), below("/api", "/api"), below("/api", "/apis")
    ('/flows', '/', '')
    """
    if path[: len(root)].lower() != root.lower():
        return ""
    rest = path[len(root) :]
    return rest if rest[:1] == "/" else "" if rest else "/"


_dates: dict[int, bytes] = {}


def _date(second: int) -> bytes:
    """Return the Date header of a second; the last one is remembered."""
    known = _dates.get(second)
    if known is None:
        _dates.clear()
        known = _dates[second] = email.utils.formatdate(second, usegmt=True).encode()
    return known


__all__ = (
    "WATCH_AFTER_S",
    "Answer",
    "Mount",
    "Receive",
    "Routes",
    "Serve",
    "allowed_methods",
    "below",
    "read_all",
)
