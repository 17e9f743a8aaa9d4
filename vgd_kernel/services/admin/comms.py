"""``/comms``: the WebSocket that tells editors what happens: ``[{"topic": …, "data": …}, …]``.

Every client gets every topic; what is *retained* (the status of nodes) comes again to a client
that subscribes to it. Messages are collected for a moment and sent as one array of at most
`BATCH`. Source: Node-RED, ``editor-api/lib/editor/comms.js`` and ``runtime/lib/api/comms.js``.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.errors import FlowSyntaxError
from vgd_kernel.model.events import DebugMessage, Event, LogRecord, StatusChanged
from vgd_kernel.model.message import UNDEFINED
from vgd_kernel.model.network import MessageSocket
from vgd_kernel.services.admin.access import Access, UnauthorizedError
from vgd_kernel.services.admin.encoding import encode
from vgd_kernel.services.runtime import Runtime
from vgd_kernel.services.runtime.json_text import read_json, write_json

BATCH = 50
"""Most messages of one array."""

PAUSE_S = 0.05
"""What comes within this time goes out together; Node-RED waits as long."""

HEARTBEAT_S = 15.0
"""A client that hears nothing for so long gets a sign of life."""

MOST_WAITING = 10_000
"""Messages that wait for one client; when it is slower the oldest are dropped."""

_LEVELS = {"error": 20, "warn": 30}
_SPECIAL = re.compile(r"([\[\]?()\\$^*.|])")


class Comms:
    """All open WebSockets of the admin API."""

    def __init__(self, runtime: Runtime, access: Access) -> None:
        """Take the runtime whose events are told, and who may hear them."""
        self._runtime = runtime
        self._access = access
        self._retained: dict[str, Any] = {}
        self._clients: set[_Client] = set()
        runtime.events.observe(self._observe, debug=lambda: bool(self._clients))
        runtime.events.observe_notices(self._notice)

    async def serve(self, socket: MessageSocket) -> None:
        """Serve one client until it goes."""
        client = _Client(socket)
        if not self._access.is_guarded:
            self._clients.add(client)
        try:
            async for text in socket:
                if not self._take(client, text):
                    break
        finally:
            self._clients.discard(client)
            client.close()

    def publish(self, topic: str, data: Any, *, retain: bool = False) -> None:
        """Send a message to all clients."""
        if retain:
            self._retained[topic] = data
        else:
            self._retained.pop(topic, None)
        for client in self._clients:
            client.send(topic, data)

    def _take(self, client: _Client, text: str | bytes) -> bool:
        """Handle a message of a client; False ends the connection."""
        try:
            message = read_json(text.encode() if isinstance(text, str) else text, "the message")
        except FlowSyntaxError:
            return True
        if not isinstance(message, dict):
            return True
        token = message.get("auth")
        if token or client not in self._clients:
            if not self._admit(client, token):
                client.answer({"auth": "fail"})
                return False
            if token:
                client.answer({"auth": "ok"})
        topic = message.get("subscribe")
        if isinstance(topic, str):
            wanted = _pattern(topic)
            for name, data in self._retained.items():
                if wanted.fullmatch(name):
                    client.send(name, data)
        return True

    def _admit(self, client: _Client, token: Any) -> bool:
        try:
            self._access.user(str(token) if token else None, "status.read")
        except UnauthorizedError:
            return False
        self._clients.add(client)
        return True

    def _observe(self, event: Event) -> None:
        if isinstance(event, StatusChanged):
            self._status(event)
        elif not self._clients:
            return
        elif isinstance(event, DebugMessage):
            self.publish("debug", self._debug(event))
        elif isinstance(event, LogRecord) and event.level in _LEVELS:
            self.publish("debug", self._log(event))

    def _notice(self, id: str, payload: Mapping[str, Any]) -> None:
        self.publish(f"notification/{id}", payload, retain=True)
        if payload.get("state") == "stop":
            for topic in [name for name in self._retained if name.startswith("status/")]:
                self.publish(topic, {})

    def _status(self, event: StatusChanged) -> None:
        topic = f"status/{event.node}"
        if not (event.fill or event.shape or event.text):
            if topic in self._retained:
                self.publish(topic, {})
            return
        named = {"text": event.text, "fill": event.fill, "shape": event.shape}
        self.publish(topic, {key: value for key, value in named.items() if value}, retain=True)

    def _debug(self, event: DebugMessage) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": event.node, **self._place(event.node), "name": event.name}
        topic = event.msg.get("topic", UNDEFINED)
        if topic is not UNDEFINED:
            shown["topic"] = topic if isinstance(topic, str) else encode(topic)["msg"]
        if event.property != "msg":
            shown["property"] = event.property
        return {**shown, **encode(event.value)}

    def _log(self, event: LogRecord) -> dict[str, Any]:
        run = self._runtime.run
        plan = run.plan_of(event.node) if run is not None else None
        shown: dict[str, Any] = {"level": _LEVELS[event.level]}
        if plan is not None:
            shown.update(id=event.node, type=plan.type, **self._place(event.node))
            if plan.name:
                shown["name"] = plan.name
        return {**shown, "timestamp": int(event.time_s * 1000), **encode(event.text)}

    def _place(self, id: str) -> dict[str, Any]:
        """Return the tab or instance that a node stands in, and the way to it."""
        run = self._runtime.run
        plan = run.plan_of(id) if run is not None else None
        if run is None or plan is None:
            return {}
        here, path = plan.container, [plan.container]
        place: dict[str, Any] = {"z": here}
        while (around := run.plan_of(path[0])) is not None:
            path.insert(0, around.container)
        if len(path) > 1:
            place["_alias"] = id.removeprefix(f"{here}-")
        return {**place, "path": "/".join(path) or "global"}


class _Client:
    """One open WebSocket."""

    def __init__(self, socket: MessageSocket) -> None:
        self._socket = socket
        self._loop = asyncio.get_running_loop()
        self._waiting: list[dict[str, Any]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._heart = self._loop.call_later(HEARTBEAT_S, self._beat)

    def send(self, topic: str, data: Any) -> None:
        if len(self._waiting) >= MOST_WAITING:
            del self._waiting[0]
        self._waiting.append({"topic": topic, "data": data})
        if self._timer is None:
            self._timer = self._loop.call_later(PAUSE_S, self._flush)

    def answer(self, data: dict[str, Any]) -> None:
        self._socket.send(write_json(data).decode())

    def _flush(self) -> None:
        self._timer = None
        batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
        self._socket.send(write_json(batch).decode())
        if self._waiting:
            self._timer = self._loop.call_later(PAUSE_S, self._flush)

    def _beat(self) -> None:
        self.send("hb", int(self._loop.time() * 1000))
        self._heart = self._loop.call_later(HEARTBEAT_S, self._beat)

    def close(self) -> None:
        self._heart.cancel()
        if self._timer is not None:
            self._timer.cancel()


def _pattern(topic: str) -> re.Pattern[str]:
    """Return what matches the topics of a subscription: ``+`` is one level, ``/#`` all below."""
    text = _SPECIAL.sub(r"\\\1", topic).replace("+", "[^/]+")
    if text.endswith("/#"):
        text = text[:-2] + "(/.*)?"
    return re.compile(text, re.DOTALL)


__all__ = ("BATCH", "HEARTBEAT_S", "PAUSE_S", "Comms")
