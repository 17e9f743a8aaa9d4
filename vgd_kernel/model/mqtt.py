"""Protocols and nouns of MQTT, as MQTT nodes ask for them; versions 3.1, 3.1.1 and 5."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

Version = Literal[3, 4, 5]
"""Protocol level: 3 is MQTT 3.1, 4 is 3.1.1."""

Done = Callable[[BaseException | None], None]
"""Told how the sending of a message ended."""


@dataclass(frozen=True, slots=True)
class MqttMessage:
    """A message to publish, or one that came.

    Attributes:
        topic: Without wildcards.
        payload: Any bytes.
        qos: 0, 1 or 2.
        retain: The broker keeps it, or had kept it.
        properties: Of MQTT 5, named as in MQTT.js (``responseTopic``, ``userProperties``, …).
    """

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MqttSubscription:
    """What to subscribe to.

    Attributes:
        topic: Filter, may hold wildcards.
        qos: The highest wanted.
        no_local: MQTT 5: not what this client publishes.
        retain_as_published: MQTT 5: keep the flag as the publisher set it.
        retain_handling: MQTT 5: 0 sends kept messages, 1 only to new subscriptions, 2 never.
        identifier: MQTT 5: comes back with each message; 0: none.
    """

    topic: str
    qos: int = 0
    no_local: bool = False
    retain_as_published: bool = False
    retain_handling: int = 0
    identifier: int = 0


@dataclass(frozen=True, slots=True)
class MqttOptions:
    """How to connect.

    Attributes:
        host: Name or address.
        port: TCP port.
        url: ``ws://`` or ``wss://`` address instead of host and port; empty: TCP.
        version: Protocol level.
        client_id: Not empty.
        user: Empty: none.
        password: Empty: none.
        keepalive_s: Longest silence; 0: no limit.
        clean: Begin without what the broker kept of an earlier session.
        will: Published by the broker when this client vanishes.
        properties: MQTT 5, of the connection.
        tls: None: no TLS.
        server_name: Name that the certificate shall have; the host when empty.
        reconnect_s: Wait before connecting again.
    """

    host: str = "localhost"
    port: int = 1883
    url: str = ""
    version: Version = 4
    client_id: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    keepalive_s: float = 60.0
    clean: bool = True
    will: MqttMessage | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    server_name: str = ""
    reconnect_s: float = 5.0


class MqttListener(Protocol):
    """What a client tells."""

    def connecting(self) -> None:
        """A further try to connect begins."""

    def connected(self, properties: Mapping[str, Any]) -> None:
        """The broker accepted; with its properties (MQTT 5)."""

    def disconnected(self, reason: str) -> None:
        """The connection was lost."""

    def failed(self, reason: str) -> None:
        """A try to connect failed."""

    def received(self, message: MqttMessage) -> None:
        """A message came."""


class MqttClient(Protocol):
    """A connection that is made again whenever it is lost."""

    def publish(self, message: MqttMessage, done: Done) -> None:
        """Send a message; QoS 1 and 2 wait for a broker that is away, QoS 0 is dropped then."""

    def subscribe(self, subscription: MqttSubscription) -> None:
        """Subscribe; does nothing while there is no connection."""

    def unsubscribe(self, topic: str) -> None:
        """End a subscription; does nothing while there is no connection."""

    async def close(self) -> None:
        """Disconnect for good."""


@runtime_checkable
class MqttConnector(Protocol):
    """Makes MQTT clients."""

    def connect(self, options: MqttOptions, listener: MqttListener) -> MqttClient:
        """Begin to connect."""


__all__ = (
    "Done",
    "MqttClient",
    "MqttConnector",
    "MqttListener",
    "MqttMessage",
    "MqttOptions",
    "MqttSubscription",
    "Version",
)
