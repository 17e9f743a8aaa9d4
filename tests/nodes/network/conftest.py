"""Flows with network nodes on real loopback sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from vgd_kernel.engine import Run, RunOptions, start
from vgd_kernel.model import FlowDocument, Message, clone, installed
from vgd_kernel.model.events import Event, LogRecord, StatusChanged
from vgd_kernel.model.services import JavaScriptFactory
from vgd_kernel.services.network import network_services
from vgd_kernel.services.network.config import NetworkSettings
from vgd_kernel.services.sandbox import MiniRacerFactory

LIMIT_S = 8.0


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Flow:
    """A running flow; a node of the id ``out`` collects."""

    run: Run
    http_port: int
    messages: list[Message] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not holds():
                self.changed.clear()
                await self.changed.wait()

    async def received(self, count: int = 1) -> list[Message]:
        await self.until(lambda: len(self.messages) >= count)
        return self.messages

    async def shows(self, node: str, text: str) -> None:
        await self.until(lambda: text in self.statuses(node))

    def statuses(self, node: str) -> list[str]:
        return [e.text for e in self.events if isinstance(e, StatusChanged) and e.node == node]

    def logs(self, level: str) -> list[str]:
        return [e.text for e in self.events if isinstance(e, LogRecord) and e.level == level]


OpenFlow = Callable[..., contextlib.AbstractAsyncContextManager[Flow]]


@contextlib.asynccontextmanager
async def _open_flow(
    *entries: dict[str, Any], http_port: int = 0, **times: float
) -> AsyncIterator[Flow]:
    port = http_port or free_port()
    settings = NetworkSettings(
        http_port=port, **{"socket_reconnect_s": 0.1, "mqtt_reconnect_s": 0.1, **times}
    )
    sinks: list[dict[str, Any]] = [
        {"id": "out", "type": "debug", "wires": []},
        {"id": "tab", "type": "tab"},
    ]
    catch: list[dict[str, Any]] = [
        {"id": "catch", "type": "catch", "scope": None, "wires": [["out"]]}
    ]
    every = [*entries, *sinks, *catch]
    document = FlowDocument(
        [{"z": "tab", **entry} if entry["type"] not in CONFIGS else entry for entry in every]
    )
    flow: list[Flow] = []
    early: list[Event] = []

    def observe(event: Event) -> None:
        (flow[0].events if flow else early).append(event)
        if flow:
            flow[0].changed.set()

    services = {JavaScriptFactory: MiniRacerFactory(), **network_services(settings)}
    run = await start(document, installed(), RunOptions(services=services, observer=observe))
    flow.append(Flow(run, port, events=early))

    def take(msg: Message) -> None:
        flow[0].messages.append(clone(msg))
        flow[0].changed.set()

    run.tap("out", take)
    try:
        yield flow[0]
    finally:
        await run.stop()


CONFIGS = frozenset(
    {"tab", "mqtt-broker", "tls-config", "http proxy", "websocket-listener", "websocket-client"}
)


@pytest.fixture
def open_flow() -> OpenFlow:
    """Return what opens a flow: its entries, besides a collecting node ``out`` and a catch node."""
    return _open_flow


async def _fetch(port: int, text: str) -> str:
    """Send a request as text and return the whole answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text.replace("\n", "\r\n").encode())
    async with asyncio.timeout(LIMIT_S):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


@pytest.fixture
def fetch() -> Callable[[int, str], Awaitable[str]]:
    """Return what sends an HTTP request as it is written."""
    return _fetch
