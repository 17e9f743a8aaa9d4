"""The worker's end of a link: listens, checks the token, carries out what servers ask.

A request is ``{"id", "op", ...}``, its answer ``{"id", "result"}`` or ``{"id", "error"}``.
Without being asked the worker pushes ``{"push", "name", "epoch", ...}``, where ``push`` is one of
``records``, ``frame`` and ``state``.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from vgd_kernel.model.errors import FlowInvalidError, NodeConfigError, VgdError
from vgd_kernel.services.cluster.card import WorkerCard
from vgd_kernel.services.cluster.channel import Channel
from vgd_kernel.services.cluster.host import FlowHost
from vgd_kernel.services.cluster.hosted import Order
from vgd_kernel.services.cluster.states import from_rows
from vgd_kernel.services.cluster.tasks import TaskSet
from vgd_kernel.services.store import StateKey

HELLO_LIMIT_S = 5.0
"""A connection that does not say hello within this time is closed."""

logger = logging.getLogger(__name__)


class Endpoint:
    """Lets servers use a flow host."""

    def __init__(
        self,
        host: FlowHost,
        card: WorkerCard,
        *,
        on_shutdown: Callable[[], None],
        on_scheduler: Callable[[str], None],
    ) -> None:
        """Serve a flow host.

        Args:
            host: Where the flows run.
            card: Who this worker is; the port is filled in by `start`.
            on_shutdown: Called when a server asks the worker to end.
            on_scheduler: Called with an address when the Dask scheduler has moved.
        """
        self.card = card
        self.silent_since = time.monotonic()
        self._host = host
        self._on_shutdown = on_shutdown
        self._on_scheduler = on_scheduler
        self._tasks = TaskSet("endpoint")
        self._channels: set[Channel] = set()
        self._listener: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        self._listener = await asyncio.start_server(self._accept, self.card.host, 0)
        self.card = replace(self.card, port=self._listener.sockets[0].getsockname()[1])

    @property
    def connected(self) -> bool:
        """Whether a server is there now."""
        return bool(self._channels)

    async def close(self) -> None:
        """Close every connection and stop listening."""
        if self._listener is not None:
            self._listener.close()
        for channel in tuple(self._channels):
            await channel.close()
        await self._tasks.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.spawn(self._serve(reader, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        channel = Channel(reader, writer)
        try:
            async with asyncio.timeout(HELLO_LIMIT_S):
                hello = await channel.read()
        except TimeoutError:
            hello = None
        token = str((hello or {}).get("token", ""))
        if not hmac.compare_digest(token.encode(), self.card.token.encode()):
            await channel.drop()
            return
        self._channels.add(channel)
        try:
            channel.write({"card": self.card.to_json(), "hosted": self._host.hosted()})
            while (request := await channel.read()) is not None:
                self._tasks.spawn(self._answer(channel, request))
        finally:
            self._channels.discard(channel)
            self._host.leave(channel)
            self.silent_since = time.monotonic()
            await channel.drop()

    async def _answer(self, channel: Channel, request: dict[str, Any]) -> None:
        answer: dict[str, Any] = {"id": request.get("id")}
        try:
            answer["result"] = await self._carry_out(channel, request)
        except VgdError as error:
            answer["error"] = _describe(error)
        except Exception as error:  # boundary: the server gets the error, the worker goes on
            logger.exception("request %s failed", request.get("op"))
            answer["error"] = {"kind": "PlatformError", "text": f"{type(error).__name__}: {error}"}
        channel.write(answer)

    async def _carry_out(self, channel: Channel, request: dict[str, Any]) -> Any:
        name = str(request.get("name", ""))
        match request.get("op"):
            case "start":
                order = Order(
                    name,
                    request["epoch"],
                    request["revision"],
                    request["flow"],
                    request["environment"],
                    state=_values(request.get("state", ())),
                    state_interval_s=request.get("state_interval_s", 5.0),
                    stores=request.get("stores", {}),
                )
                flow = await self._host.start(order)
                self._follow(channel, name, after=request.get("after", 0))
                self._follow_state(channel, name, version=0 if flow.order is order else -1)
                return flow.to_json()
            case "stop":
                return await self._host.stop(name, epoch=request.get("epoch"))
            case "follow":
                self._follow(channel, name, after=request["after"])
                return self._follow_state(channel, name, version=request.get("state_version", -1))
            case "send":
                return self._host.send(name, request["node"], request["msg"])
            case "status":
                return self._host.get(name).status()
            case "watch":
                return self._watch(channel, name, on=request["on"])
            case "scheduler":
                return self._on_scheduler(request["address"])
            case "shutdown":
                return self._on_shutdown()
            case other:
                raise VgdError(f"no operation {other!r}; the server and the worker differ in age")

    def _follow(self, channel: Channel, name: str, *, after: int) -> None:
        flow = self._host.get(name)
        push = {"push": "records", "name": name, "epoch": flow.order.epoch}
        flow.follow(channel, lambda batch: channel.write({**push, "records": batch}), after=after)

    def _follow_state(self, channel: Channel, name: str, *, version: int) -> None:
        flow = self._host.get(name)
        push = {"push": "state", "name": name, "epoch": flow.order.epoch}
        flow.state.follow(
            channel, lambda frame: channel.write({**push, "state": frame}), version=version
        )

    def _watch(self, channel: Channel, name: str, *, on: bool) -> None:
        flow = self._host.get(name)
        if not on:
            flow.unwatch(channel)
            return
        push = {"push": "frame", "name": name, "epoch": flow.order.epoch}
        flow.watch(channel, lambda frame: channel.write({**push, "frame": frame}))


def _values(rows: Any) -> dict[StateKey, bytes]:
    return {key: data for key, data in from_rows(rows).items() if data is not None}


def _describe(error: VgdError) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": type(error).__name__, "text": str(error)}
    if isinstance(error, (FlowInvalidError, NodeConfigError)):
        found["problems"] = [problem.to_json() for problem in error.problems]
    return found


__all__ = ("HELLO_LIMIT_S", "Endpoint")
