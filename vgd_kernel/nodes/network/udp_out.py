"""The udp out node: sends payloads as datagrams."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive, text_field
from vgd_kernel.model.fields import Flag, Text
from vgd_kernel.model.javascript_values import to_number, to_text
from vgd_kernel.nodes.network._tcp_values import port_of, to_text_bytes
from vgd_kernel.nodes.network._udp import UdpSocket, error_name, join_group, sockets_of


class UdpOut(Node):
    """Sends `msg.payload` as a datagram.

    - **Address**, **port**: `msg.ip` and `msg.port` where the node has none
    - **From port**: any free one when empty; that of a **udp in** node is shared with it
    - **multicast**: *broad* allows broadcasts, *multi* joins the group that the address is

    Buffers are sent as they are, anything else as text; base64 text is decoded when that is on.
    """

    spec = NodeSpec(
        type="udp out",
        category="network",
        color="#C0C0C0",
        icon="link",
        outputs=0,
        align_right=True,
        tags=("datagram", "multicast", "broadcast", "socket"),
    )
    defers_done: ClassVar[bool] = True

    addr: Text = text_field("", title="Address", description="msg.ip when empty.")
    iface: Text = text_field("", title="Interface", description="Of multicasts.")
    port: Text = text_field("", title="Port", description="msg.port when empty.")
    ipv: Literal["udp4", "udp6"] = Field(default="udp4", title="IP version")
    outport: Text = text_field("", title="From port", description="Any when empty.")
    base64: Flag = Field(default=False, title="Decode base64")
    multicast: Literal["false", "broad", "multi"] = Field(default="false", title="Multicast")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries lack."""
        entry = {**raw, "ipv": raw.get("ipv") or "udp4"}
        known = entry.get("multicast")
        entry["multicast"] = known if known in ("broad", "multi") else "false"
        return entry

    def start(self, ctx: Context) -> Receive:
        """Open the socket with the first message; all udp in nodes are there by then."""
        found: list[UdpSocket] = []

        def receive(msg: Message) -> None:
            if "payload" not in msg:
                return
            target = self._target(ctx, msg)
            if target is None:
                ctx.done(msg)
                return
            if not found:
                found.append(self._open(ctx))
            data = to_text_bytes(msg["payload"], base64=self.base64)
            address, port = target
            if _is_numeric(address):
                _send(ctx, found[0], msg, data, address, port)
            else:
                ctx.spawn(self._resolve_and_send(ctx, found[0], msg, data, address, port))

        return receive

    def _target(self, ctx: Context, msg: Message) -> tuple[str, int] | None:
        """Return address and port, None and a warning when there are none."""
        address = self.addr or to_text(msg.get("ip") or "")
        given = self.port or msg.get("port") or 0
        port = to_number(given)
        text = ""
        if not address:
            text = "udp: ip address not set"
        elif port == 0:
            text = "udp: port not set"
        elif not 1 <= port <= 65535:
            text = "udp: port number not valid"
        if text:
            ctx.log(text, level="warn", msg=msg)
            return None
        return address, int(port)

    def _open(self, ctx: Context) -> UdpSocket:
        sockets = sockets_of(ctx)
        key = port_of(self.outport or self.port)
        known = sockets.get(key) if key else None
        if known is not None:
            if self.multicast != "false":
                known.broadcast()
            return known
        opened = UdpSocket(version6=self.ipv == "udp6")
        ctx.on_close(opened.close)
        own_port = port_of(self.outport)
        try:
            if own_port or self.multicast != "false":
                opened.bind(own_port)
            if self.multicast != "false":
                opened.broadcast()
        except OSError as error:
            ctx.error(f"error: {error_name(error)}")
        if self.multicast == "multi":
            join_group(ctx, opened, self.addr, self.iface)
        return opened

    async def _resolve_and_send(
        self, ctx: Context, opened: UdpSocket, msg: Message, data: bytes, name: str, port: int
    ) -> None:
        family = socket.AF_INET6 if self.ipv == "udp6" else socket.AF_INET
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(name, port, family=family, type=socket.SOCK_DGRAM)
        except OSError as error:
            ctx.error(f"udp : {error}", msg)
            return
        _send(ctx, opened, msg, data, str(found[0][4][0]), port)


def _is_numeric(address: str) -> bool:
    try:
        ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return True


def _send(
    ctx: Context, opened: UdpSocket, msg: Message, data: bytes, address: str, port: int
) -> None:
    try:
        opened.send(data, address, port)
    except OSError as error:
        ctx.error(f"udp : {error}", msg)
    else:
        ctx.done(msg)


__all__ = ("UdpOut",)
