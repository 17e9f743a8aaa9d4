"""The admin API on the HTTP server of flows: finds the handler of a request and calls it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from vgd_kernel.model.errors import PlatformError
from vgd_kernel.model.network import MessageSocket
from vgd_kernel.services.admin.access import UnauthorizedError
from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import LIMIT_BYTES, AdminRequest, error_answer
from vgd_kernel.services.admin.table import ROUTES, WELCOME, AdminRoute
from vgd_kernel.services.network.asgi import (
    Answer,
    Receive,
    Serve,
    allowed_methods,
    below,
    read_all,
)
from vgd_kernel.services.network.query import parse_query
from vgd_kernel.services.network.requests import read_headers
from vgd_kernel.services.network.routes import Match, compile_route
from vgd_kernel.services.runtime.errors import RefusedError

logger = logging.getLogger(__name__)


class AdminMount:
    """Implements `services.network.asgi.Mount` for the admin API."""

    def __init__(self, api: AdminApi, root: str) -> None:
        """Compile the table.

        Args:
            api: What the handlers act on.
            root: Path that the API is below; ``/`` for none.
        """
        self._api = api
        self._root = root.strip("/") and "/" + root.strip("/")
        self._heads: dict[str, list[tuple[AdminRoute, Match]]] = {}
        for route in ROUTES:
            head = route.url.split("/", 2)[1]
            self._heads.setdefault(head, []).append((route, compile_route(route.url)))

    def find(self, method: str, path: str) -> Serve | None:
        """Return what serves a request; looks at the first part of the path before all else."""
        if self._root:
            path = below(self._root, path)
        found = self._heads.get(path[1:].partition("/")[0].lower())
        if found is None:
            return None
        asked = "GET" if method == "HEAD" else method
        for route, match in found:
            if route.method == asked:
                params = match(path)
                if params is not None:
                    return partial(self._serve, route, params)
        if method == "OPTIONS":
            allowed = [route.method for route, match in found if match(path) is not None]
            if allowed:
                return partial(_allow, allowed_methods(allowed))
        return None

    def find_last(self, method: str, path: str) -> Serve | None:
        """Return what serves the root, when no flow does."""
        if method in ("GET", "HEAD") and path.rstrip("/") == self._root:
            return partial(self._serve, WELCOME, {})
        return None

    def find_socket(self, scope: Any) -> Callable[[MessageSocket], Awaitable[None]] | None:
        """Return what serves the one WebSocket of the API."""
        if scope["path"] != f"{self._root}/comms":
            return None
        try:
            self._api.access.refuse_strangers(read_headers(scope["headers"]))
        except RefusedError as error:
            logger.warning("%s: %s", scope["path"], error)
            return _closed
        return self._api.comms.serve

    async def _serve(
        self,
        route: AdminRoute,
        params: dict[str, str],
        scope: Any,
        path: str,
        receive: Receive,
    ) -> Answer | None:
        query = scope["query_string"].decode("latin-1")
        request = AdminRequest(
            method=route.method,
            path=path,
            params=params,
            query=parse_query(query) if query else {},
            headers=read_headers(scope["headers"]),
        )
        try:
            self._api.access.refuse_strangers(request.headers)
            if route.permission is not None:
                request.user = self._api.access.user(token_of(request), route.permission)
            if route.method != "GET":
                body = await read_all(receive, LIMIT_BYTES)
                if body is None:
                    return None
                request.body = body
            answer = await route.handle(self._api, request)
        except UnauthorizedError as error:
            return _unauthorized(error)
        except RefusedError as error:
            return error_answer(error)
        except PlatformError as error:
            logger.warning("%s %s: %s", request.method, path, error)
            return error_answer(RefusedError(str(error)))
        except Exception as error:
            logger.exception("%s %s failed", request.method, path)
            return error_answer(RefusedError(f"{type(error).__name__}: {error}", status=500))
        return _unchanged(answer, request)


def token_of(request: AdminRequest) -> str | None:
    """Return the token of a request: in its header or its query (RFC 6750)."""
    scheme, _, token = str(request.headers.get("authorization", "")).partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    given = request.query.get("access_token")
    return given if isinstance(given, str) else None


def _unauthorized(error: UnauthorizedError) -> Answer:
    if not error.challenge:
        return 401, (), b""
    return 401, (("WWW-Authenticate", error.challenge),), b"Unauthorized"


async def _closed(socket: MessageSocket) -> None:
    """Serve a client that may not come: it is closed at once."""


async def _allow(text: str, scope: Any, path: str, receive: Receive) -> Answer:
    kind = ("Content-Type", "text/html; charset=utf-8")
    return 200, (("Allow", text), kind), text.encode()


def _unchanged(answer: Answer, request: AdminRequest) -> Answer:
    """Return 304 when the client has this very answer."""
    known = request.headers.get("if-none-match")
    if known is None or request.method != "GET" or answer[0] != 200:
        return answer
    tags = {tag.strip() for tag in str(known).split(",")}
    kept = tuple((name, value) for name, value in answer[1] if name == "ETag")
    return (304, kept, b"") if kept and (kept[0][1] in tags or "*" in tags) else answer


__all__ = ("AdminMount",)
