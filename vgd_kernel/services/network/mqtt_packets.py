"""MQTT control packets as bytes, versions 3.1, 3.1.1 and 5; no I/O.

Source: OASIS, "MQTT Version 3.1.1" and "MQTT Version 5.0", chapters 2 and 3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vgd_kernel.model.errors import PeerError
from vgd_kernel.model.mqtt import MqttMessage, MqttOptions, MqttSubscription
from vgd_kernel.services.network.mqtt_properties import (
    pack_number,
    pack_properties,
    pack_text,
    read_properties,
    read_text,
)

CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 2, 3, 4, 5, 6, 7
SUBACK, UNSUBACK, PINGRESP, DISCONNECT = 9, 11, 13, 14
PING = b"\xc0\x00"

_MAGIC = {3: (b"\x00\x06MQIsdp", 3), 4: (b"\x00\x04MQTT", 4), 5: (b"\x00\x04MQTT", 5)}
_LONGEST_LENGTH = 4
_TWO = struct.Struct("!H")


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet that came.

    Attributes:
        kind: Its type, 1 to 15.
        flags: The low bits of its first byte.
        body: What follows the length.
    """

    kind: int
    flags: int
    body: bytes


class PacketReader:
    """Cuts a stream of bytes into packets."""

    def __init__(self) -> None:
        """Start with an empty buffer."""
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Packet]:
        """Take bytes and yield the packets that are complete.

        Raises:
            PeerError: A length that no packet may have.
        """
        buffer = self._buffer
        buffer += data
        at = 0
        try:
            while at + 2 <= len(buffer):
                length, shift, end = 0, 0, at + 1
                while True:
                    if end >= len(buffer):
                        return
                    byte = buffer[end]
                    end += 1
                    length |= (byte & 127) << shift
                    shift += 7
                    if not byte & 128:
                        break
                    if end - at > _LONGEST_LENGTH:
                        raise PeerError("a broken MQTT packet came; expected a length of 4 bytes")
                if len(buffer) < end + length:
                    return
                first = buffer[at]
                body = bytes(buffer[end : end + length])
                at = end + length
                yield Packet(first >> 4, first & 15, body)
        finally:
            del buffer[:at]


def frame(first: int, *parts: bytes) -> bytes:
    """Return a packet of a first byte and the parts of its body."""
    body = b"".join(parts)
    return bytes((first,)) + pack_number(len(body)) + body


def connect_packet(options: MqttOptions) -> bytes:
    """Return CONNECT."""
    magic, level = _MAGIC[options.version]
    flags = 2 if options.clean else 0
    tail = [pack_text(options.client_id)]
    will = options.will
    if will is not None:
        flags |= 4 | will.qos << 3 | (32 if will.retain else 0)
        if options.version == 5:
            tail.append(pack_properties(will.properties))
        tail += (pack_text(will.topic), _TWO.pack(len(will.payload)) + will.payload)
    if options.user:
        flags |= 128
        tail.append(pack_text(options.user))
    if options.password:
        flags |= 64
        tail.append(pack_text(options.password))
    properties = pack_properties(options.properties) if options.version == 5 else b""
    keepalive = _TWO.pack(min(65535, int(options.keepalive_s)))
    return frame(0x10, magic, bytes((level, flags)), keepalive, properties, *tail)


def publish_packet(
    message: MqttMessage, number: int, *, version: int, again: bool = False
) -> bytes:
    """Return PUBLISH; ``number`` is its packet id when the QoS is not 0."""
    first = 0x30 | (8 if again else 0) | message.qos << 1 | (1 if message.retain else 0)
    parts = [pack_text(message.topic)]
    if message.qos:
        parts.append(_TWO.pack(number))
    if version == 5:
        parts.append(pack_properties(message.properties))
    return frame(first, *parts, message.payload)


def read_publish(packet: Packet, version: int) -> tuple[int, MqttMessage]:
    """Return packet id (0 for QoS 0) and message of a PUBLISH.

    Raises:
        PeerError: It is broken.
    """
    body, qos, number = packet.body, packet.flags >> 1 & 3, 0
    topic, at = read_text(body, 0)
    if qos:
        number = _TWO.unpack_from(body, at)[0]
        at += 2
    properties: dict[str, Any] = {}
    if version == 5:
        properties, at = read_properties(body, at)
    return number, MqttMessage(topic, body[at:], qos, bool(packet.flags & 1), properties)


def acknowledge(kind: int, number: int) -> bytes:
    """Return PUBACK, PUBREC, PUBREL or PUBCOMP."""
    return bytes((kind << 4 | (2 if kind == PUBREL else 0), 2)) + _TWO.pack(number)


def read_acknowledge(packet: Packet) -> tuple[int, int]:
    """Return packet id and reason code of PUBACK, PUBREC, PUBREL or PUBCOMP."""
    code = packet.body[2] if len(packet.body) > 2 else 0
    return _TWO.unpack_from(packet.body)[0], code


def subscribe_packet(subscription: MqttSubscription, number: int, *, version: int) -> bytes:
    """Return SUBSCRIBE for one filter."""
    options, properties = subscription.qos, b""
    if version == 5:
        options |= 4 if subscription.no_local else 0
        options |= 8 if subscription.retain_as_published else 0
        options |= subscription.retain_handling << 4
        given = subscription.identifier
        properties = pack_properties({"subscriptionIdentifier": given} if given else {})
    return frame(
        0x82, _TWO.pack(number), properties, pack_text(subscription.topic), bytes((options,))
    )


def unsubscribe_packet(topic: str, number: int, *, version: int) -> bytes:
    """Return UNSUBSCRIBE for one filter."""
    properties = pack_properties({}) if version == 5 else b""
    return frame(0xA2, _TWO.pack(number), properties, pack_text(topic))


def disconnect_packet(version: int) -> bytes:
    """Return DISCONNECT, an orderly one."""
    return b"\xe0\x02\x00\x00" if version == 5 else b"\xe0\x00"


__all__ = (
    "CONNACK",
    "DISCONNECT",
    "PING",
    "PINGRESP",
    "PUBACK",
    "PUBCOMP",
    "PUBLISH",
    "PUBREC",
    "PUBREL",
    "SUBACK",
    "UNSUBACK",
    "Packet",
    "PacketReader",
    "acknowledge",
    "connect_packet",
    "disconnect_packet",
    "frame",
    "publish_packet",
    "read_acknowledge",
    "read_publish",
    "subscribe_packet",
    "unsubscribe_packet",
)
