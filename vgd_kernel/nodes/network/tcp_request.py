"""The tcp request node: sends to a TCP server and waits for its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

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
from vgd_kernel.model.javascript_values import parse_float, to_number, to_text
from vgd_kernel.nodes.network._tcp_requests import Choices, Requests
from vgd_kernel.nodes.network._tcp_values import port_of, unescape
from vgd_kernel.nodes.network._tls import client_tls

_ESCAPES = {"\\n": 10, "\\r": 13, "\\t": 9, "\\e": 27, "\\f": 12, "\\0": 0}


class TcpRequest(Node):
    r"""Sends `msg.payload` to a TCP server and sends its answer on.

    The connection is closed, and the answer is sent,

    - **time**: after a number of milliseconds from its first byte
    - **char**: when a character arrives: `;`, `\n`, `0x0A`
    - **count**: when there are so many bytes
    - **sit**: never; everything that comes is sent as it comes. `msg.reset` true closes all
      connections, `host:port` that one
    - **immed**: at once, without waiting for an answer

    `msg.host` and `msg.port` count where the node has none. Payload: buffer or text.
    """

    spec = NodeSpec(
        type="tcp request",
        category="network",
        color="#C0C0C0",
        icon="link",
        tags=("socket", "client"),
    )
    defers_done: ClassVar[bool] = True

    server: Text = text_field("", title="Server", description="msg.host when empty.")
    port: Text = text_field("", title="Port", description="msg.port when empty.")
    out: Literal["time", "char", "count", "sit", "immed"] = Field(default="time", title="Close")
    ret: Literal["buffer", "string"] = Field(default="buffer", title="Payload")
    splitc: Text = text_field("0", title="After", description="Milliseconds, character or bytes.")
    newline: Text = text_field("", title="Delimiter", description="Cuts texts, of sit.")
    trim: Flag = Field(default=False, title="Put the delimiter back")
    tls: Text = config_field("tls-config", title="TLS configuration")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries lack."""
        entry = {**raw, "out": raw.get("out") or "time", "ret": raw.get("ret") or "buffer"}
        entry["splitc"] = " " if raw.get("splitc") == " " else raw.get("splitc", "0")
        return entry

    def start(self, ctx: Context) -> Receive:
        """Resolve when an answer is complete."""
        choices = Choices(
            mode="immed" if self._never() else self.out,
            limit=self._limit(),
            as_text=self.ret == "string",
            delimiter=unescape(self.newline),
            tail=unescape(self.newline) if self.trim else "",
        )
        tls = client_tls(ctx, self.tls, self.server)
        requests = Requests(ctx, choices, tls)
        own_port = port_of(self.port)

        def receive(msg: Message) -> None:
            if "payload" in msg and not isinstance(msg["payload"], (bytes, bytearray)):
                msg["payload"] = to_text(msg["payload"])
            host = self.server or to_text(msg.get("host") or "")
            port = own_port or port_of(to_text(msg.get("port") or ""))
            if self.out == "sit" and msg.get("reset", UNDEFINED):
                requests.reset(msg["reset"])
                if "payload" not in msg:
                    return
            requests.send(msg, host, port)

        return receive

    def _never(self) -> bool:
        return self.out == "immed" or (self.out == "time" and self._limit() < 0)

    def _limit(self) -> int:
        if self.out != "char":
            number = to_number(self.splitc)
            return int(number) if number == number else 0
        if self.splitc in _ESCAPES:
            return _ESCAPES[self.splitc]
        if self.splitc.startswith("\\"):
            number = parse_float(self.splitc[1:])
            return int(number) if number == number else -1
        if self.splitc.startswith("0x"):
            return int(to_number(self.splitc))
        return ord(self.splitc[0]) if self.splitc else -1


__all__ = ("TcpRequest",)
