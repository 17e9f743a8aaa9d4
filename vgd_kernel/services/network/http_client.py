"""HTTP requests and outgoing WebSockets, by aiohttp."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vgd_kernel.model.errors import RequestError
from vgd_kernel.model.network import HttpAnswer, HttpCall, MessageSocket, SocketCall
from vgd_kernel.services.network.requests import read_headers

if TYPE_CHECKING:
    import aiohttp
    import yarl

logger = logging.getLogger(__name__)

MAX_REDIRECTS = 21
"""Redirects that are followed; Node-RED has the same."""

HEADER_BYTES = 16384
"""Longest header line; Node.js has the same."""

QUEUE_SIZE = 10_000
"""Messages that wait for a slow server; one that is slower is left."""

_SAFE = "%/:?#[]@!$&'()*+,;=-._~|^{}\\"
_OWN_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_VERIFY_CODES = {
    10: "CERT_HAS_EXPIRED", 18: "DEPTH_ZERO_SELF_SIGNED_CERT", 19: "SELF_SIGNED_CERT_IN_CHAIN",
    20: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", 21: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    62: "ERR_TLS_CERT_ALTNAME_INVALID",
}  # fmt: skip


class AiohttpClient:
    """Implements `model.network.HttpClient`."""

    def session(self) -> AiohttpSession:
        """Return connections of one's own; close them in the end."""
        return AiohttpSession()


class AiohttpSession:
    """Implements `model.network.HttpSession`; nothing is open before the first request."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._connector: aiohttp.TCPConnector | None = None

    def _client(self, cookies: dict[str, str], url: yarl.URL) -> aiohttp.ClientSession:
        """Return a session over the kept connections, with cookies of its own."""
        import aiohttp  # only flows with HTTP requests need it

        if self._connector is None:
            self._connector = aiohttp.TCPConnector(limit=0)
        jar = aiohttp.CookieJar(unsafe=True, quote_cookie=False)
        if cookies:
            jar.update_cookies(cookies, url)
        return aiohttp.ClientSession(
            connector=self._connector,
            connector_owner=False,
            cookie_jar=jar,
            auto_decompress=False,
            skip_auto_headers=_OWN_HEADERS,
            max_line_size=HEADER_BYTES,
            max_field_size=HEADER_BYTES,
        )

    async def request(self, call: HttpCall) -> HttpAnswer:
        """Make a request."""
        import aiohttp

        with _named(call.timeout_s):
            url = _url(call.url)
            async with (
                self._client(dict(call.cookies), url) as client,
                client.request(
                    call.method,
                    url,
                    headers={"User-Agent": "VisualGridDev", **call.headers},
                    data=call.body,
                    timeout=aiohttp.ClientTimeout(total=call.timeout_s),
                    allow_redirects=call.follow,
                    max_redirects=MAX_REDIRECTS,
                    proxy=call.proxy or None,
                    ssl=call.tls or True,
                    server_hostname=call.server_name or None,
                ) as response,
            ):
                body = await response.read()
                return HttpAnswer(
                    response.status,
                    read_headers(response.raw_headers),
                    body,
                    str(response.url),
                    [_redirect(step) for step in response.history],
                )

    async def open_socket(self, call: SocketCall) -> MessageSocket:
        """Open a WebSocket."""
        import aiohttp

        with _named(None):
            url = _url(call.url)
            client = self._client({}, url)
            try:
                opened = await client.ws_connect(
                    url,
                    headers=dict(call.headers),
                    protocols=tuple(call.subprotocols),
                    heartbeat=call.heartbeat_s or None,
                    proxy=call.proxy or None,
                    ssl=call.tls or True,
                    server_hostname=call.server_name or None,
                    max_msg_size=0,
                )
            except BaseException as error:
                await client.close()
                if isinstance(error, aiohttp.WSServerHandshakeError):
                    text = f"Unexpected server response: {error.status}"
                    raise RequestError(text, code="ERR_BAD_HANDSHAKE") from None
                raise
        return ClientSocket(client, opened)

    async def close(self) -> None:
        """Close all connections."""
        connector, self._connector = self._connector, None
        if connector is not None:
            await connector.close()


class ClientSocket:
    """Implements `model.network.MessageSocket` for a WebSocket that we opened."""

    def __init__(
        self, client: aiohttp.ClientSession, opened: aiohttp.ClientWebSocketResponse
    ) -> None:
        """Take an open socket and the session that it belongs to."""
        self._client = client
        self._socket = opened
        self._out: asyncio.Queue[str | bytes] = asyncio.Queue(QUEUE_SIZE)
        self._writer = asyncio.get_running_loop().create_task(self._write())

    def send(self, data: str | bytes) -> None:
        """Queue a message; does nothing when the socket is closed."""
        if self._socket.closed:
            return
        try:
            self._out.put_nowait(data)
        except asyncio.QueueFull:
            logger.warning("a WebSocket server is %d messages behind; it is left", QUEUE_SIZE)
            self._writer.cancel()

    async def _write(self) -> None:
        while True:
            data = await self._out.get()
            if isinstance(data, str):
                await self._socket.send_str(data)
            else:
                await self._socket.send_bytes(data)

    async def close(self) -> None:
        """Close it; harmless when it is closed."""
        self._writer.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError, RuntimeError):
            await self._writer
        await self._socket.close()
        await self._client.close()

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Iterate over what arrives, until the socket closes."""
        async for message in self._socket:
            if isinstance(message.data, (str, bytes)):
                yield message.data


