"""The udp in node: messages from datagrams."""

from __future__ import annotations

import base64
import errno
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from vgd_kernel.model import ByField, Context, Message, Node, NodeSpec, text_field
from vgd_kernel.model.fields import Text
from vgd_kernel.nodes.network._tcp_values import port_of
from vgd_kernel.nodes.network._udp import UdpSocket, error_name, join_group, sockets_of


class UdpIn(Node):
    """Makes a message of each datagram that comes to a port.

    - `msg.payload`: buffer, text or base64
    - `msg.ip`, `msg.port`, `msg.fromip` (`ip:port`): who sent it

    It listens on all addresses; a **multicast** group is joined on the interface whose name or
    address is given, or on any.
    """

    spec = NodeSpec(
        type="udp in",
        category="network",
        color="#C0C0C0",
        icon="link",
        inputs=0,
        gives={
            "payload": ByField(
                "datatype", {"utf8": ("string",), "buffer": ("buffer",), "base64": ("string",)}
            )
        },
        tags=("datagram", "multicast", "socket"),
    )

    iface: Text = text_field("", title="Interface", description="Of multicasts.")
    port: Text = text_field("", title="Port")
    ipv: Literal["udp4", "udp6"] = Field(default="udp4", title="IP version")
    multicast: Literal["false", "true"] = Field(default="false", title="Multicast")
    group: Text = text_field("", title="Group", description="Address of the multicast group.")
    datatype: Literal["buffer", "utf8", "base64"] = Field(default="buffer", title="Payload")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries lack."""
        entry = dict(raw)
        entry["ipv"] = entry.get("ipv") or "udp4"
        entry["multicast"] = "true" if entry.get("multicast") in (True, "true") else "false"
        if entry.get("datatype") not in ("utf8", "base64"):
            entry["datatype"] = "buffer"
        return entry

    def start(self, ctx: Context) -> None:
        """Bind the port, or share it with another node of the run."""
        sockets, port = sockets_of(ctx), port_of(self.port)
        opened = sockets.get(port)
        if opened is not None:
            ctx.log(f"udp: port {port} already in use")
        else:
            opened = UdpSocket(version6=self.ipv == "udp6")
            try:
                opened.bind(port)
            except OSError as error:
                opened.close()
                low = error.errno == errno.EACCES and port < 1024
                rights = "UDP access error, you may need root access for ports below 1024"
                ctx.error(rights if low else f"error: {error_name(error)}")
                return
            sockets[port] = opened
            if self.multicast == "true":
                opened.broadcast()
                join_group(ctx, opened, self.group, self.iface)
            ctx.spawn(opened.receive(), source=True)
            ctx.log(f"udp listener at {'::' if self.ipv == 'udp6' else '0.0.0.0'}:{port}")  # noqa: S104
        opened.takers.append(self._taker(ctx))
        ctx.on_close(lambda: self._close(ctx, port, opened))

    def _close(self, ctx: Context, port: int, opened: UdpSocket) -> None:
        opened.close()
        sockets_of(ctx).pop(port, None)
        ctx.log("udp listener stopped")
        ctx.status()

    def _taker(self, ctx: Context) -> Any:
        send, kind = ctx.send, self.datatype

        def take(data: bytes, peer: tuple[str, int]) -> None:
            if not ctx.has_room:
                return  # a datagram that nobody reads is lost
            payload: Any = data
            if kind == "utf8":
                payload = data.decode("utf-8", "replace")
            elif kind == "base64":
                payload = base64.b64encode(data).decode()
            ip, port = peer
            msg: Message = {"payload": payload, "fromip": f"{ip}:{port}", "ip": ip, "port": port}
            msg["_msgid"] = ctx.new_id()
            send(msg)

        return take


__all__ = ("UdpIn",)
