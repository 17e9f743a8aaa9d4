"""What a case does over the network: HTTP, TCP, TLS, UDP, WebSocket; each returns its result."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Action = Callable[[Mapping[str, Any], str], Awaitable[dict[str, Any]]]

HOST = "127.0.0.1"
GAP_S = 0.03
"""Pause between two pieces that are sent."""


def _data(piece: Any) -> bytes:
    return bytes.fromhex(piece["hex"]) if isinstance(piece, Mapping) else str(piece).encode()


async def http(step: Mapping[str, Any], port: str) -> dict[str, Any]:
    """Make a request to the runtime."""
    import aiohttp

    body = bytes.fromhex(step["hex"]) if "hex" in step else step.get("body")
    body = body.encode() if isinstance(body, str) else body
    limit = aiohttp.ClientTimeout(total=step.get("timeout_ms", 3000) / 1000)
    skipped = ("Content-Type", "Accept", "Accept-Encoding", "User-Agent")
    try:
        async with (
            aiohttp.ClientSession(auto_decompress=False, skip_auto_headers=skipped) as client,
            client.request(
                step.get("method", "GET"),
                _encoded(f"http://{HOST}:{port}{step['path']}"),
                headers=step.get("headers", {}),
                data=body,
                timeout=limit,
                allow_redirects=False,
            ) as answer,
        ):
            content = await answer.read()
    except TimeoutError:
        return {"error": "timeout"}
    except (aiohttp.ClientError, OSError):
        return {"error": "failed"}
    headers: dict[str, Any] = {}
    for name in step.get("keep_headers", ["content-type"]):
        values = answer.headers.getall(name, [])
        if values:
            headers[name] = values if name == "set-cookie" else ", ".join(values)
    shown: Any = content.decode("utf-8", "replace")
    if step.get("want_hex"):
        shown = {"$t": "buffer", "hex": content.hex()}
    return {"status": answer.status, "headers": headers, "body": shown}


def _encoded(url: str) -> Any:
    import yarl

    return yarl.URL(url, encoded=True)


async def tcp(step: Mapping[str, Any], port: str) -> dict[str, Any]:
    """Connect, send, read for a while."""
    context = None
    if step["do"] == "tls":
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        reader, writer = await asyncio.open_connection(HOST, int(step["port"]), ssl=context)
    except OSError:
        return {"error": "failed"}
    received: list[bytes] = []
    reading = asyncio.ensure_future(_collect(reader, received))
    for piece in step.get("send", []):
        writer.write(_data(piece))
        await asyncio.sleep(step.get("gap_ms", GAP_S * 1000) / 1000)
    if step.get("end"):
        writer.write_eof()
    await asyncio.wait((reading,), timeout=step.get("read_ms", 150) / 1000)
    closed = reading.done()
    reading.cancel()
    writer.transport.abort()
    if closed and reading.exception() is not None:
        return {"error": "failed"}
    return {"received": b"".join(received).decode("utf-8", "replace"), "closed": closed}


async def _collect(reader: asyncio.StreamReader, received: list[bytes]) -> None:
    while data := await reader.read(65536):
        received.append(data)


async def tcp_listen(step: Mapping[str, Any], port: str) -> dict[str, Any]:
    """Listen for a while; answer and close when the case says so."""
    received: list[bytes] = []
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                received.append(data)
                if step.get("reply"):
                    writer.write(str(step["reply"]).encode())
                if step.get("end_after"):
                    writer.close()

    server = await asyncio.start_server(serve, HOST, int(step["port"]))
    await asyncio.sleep(step.get("read_ms", 400) / 1000)
    server.close()
    for writer in writers:
        writer.transport.abort()
    await asyncio.sleep(0)
    return {"received": b"".join(received).decode("utf-8", "replace")}


async def udp(step: Mapping[str, Any], port: str) -> dict[str, Any]:
    """Send datagrams, or listen for them, for a while."""
    listens = step["do"] == "udp-listen"
    received: list[str] = []
    loop = asyncio.get_running_loop()

    async def listen() -> None:
        while True:
            received.append((await loop.sock_recv(opened, 65536)).decode("utf-8", "replace"))

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setblocking(False)
        opened.bind((HOST, int(step["port"]) if listens else 0))
        listening = asyncio.ensure_future(listen())
        for piece in () if listens else step.get("send", []):
            await loop.sock_sendto(opened, _data(piece), (HOST, int(step["port"])))
            await asyncio.sleep(GAP_S)
        await asyncio.wait(
            (listening,), timeout=step.get("read_ms", 300 if listens else 100) / 1000
        )
        listening.cancel()
        await asyncio.wait((listening,))
    return {"received": received}


async def ws(step: Mapping[str, Any], port: str) -> dict[str, Any]:
    """Open a WebSocket to the runtime, send, read for a while."""
    import aiohttp

    received: list[str] = []
    async with aiohttp.ClientSession() as client:
        try:
            opened = await client.ws_connect(f"ws://{HOST}:{port}{step['path']}")
        except (aiohttp.ClientError, OSError):
            return {"error": "failed"}
        reading = asyncio.ensure_future(_collect_messages(opened, received))
        for piece in step.get("send", []):
            if isinstance(piece, Mapping):
                await opened.send_bytes(_data(piece))
            else:
                await opened.send_str(piece)
            await asyncio.sleep(GAP_S)
        await asyncio.wait((reading,), timeout=step.get("read_ms", 150) / 1000)
        reading.cancel()
        await asyncio.wait((reading,))
        await opened.close()
    return {"received": received}


async def _collect_messages(opened: Any, received: list[str]) -> None:
    async for message in opened:
        data = message.data
        received.append(data if isinstance(data, str) else data.decode("utf-8", "replace"))


NETWORK_ACTIONS: dict[str, Action] = {
    "http": http,
    "tcp": tcp,
    "tls": tcp,
    "tcp-listen": tcp_listen,
    "udp": udp,
    "udp-listen": udp,
    "ws": ws,
}
"""Name in a case to what carries it out."""

__all__ = ("GAP_S", "HOST", "NETWORK_ACTIONS", "Action")
