"""The websocket out node: sends over WebSockets."""

from __future__ import annotations

from typing import Any

from vgd_kernel.model import UNDEFINED, Context, Message, Node, NodeSpec, Receive, config_field
from vgd_kernel.model.fields import Text
from vgd_kernel.model.javascript_values import to_json_text, to_text
from vgd_kernel.nodes.network._websockets import Sockets


class WebsocketOut(Node):
    """Sends `msg.payload` over the WebSockets of a listener or a client.

    - with `msg._session` of a listener only to that socket, else to all of them
    - buffers go as they are, objects as JSON, anything else as text; empty texts are not sent
    - with *whole message* the message goes as JSON, without its session
    """

    spec = NodeSpec(
        type="websocket out",
        category="network",
        color="#D7D7A0",
        icon="globe",
        outputs=0,
        align_right=True,
        tags=("socket", "ws", "server", "client"),
    )

    server: Text = config_field("websocket-listener", title="Listener")
    client: Text = config_field("websocket-client", title="Client")

    def start(self, ctx: Context) -> Receive | None:
        """Join the listener or the client."""
        config = ctx.config_node(self.client or self.server)
        if config is None:
            ctx.error("Missing server configuration")
            return None
        sockets: Sockets = config.sockets
        sockets.join(ctx, sends=False)

        def receive(msg: Message) -> None:
            data = _whole(msg) if sockets.whole else _payload(msg.get("payload", UNDEFINED))
            if not data:
                return
            session = msg.get("_session")
            if isinstance(session, dict) and session.get("type") == "websocket":
                sockets.reply(str(session.get("id")), data)
            elif not sockets.broadcast(data):
                text = "An error occurred while sending: the WebSocket is not open"
                ctx.log(text, level="warn", msg=msg)

        return receive


def _whole(msg: Message) -> str:
    return to_json_text({key: value for key, value in msg.items() if key != "_session"})


def _payload(payload: Any) -> str | bytes:
    if isinstance(payload, (bytes, bytearray)):
        return bytes(payload)
    if payload is UNDEFINED:
        return ""
    return to_json_text(payload) if isinstance(payload, (dict, list)) else to_text(payload)


__all__ = ("WebsocketOut",)
