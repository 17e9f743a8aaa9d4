"""The tcp out node: sends payloads over TCP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from vgd_kernel.model import (
    UNDEFINED,
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    config_field,
    text_field,
)
from vgd_kernel.model.fields import Flag, Text
from vgd_kernel.nodes.network._tcp import Connection, Server, ignore, pool_of
from vgd_kernel.nodes.network._tcp_client import TcpClient
from vgd_kernel.nodes.network._tcp_values import count_text, port_of, to_text_bytes
from vgd_kernel.nodes.network._tls import client_tls, server_tls


class TcpOut(Node):
    """Sends `msg.payload` over TCP.

    - **client**: connects to a host, again and again when the connection ends
    - **server**: listens on a port and sends to all who are connected
    - **reply**: sends to the connection of a **tcp in** node that `msg._session` names, to all of
      them without it; `msg.reset` true closes instead

    Buffers are sent as they are, anything else as text; base64 text is decoded when that is on.
    *Close after each message* ends the connection.
    """

    spec = NodeSpec(
        type="tcp out",
        category="network",
        color="#C0C0C0",
        icon="link",
        outputs=0,
        align_right=True,
        tags=("socket", "server", "client"),
    )

    host: Text = text_field("", title="Host", description="Of a client.")
    port: Text = text_field("", title="Port")
    beserver: Literal["client", "server", "reply"] = Field(default="client", title="Type")
    base64: Flag = Field(default=False, title="Decode base64")
    end: Flag = Field(default=False, title="Close after each message")
    tls: Text = config_field("tls-config", title="TLS configuration")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries lack."""
        kind = raw.get("beserver") or "client"
        known = kind if kind in ("client", "reply") else "server"
        return {**raw, "beserver": known}

    def start(self, ctx: Context) -> Receive | None:
        """Connect, listen, or only wait for messages."""
        if self.beserver == "client":
            return self._client(ctx)
        if self.beserver == "reply":
            return self._reply(ctx)
        return self._server(ctx)

    def _bytes(self, payload: Any) -> bytes:
        return to_text_bytes(payload, base64=self.base64)

    def _client(self, ctx: Context) -> Receive:
        client = TcpClient(
            ctx,
            self.host,
            port_of(self.port),
            client_tls(ctx, self.tls, self.host),
            data=ignore,
            ended=lambda connection: ctx.status(),
        )

        def receive(msg: Message) -> None:
            connection = client.connection
            if connection is None or msg.get("payload") is None:
                return
            connection.write(self._bytes(msg["payload"]))
            if self.end:
                client.quick = True
                ctx.status()
                connection.finish()

        return receive

    def _reply(self, ctx: Context) -> Receive:
        pool = pool_of(ctx)

        def receive(msg: Message) -> None:
            session = msg.get("_session")
            found: list[Connection | None] = list(pool.values())
            if isinstance(session, dict) and session.get("type") == "tcp":
                found = [pool.get(str(session.get("id")))]
            for connection in found:
                if connection is not None and msg.get("reset") is True:
                    connection.abort()
                elif connection is not None:
                    connection.write(self._bytes(msg.get("payload", UNDEFINED)))

        return receive

    def _server(self, ctx: Context) -> Receive:
        ctx.status(text=count_text(0))

        def opened(connection: Connection) -> None:
            ctx.log("connection from {}:{}".format(*connection.peer))
            ctx.status(text=count_text(len(server.connections)))

        def closed(connection: Connection, error: Exception | None) -> None:
            what = "closed" if error is None else f"error {error}"
            ctx.log("connection {} from {}:{}".format(what, *connection.peer))
            ctx.status(text=count_text(len(server.connections)))

        server = Server(ctx, port_of(self.port), opened=opened, closed=closed)
        server.listen(server_tls(ctx, self.tls))

        def receive(msg: Message) -> None:
            if msg.get("payload") is None:
                return
            data = self._bytes(msg["payload"])
            for connection in list(server.connections.values()):
                connection.write(data)
                if self.end:
                    connection.finish()

        return receive


__all__ = ("TcpOut",)
