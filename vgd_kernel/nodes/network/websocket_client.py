"""The websocket-client node: a WebSocket to a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from vgd_kernel.model import Context, Node, NodeSpec, config_field, text_field
from vgd_kernel.model.fields import NumberText, Text, number
from vgd_kernel.model.javascript_values import to_text
from vgd_kernel.model.network import HttpClient, MessageSocket, NetworkTimes, SocketCall
from vgd_kernel.nodes.network._headers import Header
from vgd_kernel.nodes.network._websockets import Sockets


class WebsocketClient(Node):
    """A WebSocket to a server, opened again whenever it closes.

    - **URL**: `ws://` or `wss://`
    - **Heartbeat**: pings every so many seconds, and closes what does not answer
    - **Send and receive**: the payload alone, or the whole message as JSON
    """

    spec = NodeSpec(
        type="websocket-client",
        category="network",
        color="#D7D7A0",
        icon="gear",
        inputs=0,
        outputs=0,
        config=True,
    )

    path: Text = text_field("", title="URL", description="ws://host/path")
    tls: Text = config_field("tls-config", title="TLS configuration")
    wholemsg: Literal["false", "true"] = Field(
        default="false", title="Whole message", description="true: as JSON."
    )
    hb: NumberText = text_field("", title="Heartbeat (seconds)", description="None when empty.")
    subprotocol: Text = text_field("", title="Subprotocols", description="a, b")
    headers: list[Header] = Field(default_factory=list, title="Headers")

    _sockets: Sockets | None = PrivateAttr(default=None)

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries lack."""
        return {**raw, "headers": raw.get("headers") or []}

    @property
    def sockets(self) -> Sockets:
        """The shared socket of a running client."""
        assert self._sockets is not None, "a client starts before its users"
        return self._sockets

    def start(self, ctx: Context) -> None:
        """Prepare; the first node that uses it opens the socket."""
        sockets = self._sockets = Sockets(ctx, whole=self.wholemsg == "true", is_server=False)
        session = ctx.service(HttpClient).session()  # type: ignore[type-abstract]  # by protocol
        ctx.on_close(session.close)
        tls = ctx.config_node(self.tls) if self.tls else None
        call = SocketCall(
            self.path,
            headers=self._headers(ctx),
            subprotocols=[name.strip() for name in self.subprotocol.split(",") if name.strip()],
            heartbeat_s=max(0.0, number(self.hb)),
            tls=tls.client_context() if tls is not None else None,
            server_name=tls.server_name("") if tls is not None else "",
        )

        async def open_socket() -> MessageSocket:
            return await session.open_socket(call)

        sockets.keep_open(open_socket, ctx.service(NetworkTimes).websocket_reconnect_s)

    def _headers(self, ctx: Context) -> dict[str, str]:
        pairs = [header.read(ctx, {}) for header in self.headers]
        return {to_text(name): to_text(value) for name, value in pairs if name and value}


__all__ = ("WebsocketClient",)
