"""One connection to an MQTT broker: bytes in, packets out, and its pulse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from vgd_kernel.model.errors import PeerError
from vgd_kernel.services.network import mqtt_packets as packets
from vgd_kernel.services.network.mqtt_properties import read_properties

_REFUSALS = {
    1: "Connection refused: Unacceptable protocol version",
    2: "Connection refused: Identifier rejected",
    3: "Connection refused: Server unavailable",
    4: "Connection refused: Bad username or password",
    5: "Connection refused: Not authorized",
}
_FOR_SESSION = frozenset(
    {packets.PUBLISH, packets.PUBACK, packets.PUBREC, packets.PUBREL, packets.PUBCOMP}
)


def _seen(future: asyncio.Future[bool]) -> None:
    """Take note of an error that nobody waits for any more."""
    if not future.cancelled():
        future.exception()


class Link(asyncio.Protocol):
    """One connection.

    Attributes:
        accepted: Done when the broker accepts; True when it knows the session.
        lost: Done when the connection is; with the reason.
        properties: Of the broker, MQTT 5.
    """

    def __init__(self, version: int, take: Callable[[Link, packets.Packet], None]) -> None:
        """Take what handles the packets of the session."""
        self._loop = asyncio.get_running_loop()
        self._version = version
        self._take = take
        self._reader = packets.PacketReader()
        self._transport: asyncio.Transport | None = None
        self._out: list[bytes] = []
        self._awaits_ping = False
        self._pulse: asyncio.TimerHandle | None = None
        self._reason = ""
        self.accepted: asyncio.Future[bool] = self._loop.create_future()
        self.accepted.add_done_callback(_seen)
        self.lost: asyncio.Future[str] = self._loop.create_future()
        self.properties: dict[str, Any] = {}

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Handle the packets that are complete."""
        try:
            for packet in self._reader.feed(data):
                if packet.kind in _FOR_SESSION:
                    self._take(self, packet)
                else:
                    self._control(packet)
        except PeerError as error:
            self._reason = str(error)
            self.abort()

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits."""
        if self._pulse is not None:
            self._pulse.cancel()
        self._transport = None
        reason = self._reason or (str(error) if error else "the broker closed the connection")
        if not self.accepted.done():
            self.accepted.set_exception(PeerError(reason))
        if not self.lost.done():
            self.lost.set_result(reason)

    # packets

    def _control(self, packet: packets.Packet) -> None:
        if packet.kind == packets.CONNACK:
            self._connack(packet.body)
        elif packet.kind == packets.PINGRESP:
            self._awaits_ping = False
        elif packet.kind == packets.DISCONNECT:
            code = packet.body[0] if packet.body else 0
            self._reason = f"the broker disconnected this client: reason code {code}"

    def _connack(self, body: bytes) -> None:
        if len(body) < 2:
            raise PeerError("a broken MQTT packet came; expected flags and a reason code")
        if self._version == 5 and len(body) > 2:
            self.properties, _ = read_properties(body, 2)
        if self.accepted.done():
            return
        code = body[1]
        if code:
            text = self.properties.get("reasonString") or f"Connection refused: reason code {code}"
            self.accepted.set_exception(PeerError(_REFUSALS.get(code, text)))
        else:
            self.accepted.set_result(bool(body[0] & 1))

    def write(self, packet: bytes) -> None:
        """Send a packet; those of one turn of the loop go out together."""
        self._out.append(packet)
        if len(self._out) == 1:
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        out, self._out = self._out, []
        if self._transport is not None and out:
            self._transport.write(b"".join(out))

    def keep_alive(self, interval_s: float) -> None:
        """Ask for a sign of life so often; a broker that gives none is lost (3.1.2.10)."""
        if interval_s > 0:
            self._pulse = self._loop.call_later(interval_s, self._ping, interval_s)

    def _ping(self, interval_s: float) -> None:
        if self._awaits_ping:
            self._reason = "the broker does not answer"
            self.abort()
            return
        self._awaits_ping = True
        self.write(packets.PING)
        self.keep_alive(interval_s)

    def finish(self) -> None:
        """Close when all is sent."""
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        if self._pulse is not None:
            self._pulse.cancel()
        if self._transport is not None:
            self._transport.abort()


__all__ = ("Link",)
