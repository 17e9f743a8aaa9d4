"""The connections of one tcp request node, by host and port."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from vgd_kernel.model import Context, Message, Timer, clone
from vgd_kernel.model.network import NetworkTimes
from vgd_kernel.nodes.network._tcp import Connection, open_connection
from vgd_kernel.nodes.network._tcp_values import count_text
from vgd_kernel.nodes.network._tls import Tls

WAITING_LIMIT = 1000
"""Messages that wait for a connection; the oldest goes when there are more, as in Node-RED."""


@dataclass(frozen=True, slots=True)
class Choices:
    """When an answer is complete, and what it becomes.

    Attributes:
        mode: ``time``, ``char``, ``count``, ``sit`` or ``immed``.
        limit: Milliseconds, byte or number of bytes.
        as_text: The payload is a text, not a buffer.
        delimiter: Cuts the texts of ``sit``.
        tail: Put behind each of these.
    """

    mode: str
    limit: int
    as_text: bool
    delimiter: str
    tail: str


@dataclass(slots=True)
class _Client:
    first: Message
    last: Message
    waiting: deque[Message] = field(default_factory=lambda: deque(maxlen=WAITING_LIMIT))
    connection: Connection | None = None
    connecting: bool = False
    answer: bytearray = field(default_factory=bytearray)
    text: str = ""
    timer: Timer | None = None


class Requests:
    """Sends messages and makes messages of the answers."""

    def __init__(self, ctx: Context, choices: Choices, tls: Tls | None) -> None:
        """Take the node and its choices."""
        self._ctx = ctx
        self._choices = choices
        self._tls = tls
        self._clients: dict[str, _Client] = {}
        self._last = ""
        self._timeout_s = ctx.service(NetworkTimes).socket_timeout_s
        ctx.on_close(self._close)

    def _close(self) -> None:
        for client in self._clients.values():
            if client.connection is not None:
                client.connection.abort()
        self._clients.clear()
        self._ctx.status()

    def reset(self, which: Any) -> None:
        """Close all connections, or the one to a host and port."""
        names = list(self._clients) if which is True else [which]
        for name in names:
            client = self._clients.pop(name, None) if isinstance(name, str) else None
            if client is not None and client.connection is not None:
                client.connection.abort()
        count = len(self._clients)
        self._ctx.status("green", "dot" if count else "ring", count_text(count))

    def send(self, msg: Message, host: str, port: int) -> None:
        """Send a message; connect when there is no connection yet."""
        name = f"{host}:{port}"
        if name != self._last:
            self._ctx.status()
            self._last = name
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = _Client(msg, msg)
        client.waiting.append(msg)
        client.last = msg
        if client.connection is not None:
            self._write(client)
        elif not host or not port:
            self._ctx.log("Host and/or port not set", level="warn", msg=msg)
        elif not client.connecting:
            client.connecting = True
            client.first = msg
            endless = self._choices.mode == "sit"
            self._ctx.spawn(self._connect(name, client, host, port), source=endless)

    def _write(self, client: _Client) -> None:
        connection = client.connection
        while client.waiting and connection is not None:
            msg = client.waiting.popleft()
            if "payload" in msg:
                payload = msg["payload"]
                connection.write(payload.encode() if isinstance(payload, str) else bytes(payload))
            self._ctx.done(msg)

    async def _connect(self, name: str, client: _Client, host: str, port: int) -> None:
        def opened(connection: Connection) -> None:
            client.connection, client.connecting = connection, False
            self._ctx.status("green", "dot", count_text(len(self._clients)))
            self._write(client)
            if self._choices.mode == "immed":
                self._forget(name, client)

        def ended(connection: Connection) -> None:
            client.connection = None
            self._ctx.status("grey", "ring", "common.status.disconnected")

        def closed(connection: Connection, error: Exception | None) -> None:
            client.connection, client.connecting = None, False
            if error is not None:
                self._failed(name, client)

        def timed_out(connection: Connection) -> None:
            self._ctx.status("grey", "dot", "tcpin.errors.connect-timeout")

        made = Connection(
            self._ctx.new_id(),
            opened=opened,
            data=lambda connection, data: self._take(name, client, data),
            ended=ended,
            closed=closed,
            timeout_s=self._timeout_s,
            timed_out=timed_out,
        )
        try:
            await open_connection(made, host, port, self._tls)
            await made.closed
        except OSError:
            client.connecting = False
            self._failed(name, client)
        finally:
            made.abort()

    def _failed(self, name: str, client: _Client) -> None:
        self._ctx.status("red", "ring", "common.status.error")
        self._ctx.error(f"connect failed {name}", client.first)
        if self._clients.get(name) is client:
            del self._clients[name]

    def _forget(self, name: str, client: _Client) -> None:
        if self._clients.get(name) is client:
            del self._clients[name]
        self._ctx.status()
        if client.connection is not None:
            client.connection.finish()

    # answers

    def _take(self, name: str, client: _Client, data: bytes) -> None:
        choices = self._choices
        if choices.mode == "sit":
            self._send_piece(client, data)
            return
        if self._clients.get(name) is not client:
            return
        client.answer += data
        if choices.mode == "time":
            if client.timer is None:
                client.timer = self._ctx.after(
                    choices.limit / 1000, lambda: self._finish(name, client, len(client.answer))
                )
        elif choices.mode == "count":
            if len(client.answer) >= choices.limit:
                self._finish(name, client, max(1, choices.limit))
        elif choices.mode == "char":
            at = client.answer.find(choices.limit) if 0 <= choices.limit < 256 else -1
            if at >= 0:
                self._finish(name, client, at + 1)

    def _finish(self, name: str, client: _Client, length: int) -> None:
        if self._clients.get(name) is client:
            self._send_answer(client, bytes(client.answer[:length]))
            self._forget(name, client)

    def _send_answer(self, client: _Client, data: bytes) -> None:
        msg = clone(client.last)
        msg["payload"] = data.decode("utf-8", "replace") if self._choices.as_text else data
        self._ctx.send(msg)

    def _send_piece(self, client: _Client, data: bytes) -> None:
        choices = self._choices
        if not choices.as_text or not choices.delimiter:
            self._send_answer(client, data)
            return
        *lines, client.text = (client.text + data.decode("utf-8", "replace")).split(
            choices.delimiter
        )
        for line in lines:
            msg = clone(client.last)
            msg["payload"] = line + choices.tail
            self._ctx.send(msg)


__all__ = ("WAITING_LIMIT", "Choices", "Requests")
