"""The tcp in node: messages from TCP connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from vgd_kernel.model import ByField, Context, Message, Node, NodeSpec, config_field, text_field
from vgd_kernel.model.fields import Flag, Text
from vgd_kernel.nodes.network._tcp import Connection, Server, pool_of
from vgd_kernel.nodes.network._tcp_client import TcpClient
from vgd_kernel.nodes.network._tcp_pieces import Pieces
from vgd_kernel.nodes.network._tcp_values import count_text, port_of, unescape
from vgd_kernel.nodes.network._tls import client_tls, server_tls


class TcpIn(Node):
    """Makes messages of what comes over TCP, as a server or as a client.

    - **server**: listens on a port of all addresses; **client**: connects to a host, again and
      again when the connection ends
    - **stream** sends what comes as it comes, texts cut by the delimiter; **single** sends all of
      it when the other side closes
    - `msg.payload`: buffer, text or base64; `msg.ip`, `msg.port`: the other side, of a server
    - `msg._session`: with it a **tcp out** node that replies finds the connection
    """

    spec = NodeSpec(
        type="tcp in",
        category="network",
        color="#C0C0C0",
        icon="link",
        inputs=0,
        gives={
            "payload": ByField(
                "datatype", {"utf8": ("string",), "buffer": ("buffer",), "base64": ("string",)}
            )
        },
        tags=("socket", "server", "client"),
    )

    server: Literal["server", "client"] = Field(default="server", title="Type")
    host: Text = text_field("", title="Host", description="Of a client.")
    port: Text = text_field("", title="Port")
    datamode: Literal["stream", "single"] = Field(default="stream", title="Output")
    datatype: Literal["buffer", "utf8", "base64"] = Field(default="buffer", title="Payload")
    newline: Text = text_field("", title="Delimiter", description=r"Such as \n; may be empty.")
    topic: Text | None = text_field("", title="Topic")
    trim: Flag = Field(default=False, title="Put the delimiter back")
    base64: Flag = Field(default=False, title="Base64 (older flows)")
    tls: Text = config_field("tls-config", title="TLS configuration")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries lack."""
        entry = {"topic": None, **raw}
        server = entry.get("server", "server")
        entry["server"] = "server" if server is True or server == "server" else "client"
        entry["datamode"] = "single" if entry.get("datamode") == "single" else "stream"
        entry["datatype"] = entry.get("datatype") or "buffer"
        return entry

    def start(self, ctx: Context) -> None:
        """Listen or connect."""
        if self.server == "server":
            self._serve(ctx)
        else:
            self._connect(ctx)

    def _pieces(self, ctx: Context, connection: Connection) -> Pieces:
        single, of_server = self.datamode == "single", self.server == "server"

        def send(payload: Any, rest: bool) -> None:
            named = {} if self.topic is None else {"topic": self.topic}
            msg: Message = {**named, "payload": payload}
            if of_server and (single or not rest):
                msg["ip"], msg["port"] = connection.peer
            msg["_session"] = {"type": "tcp", "id": connection.id}
            msg["_msgid"] = ctx.new_id()
            ctx.send(msg)

        return Pieces(
            send,
            kind=self.datatype,
            single=single,
            delimiter=unescape(self.newline),
            keep_delimiter=self.trim,
            lines_of_base64=of_server,
        )

    def _connect(self, ctx: Context) -> None:
        pieces: dict[str, Pieces] = {}

        def opened(connection: Connection) -> None:
            pieces.clear()
            pieces[connection.id] = self._pieces(ctx, connection)

        def ended(connection: Connection) -> None:
            client.quick = pieces[connection.id].end()

        client = TcpClient(
            ctx,
            self.host,
            port_of(self.port),
            client_tls(ctx, self.tls, self.host),
            opened=opened,
            data=lambda connection, data: pieces[connection.id].feed(data),
            ended=ended,
            pooled=True,
        )

    def _serve(self, ctx: Context) -> None:
        pool, own = pool_of(ctx), dict[str, Pieces]()

        def show(connection: Connection, event: str) -> None:
            session = {"type": "tcp", "id": connection.id}
            ip, port = connection.peer
            details = {"event": event, "ip": ip, "port": port, "_session": session}
            ctx.status(text=count_text(len(own)), details=details)

        def opened(connection: Connection) -> None:
            pool[connection.id] = connection
            own[connection.id] = self._pieces(ctx, connection)
            show(connection, "connect")

        def closed(connection: Connection, error: Exception | None) -> None:
            pool.pop(connection.id, None)
            own.pop(connection.id, None)
            if error is not None:
                ctx.log(str(error))
            show(connection, "disconnect")

        def ended(connection: Connection) -> None:
            own[connection.id].end()

        Server(
            ctx,
            port_of(self.port),
            opened=opened,
            data=lambda connection, data: own[connection.id].feed(data),
            ended=ended,
            closed=closed,
        ).listen(server_tls(ctx, self.tls))


__all__ = ("TcpIn",)
