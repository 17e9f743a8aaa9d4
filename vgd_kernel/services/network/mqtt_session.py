"""One MQTT session: what was sent and not acknowledged, what came and not completed; no I/O.

QoS 1 and 2 messages stay here until the broker has them, across lost connections; those that are
published while there is none wait here too. Source: OASIS, "MQTT Version 3.1.1", 4.3 and 4.4.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from vgd_kernel.model.errors import PeerError
from vgd_kernel.model.mqtt import Done, MqttMessage
from vgd_kernel.services.network import mqtt_packets as packets
from vgd_kernel.services.network.mqtt_packets import Packet

WAITING_LIMIT = 1000
"""QoS 1 and 2 messages kept for a broker that is away; further ones are errors."""

LARGEST_ID = 65535


@dataclass(slots=True)
class _Sent:
    message: MqttMessage
    done: Done
    awaits: Literal["received", "completed"] = "received"


@dataclass(frozen=True, slots=True)
class Step:
    """What a packet leads to.

    Attributes:
        reply: To send, in this order.
        message: To hand on.
    """

    reply: list[bytes] = field(default_factory=list)
    message: MqttMessage | None = None


class Session:
    """State of the exchange; survives connections."""

    def __init__(self, version: int) -> None:
        """Start without anything under way."""
        self._version = version
        self._sent: dict[int, _Sent] = {}
        self._waiting: deque[_Sent] = deque()
        self._incomplete: set[int] = set()
        self._number = 0
        self.limit = LARGEST_ID

    def next_id(self) -> int:
        """Return a packet id that is not in use."""
        while True:
            self._number = self._number % LARGEST_ID + 1
            if self._number not in self._sent:
                return self._number

    def publish(self, message: MqttMessage, done: Done, *, connected: bool) -> bytes | None:
        """Return the packet to send now, None when there is none."""
        if message.qos == 0:
            done(None)
            return packets.publish_packet(message, 0, version=self._version) if connected else None
        sent = _Sent(message, done)
        if connected and len(self._sent) < self.limit and not self._waiting:
            return self._send(sent)
        if len(self._waiting) >= WAITING_LIMIT:
            done(
                PeerError(
                    f"{WAITING_LIMIT} messages wait for the broker already; expected one that "
                    "takes them. Look why it is away, or publish less."
                )
            )
        else:
            self._waiting.append(sent)
        return None

    def _send(self, sent: _Sent) -> bytes:
        number = self.next_id()
        self._sent[number] = sent
        return packets.publish_packet(sent.message, number, version=self._version)

    def begin(self, *, resumed: bool) -> Iterator[bytes]:
        """Yield what is sent first on a new connection: what is open, then what waits."""
        if not resumed:
            self._incomplete.clear()
        for number, sent in self._sent.items():
            if sent.awaits == "completed":
                yield packets.acknowledge(packets.PUBREL, number)
            else:
                yield packets.publish_packet(
                    sent.message, number, version=self._version, again=True
                )
        yield from self._admit()

    def _admit(self) -> Iterator[bytes]:
        while self._waiting and len(self._sent) < self.limit:
            yield self._send(self._waiting.popleft())

    def take(self, packet: Packet) -> Step:
        """Handle PUBLISH and the acknowledgements.

        Raises:
            PeerError: The packet is broken.
        """
        try:
            if packet.kind == packets.PUBLISH:
                return self._take_publish(packet)
            number, code = packets.read_acknowledge(packet)
        except (struct.error, IndexError):
            raise PeerError("a broken MQTT packet came; expected a packet id") from None
        if packet.kind == packets.PUBREL:
            self._incomplete.discard(number)
            return Step([packets.acknowledge(packets.PUBCOMP, number)])
        if packet.kind == packets.PUBREC and code < 128:
            sent = self._sent.get(number)
            if sent is not None:
                sent.awaits = "completed"
            return Step([packets.acknowledge(packets.PUBREL, number)])
        sent = self._sent.pop(number, None)
        if sent is not None:
            refused = PeerError(f"the broker refused the message: reason code {code}")
            sent.done(refused if code >= 128 else None)
        return Step(list(self._admit()))

    def _take_publish(self, packet: Packet) -> Step:
        number, message = packets.read_publish(packet, self._version)
        if message.qos == 0:
            return Step(message=message)
        if message.qos == 1:
            return Step([packets.acknowledge(packets.PUBACK, number)], message)
        known = number in self._incomplete
        self._incomplete.add(number)
        return Step([packets.acknowledge(packets.PUBREC, number)], None if known else message)

    def give_up(self) -> None:
        """Tell everybody who waits that it is over."""
        error = PeerError("the connection to the broker was closed before it had the message")
        for sent in (*self._sent.values(), *self._waiting):
            sent.done(error)
        self._sent.clear()
        self._waiting.clear()


__all__ = ("LARGEST_ID", "WAITING_LIMIT", "Session", "Step")