def _url(text: str) -> yarl.URL:
    import yarl

    return yarl.URL(quote(text, safe=_SAFE), encoded=True) if text.isascii() else yarl.URL(text)


def _redirect(step: aiohttp.ClientResponse) -> dict[str, Any]:
    headers = read_headers(step.raw_headers)
    found: dict[str, Any] = {"location": headers.get("location")}
    if "set-cookie" in headers:
        found["cookies"] = headers["set-cookie"]
    return found


@contextlib.contextmanager
def _named(timeout_s: float | None) -> Iterator[None]:
    """Turn what aiohttp raises into a RequestError with the system's code."""
    import aiohttp

    try:
        yield
    except TimeoutError:
        limit = f" for {round(timeout_s * 1000)}ms" if timeout_s else ""
        text = f"Timeout awaiting 'request'{limit}"
        raise RequestError(text, code="ETIMEDOUT") from None
    except aiohttp.TooManyRedirects:
        text = f"Redirected {MAX_REDIRECTS} times. Aborting."
        raise RequestError(text, code="ERR_TOO_MANY_REDIRECTS") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise RequestError(_text(error), code=_code(error)) from None


def _code(error: BaseException) -> str:
    import aiohttp

    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        error = error.certificate_error
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY_CODES.get(error.verify_code, "CERT_UNTRUSTED")
    if isinstance(error, aiohttp.ClientConnectorError):
        error = error.os_error
    if isinstance(error, ssl.SSLError):
        return "EPROTO"
    if isinstance(error, socket.gaierror):
        return "EAI_AGAIN" if error.errno == socket.EAI_AGAIN else "ENOTFOUND"
    if isinstance(error, aiohttp.InvalidURL):
        return "ERR_INVALID_URL"
    if isinstance(error, (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)):
        return "ECONNRESET"
    if isinstance(error, OSError) and error.errno:
        return errno.errorcode.get(error.errno, "EUNKNOWN")
    return "HPE_INVALID_CONSTANT" if isinstance(error, aiohttp.ClientError) else "ERR_INVALID_ARG"


def _text(error: BaseException) -> str:
    import aiohttp

    if isinstance(error, aiohttp.ClientConnectorError):
        if isinstance(error.os_error, socket.gaierror):
            return f"getaddrinfo {_code(error)} {error.host}"
        return f"connect {_code(error)} {error.host}:{error.port}"
    return str(error) or type(error).__name__


__all__ = ("HEADER_BYTES", "MAX_REDIRECTS", "QUEUE_SIZE", "AiohttpClient", "AiohttpSession")
