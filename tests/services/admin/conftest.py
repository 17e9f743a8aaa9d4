"""A runtime behind its admin API, on a real port of this process."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from vgd_kernel.app import open_runtime
from vgd_kernel.model import installed
from vgd_kernel.services.admin import ServedRuntime
from vgd_kernel.services.runtime import RuntimeFiles
from vgd_kernel.settings import read_settings

FLOW: list[dict[str, Any]] = [
    {"id": "tab", "type": "tab", "label": "Main"},
    {
        "id": "press", "type": "inject", "z": "tab", "props": [{"p": "payload"}],
        "payload": "7", "payloadType": "num", "wires": [["keep"]],
    },
    {
        "id": "keep", "type": "change", "z": "tab", "name": "keeper", "wires": [["out"]],
        "rules": [
            {"t": "set", "p": "last", "pt": "global", "to": "payload", "tot": "msg"},
            {"t": "set", "p": "last.seen[0]", "pt": "flow", "to": "payload", "tot": "msg"},
        ],
    },
    {"id": "out", "type": "debug", "z": "tab", "name": "out", "complete": "payload", "wires": []},
]  # fmt: skip
"""A press keeps its payload in the contexts and shows it."""


class Server:
    """A served runtime and a client of it."""

    def __init__(self, served: ServedRuntime, client: httpx.AsyncClient, folder: Path) -> None:
        self.served = served
        self.runtime = served.runtime
        self.client = client
        self.folder = folder

    async def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Any]:
        """Return the status and the body, decoded when it is JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.client.request(method, path, json=body, headers=named)
        if answer.headers.get("content-type", "").startswith("application/json"):
            return answer.status_code, answer.json()
        return answer.status_code, answer.text

    async def press(self, id: str = "press") -> None:
        """Press a button and wait until nothing is left to do."""
        assert await self.ask("POST", f"/inject/{id}") == (200, "OK")
        assert self.runtime.run is not None
        assert await self.runtime.run.idle(5)


Serve = Callable[..., Awaitable[Server]]


@pytest_asyncio.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Return what opens a runtime on flows; more words are settings of the tables."""
    async with AsyncExitStack() as stack:

        async def open_it(
            flows: Any = FLOW, *, strict: bool = False, **settings: dict[str, Any]
        ) -> Server:
            if flows is not None:
                (tmp_path / "flows.json").write_text(json.dumps(flows), "utf-8")
            network = {"http_port": 0, **settings.pop("network", {})}
            chosen = read_settings(tmp_path, {}).with_values({"network": network, **settings})
            served = await open_runtime(chosen, RuntimeFiles(tmp_path), installed(), strict=strict)
            stack.push_async_callback(served.close)
            base = served.url.split("/", 3)
            client = httpx.AsyncClient(base_url="/".join(base[:3]))
            await stack.enter_async_context(client)
            return Server(served, client, tmp_path)

        yield open_it


@pytest_asyncio.fixture
async def server(serve: Serve) -> Server:
    """Return a runtime on `FLOW`."""
    return await serve()


__all__ = ("FLOW", "Serve", "Server")
