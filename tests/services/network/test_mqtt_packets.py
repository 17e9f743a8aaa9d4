"""MQTT packets and sessions, without a network."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model.errors import PeerError
from vgd_kernel.model.mqtt import MqttMessage
from vgd_kernel.services.network import mqtt_packets as packets
from vgd_kernel.services.network.mqtt_packets import PacketReader, publish_packet, read_publish
from vgd_kernel.services.network.mqtt_properties import pack_properties, read_properties
from vgd_kernel.services.network.mqtt_session import WAITING_LIMIT, Session


@given(
    topic=st.text(max_size=20),
    payload=st.binary(max_size=300),
    qos=st.integers(0, 2),
    cut=st.integers(0, 400),
)
def test_a_message_survives_however_the_stream_is_cut(
    topic: str, payload: bytes, qos: int, cut: int
) -> None:
    topic = topic.encode("utf-8", "replace").decode()
    message = MqttMessage(topic, payload, qos, True, {"userProperties": {"a": "b"}})
    data = publish_packet(message, 7, version=5) * 2
    reader = PacketReader()
    found = [*reader.feed(data[:cut]), *reader.feed(data[cut:])]
    assert [read_publish(packet, 5) for packet in found] == [(7 if qos else 0, message)] * 2


@given(st.binary(max_size=40))
def test_broken_bytes_are_at_most_an_error_of_the_peer(data: bytes) -> None:
    with contextlib.suppress(PeerError):
        for packet in PacketReader().feed(data):
            if packet.kind in (packets.PUBLISH, packets.PUBACK, packets.PUBREC, packets.PUBREL):
                Session(5).take(packet)


def test_properties_come_back_as_they_went() -> None:
    given = {
        "correlationData": b"\x01\x02", "messageExpiryInterval": 60, "topicAlias": 3,
        "payloadFormatIndicator": True, "userProperties": {"a": ["1", "2"], "b": "3"},
        "subscriptionIdentifier": 300,
    }  # fmt: skip
    data = pack_properties(given)
    assert read_properties(data, 0) == (given, len(data))


def test_what_was_not_acknowledged_is_sent_again_as_a_duplicate() -> None:
    session = Session(4)
    ended: list[BaseException | None] = []
    first = session.publish(MqttMessage("t", b"x", 1), ended.append, connected=True)
    assert first is not None
    (again,) = session.begin(resumed=True)
    assert again[0] == first[0] | 8
    (packet,) = PacketReader().feed(packets.acknowledge(packets.PUBACK, 1))
    session.take(packet)
    assert ended == [None]
    assert list(session.begin(resumed=True)) == []


def test_a_message_of_qos_2_is_handed_on_once() -> None:
    session = Session(4)
    (packet,) = PacketReader().feed(publish_packet(MqttMessage("t", b"x", 2), 5, version=4))
    assert session.take(packet).message == MqttMessage("t", b"x", 2)
    assert session.take(packet).message is None


def test_the_server_says_how_many_may_be_under_way() -> None:
    session = Session(5)
    session.limit = 2
    sent = [
        session.publish(MqttMessage("t", b"", 1), lambda error: None, connected=True)
        for _ in range(3)
    ]
    assert [packet is not None for packet in sent] == [True, True, False]
    (packet,) = PacketReader().feed(packets.acknowledge(packets.PUBACK, 1))
    assert len(session.take(packet).reply) == 1


def test_more_messages_than_may_wait_are_errors() -> None:
    session = Session(4)
    ended: list[BaseException | None] = []
    for _ in range(WAITING_LIMIT + 1):
        session.publish(MqttMessage("t", b"", 1), ended.append, connected=False)
    assert len(ended) == 1
    assert isinstance(ended[0], PeerError)


def test_a_length_that_no_packet_has_is_an_error() -> None:
    with pytest.raises(PeerError, match="4 bytes"):
        list(PacketReader().feed(b"\x30\xff\xff\xff\xff\xff\x01"))
