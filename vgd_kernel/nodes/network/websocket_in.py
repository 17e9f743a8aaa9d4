"""The websocket in node: messages from WebSockets."""

from __future__ import annotations

from vgd_kernel.model import Context, Node, NodeSpec, config_field
from vgd_kernel.model.fields import Text


class WebsocketIn(Node):
    """Makes a message of what comes over the WebSockets of a listener or a client.

    `msg.payload` is a text or a buffer; with *whole message* what comes is the message itself, as
    JSON, and anything else becomes its payload. `msg._session` names the socket, for a **websocket
    out** node of the same listener to answer it.
    """

    spec = NodeSpec(
        type="websocket in",
        category="network",
        color="#D7D7A0",
        icon="globe",
        inputs=0,
        tags=("socket", "ws", "server", "client"),
    )

    server: Text = config_field("websocket-listener", title="Listener")
    client: Text = config_field("websocket-client", title="Client")

    def start(self, ctx: Context) -> None:
        """Join the listener or the client."""
        config = ctx.config_node(self.client or self.server)
        if config is None:
            ctx.error("Missing server configuration")
            return
        config.sockets.join(ctx, sends=True)


__all__ = ("WebsocketIn",)
