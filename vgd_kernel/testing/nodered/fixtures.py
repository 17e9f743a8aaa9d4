"""What cases need around the engine: free ports, a broker, a certificate, a proxy that counts."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import socket
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

FIXTURES = frozenset({"mqtt", "cert", "proxy"})
"""Names that a case may ask for."""

_PORT = re.compile(r"@(HTTP|PORT_[A-Z]|MQTT_PORT|PROXY_PORT)@")
_LARGEST = 65536
_taken: set[int] = set()


def free_ports(text: str) -> dict[str, str]:
    """Return a free port for each placeholder of a case, and for the HTTP server."""
    return {name: str(_free_port()) for name in {"HTTP", *_PORT.findall(text)}}


def _free_port() -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in _taken:
            _taken.add(port)
            return port


class Fixtures:
    """The fixtures of one case; use as ``async with``."""

    def __init__(self, names: Iterable[str], ports: dict[str, str], folder: Path) -> None:
        """Take what a case asks for."""
        self._names = tuple(names)
        self._ports = ports
        self._folder = folder
        self._stack = contextlib.AsyncExitStack()
        self._writers: list[asyncio.StreamWriter] = []
        self.proxied: bool | None = False if "proxy" in self._names else None

    async def __aenter__(self) -> Fixtures:
        """Start them; those that were started end when one cannot."""
        async with contextlib.AsyncExitStack() as stack:
            for name in self._names:
                if name == "mqtt":
                    port = int(self._ports["MQTT_PORT"])
                    await stack.enter_async_context(Broker(port, self._folder))
                elif name == "cert":
                    await make_certificate(self._folder)
                elif name == "proxy":
                    server = await asyncio.start_server(
                        self._serve_proxy, "127.0.0.1", int(self._ports["PROXY_PORT"])
                    )
                    stack.push_async_callback(self._close_proxy)
                    stack.callback(server.close)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *error: object) -> None:
        """End them."""
        await self._stack.aclose()

    async def _close_proxy(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _serve_proxy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.proxied = True
        self._writers.append(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, rest = head.split(b" ", 2)
            if method == b"CONNECT":
                host, _, port = target.decode().rpartition(":")
                onward = await asyncio.open_connection(host, int(port))
                self._writers.append(onward[1])
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                url = urlsplit(target.decode())
                onward = await asyncio.open_connection(url.hostname, url.port or 80)
                self._writers.append(onward[1])
                path = (url.path or "/") + (f"?{url.query}" if url.query else "")
                onward[1].write(b"%b %b %b" % (method, path.encode(), rest))
            async with asyncio.TaskGroup() as both:
                both.create_task(_pipe(reader, onward[1]))
                both.create_task(_pipe(onward[0], writer))
        except (OSError, asyncio.IncompleteReadError, ExceptionGroup):
            writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_LARGEST):
        writer.write(data)
        await writer.drain()
    writer.close()


class Broker:
    """A mosquitto of one's own; use as ``async with``."""

    def __init__(self, port: int, folder: Path, *, extra: str = "") -> None:
        """Take port, folder of its config, and further lines of that."""
        self._port = port
        self._config = folder / "mosquitto.conf"
        self._text = (
            f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
            f"log_type none\nuser root\n{extra}"
        )
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Broker:
        """Start it; it accepts connections.

        Raises:
            FileNotFoundError: mosquitto is not installed.
        """
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin")
        if program is None:
            raise FileNotFoundError("no mosquitto; expected it for MQTT. Install Debian's package.")
        self._config.write_text(self._text, encoding="utf-8")
        null = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            program, "-c", str(self._config), stdout=null, stderr=null
        )
        async with asyncio.timeout(10):
            while not await _accepts(self._port):  # noqa: ASYNC110 - another process's state
                await asyncio.sleep(0.02)
        return self

    async def __aexit__(self, *error: object) -> None:
        """End it at once."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


async def _accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.transport.abort()
    return True


async def make_certificate(folder: Path) -> None:
    """Write ``cert.pem`` and ``key.pem`` for localhost, signed by themselves."""
    null = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
        "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"), "-days", "30",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        stdout=null, stderr=null,
    )  # fmt: skip
    if await process.wait():
        raise RuntimeError("openssl made no certificate; expected openssl 1.1.1 or newer")


__all__ = ("FIXTURES", "Broker", "Fixtures", "free_ports", "make_certificate")
