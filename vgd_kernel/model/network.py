"""Protocols and nouns of the network: what network nodes ask of the world.

Implemented in `vgd_kernel.services.network`, got by ``ctx.service(PROTOCOL)``.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from vgd_kernel.model.errors import FlowError


@dataclass(frozen=True, slots=True)
class NetworkTimes:
    """Waits of network nodes; a service of its own, so that a platform can set them.

    Attributes:
        socket_reconnect_s: Before a TCP client connects again.
        mqtt_reconnect_s: Before an MQTT client connects again.
        websocket_reconnect_s: Before a WebSocket client connects again.
        socket_timeout_s: A TCP connection without traffic is closed after this; None: never.
        http_request_timeout_s: Longest HTTP request, unless the message says otherwise.
    """

    socket_reconnect_s: float = 10.0
    mqtt_reconnect_s: float = 5.0
    websocket_reconnect_s: float = 3.0
    socket_timeout_s: float | None = None
    http_request_timeout_s: float = 120.0


class HttpRequest(dict[str, Any]):
    """A request that came in, ``msg.req``; keys as in Express (``params``, ``query``, …)."""


class HttpResponse:
    """A request that waits for its answer, ``msg.res``; shared by reference, answered once."""

    __slots__ = ("__weakref__", "_deliver", "request")

    def __init__(
        self,
        request: HttpRequest,
        deliver: Callable[[int, Sequence[tuple[str, str]], bytes], bool],
    ) -> None:
        """Take the request and what sends the answer; that tells whether it was the first."""
        self.request = request
        self._deliver = deliver

    def answer(self, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
        """Send the answer.

        Raises:
            FlowError: The request was answered before.
        """
        if not self._deliver(status, headers, body):
            raise FlowError(
                "this request was answered before; expected one answer. Let only one path of "
                "the flow reach an http response node."
            )


@dataclass(frozen=True, slots=True)
class HttpRoute:
    """What an http in node listens to.

    Attributes:
        method: In small letters.
        url: Path as Express writes it: ``/a/:name``.
        handle: Called with each request.
        warn: Called with what was wrong with a request that was refused.
        upload: Read ``multipart/form-data``.
        raw: Hand the body on as bytes.
    """

    method: str
    url: str
    handle: Callable[[HttpRequest, HttpResponse], None]
    warn: Callable[[str], None]
    upload: bool = False
    raw: bool = False


class MessageSocket(Protocol):
    """An open WebSocket, at either end."""

    def send(self, data: str | bytes) -> None:
        """Queue a message; does nothing when the socket is closed."""

    async def close(self) -> None:
        """Close it; harmless when it is closed."""

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Iterate over what arrives, until the socket closes."""


@runtime_checkable
class HttpServer(Protocol):
    """The process's one HTTP server; it listens while it has a route."""

    def add_route(self, route: HttpRoute) -> Callable[[], None]:
        """Serve a route; return what ends that.

        Raises:
            FlowError: The port cannot be listened on, or the URL is no pattern.
        """

    def add_socket(
        self, path: str, handle: Callable[[MessageSocket], Awaitable[None]]
    ) -> Callable[[], None]:
        """Accept WebSockets on a path, each handled until it closes; return what ends that.

        Raises:
            FlowError: The port cannot be listened on, or the path is taken.
        """


@dataclass(frozen=True, slots=True)
class HttpCall:
    """A request to make.

    Attributes:
        method: In capital letters.
        url: Whole, with scheme.
        headers: Name to value, names as they shall be written.
        body: None: no body.
        cookies: Header values ``name=value`` for the host of the URL.
        timeout_s: For the whole call.
        follow: Follow redirects, 21 at most.
        proxy: URL of a proxy, with user and password; empty: none.
        tls: None: the usual checks.
        server_name: Name that the certificate shall have; that of the URL when empty.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 120.0
    follow: bool = True
    proxy: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = None
    server_name: str = ""


@dataclass(frozen=True, slots=True)
class SocketCall:
    """A WebSocket to open.

    Attributes:
        url: ``ws://`` or ``wss://``.
        headers: Name to value.
        subprotocols: In order of preference.
        heartbeat_s: Ping so often, and close what does not answer; 0: never.
        proxy: URL of a proxy; empty: none.
        tls: None: the usual checks.
        server_name: Name that the certificate shall have; that of the URL when empty.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    subprotocols: Sequence[str] = ()
    heartbeat_s: float = 0.0
    proxy: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = None
    server_name: str = ""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back.

    Attributes:
        status: Code.
        headers: Names in small letters; ``set-cookie`` is a list.
        body: As it came, not unpacked.
        url: The last one asked.
        redirects: ``location`` and ``cookies`` of each redirect.
    """

    status: int
    headers: dict[str, Any]
    body: bytes
    url: str
    redirects: list[dict[str, Any]]


class HttpSession(Protocol):
    """Connections of one node, kept open between requests."""

    async def request(self, call: HttpCall) -> HttpAnswer:
        """Make a request.

        Raises:
            RequestError: No answer; its code is the system's (``ECONNREFUSED``, ``ETIMEDOUT``).
        """

    async def open_socket(self, call: SocketCall) -> MessageSocket:
        """Open a WebSocket.

        Raises:
            RequestError: It cannot be opened.
        """

    async def close(self) -> None:
        """Close all connections."""


@runtime_checkable
class HttpClient(Protocol):
    """Makes HTTP requests and opens WebSockets."""

    def session(self) -> HttpSession:
        """Return connections of one's own; close them in the end."""


__all__ = (
    "HttpAnswer",
    "HttpCall",
    "HttpClient",
    "HttpRequest",
    "HttpResponse",
    "HttpRoute",
    "HttpServer",
    "HttpSession",
    "MessageSocket",
    "NetworkTimes",
    "SocketCall",
)
