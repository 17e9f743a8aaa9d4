"""The websocket-listener node: a path that WebSocket clients connect to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PrivateAttr

from vgd_kernel.model import Context, Node, NodeSpec, text_field
from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.fields import Text
from vgd_kernel.model.network import HttpServer
from vgd_kernel.nodes.network._websockets import Sockets


class WebsocketListener(Node):
    """A path of the HTTP server that WebSocket clients connect to.

    - **Path**: such as `/ws/things`; one listener per path
    - **Send and receive**: the payload alone, or the whole message as JSON
    """

    spec = NodeSpec(
        type="websocket-listener",
        category="network",
        color="#D7D7A0",
        icon="gear",
        inputs=0,
        outputs=0,
        config=True,
    )

    path: Text = text_field("", title="Path")
    wholemsg: Literal["false", "true"] = Field(
        default="false", title="Whole message", description="true: as JSON."
    )

    _sockets: Sockets | None = PrivateAttr(default=None)

    @property
    def sockets(self) -> Sockets:
        """The shared sockets of a running listener."""
        assert self._sockets is not None, "a listener starts before its users"
        return self._sockets

    def start(self, ctx: Context) -> None:
        """Listen."""
        sockets = self._sockets = Sockets(ctx, whole=self.wholemsg == "true", is_server=True)
        server = ctx.service(HttpServer)  # type: ignore[type-abstract]  # by protocol
        path = "/" + self.path.removeprefix("/")
        try:
            ctx.on_close(server.add_socket(path, sockets.handle))
        except FlowError as error:
            ctx.error(error)
            return
        ctx.on_close(sockets.close)


__all__ = ("WebsocketListener",)
