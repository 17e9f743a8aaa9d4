"""The connection that the MQTT nodes of one broker share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vgd_kernel.model import Context
from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.events import StatusFill, StatusShape
from vgd_kernel.model.mqtt import (
    Done,
    MqttClient,
    MqttConnector,
    MqttMessage,
    MqttSubscription,
)
from vgd_kernel.nodes.network._mqtt_options import (
    address,
    message_of,
    options_of,
    override,
    version_of,
)
from vgd_kernel.nodes.network._mqtt_values import matcher

Take = Callable[[MqttMessage], None]

_Shown = tuple[StatusFill, StatusShape, str]

CLOSE_MESSAGE_LIMIT_S = 1.0
"""Longest wait for the broker's word that it has the close message; a stop must not hang."""

_CONNECTED: _Shown = ("green", "dot", "node-red:common.status.connected")
_CONNECTING: _Shown = ("yellow", "ring", "node-red:common.status.connecting")
_DISCONNECTED: _Shown = ("red", "ring", "node-red:common.status.disconnected")


@dataclass(frozen=True, slots=True)
class _Wanted:
    subscription: MqttSubscription
    take: Take
    matches: Callable[[str], bool]


class Broker:
    """Implements `model.mqtt.MqttListener`; made by the broker node, used by the others."""

    def __init__(self, ctx: Context, values: dict[str, Any]) -> None:
        """Take the broker node's context and its values, named as in the flow file."""
        self._ctx = ctx
        self._values = values
        self.version: int = version_of(values)
        """Protocol level."""
        self._users: dict[str, Context] = {}
        self._wanted: dict[tuple[str, str], _Wanted] = {}
        self._identifiers: dict[str, int] = {}
        self._identified = False
        self._client: MqttClient | None = None
        self._on_connect: list[Callable[[], None]] = []
        self.is_connected = False
        self.properties: Mapping[str, Any] = {}
        ctx.on_close(self.disconnect)

    @property
    def is_local(self) -> bool:
        """The broker is on this machine, by its name."""
        return self._values.get("broker") in ("localhost", "127.0.0.1")

    @property
    def can_connect(self) -> bool:
        """There is no connection and no try."""
        return self._client is None

    # users

    def register(self, ctx: Context) -> None:
        """Take a node that uses the broker; the first one makes it connect."""
        ctx.status(*_DISCONNECTED)
        self._users[ctx.id] = ctx
        ctx.on_close(lambda: self._leave(ctx))
        if len(self._users) == 1 and self._values.get("autoConnect") not in (False, "false"):
            self.connect()
            self._ctx.after(0.001, self._show)

    def _leave(self, ctx: Context) -> None:
        ctx.status(*_DISCONNECTED)
        if self._values.get("autoUnsubscribe") is not False:
            for topic, node in list(self._wanted):
                if node == ctx.id:
                    self.unsubscribe(topic, node)

    def _show(self, status: _Shown | None = None) -> None:
        if status is None:
            status = _CONNECTED if self.is_connected else _DISCONNECTED
            if self._client is not None and not self.is_connected:
                status = _CONNECTING
        for ctx in self._users.values():
            ctx.status(*status)

    # connection

    def connect(
        self, given: Mapping[str, Any] | None = None, done: Callable[[], None] | None = None
    ) -> None:
        """Begin to connect, with changes of the options; ``done`` is called once connected."""
        if given:
            override(self._values, given)
            self.version = version_of(self._values)
        if not self.can_connect:
            return
        try:
            options = options_of(self._values, self._ctx)
        except (FlowError, ValueError) as error:
            self._ctx.error(error)
            return
        if done is not None:
            self._on_connect.append(done)
        connector = self._ctx.service(MqttConnector)  # type: ignore[type-abstract]  # by protocol
        self._client = connector.connect(options, self)
        self._show(_CONNECTING)

    async def disconnect(self) -> None:
        """End the connection, with the close message before it."""
        client = self._client
        if client is None:
            return
        message = message_of(self._values, "close")
        if self.is_connected and message is not None:
            said: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            client.publish(message, lambda _: None if said.done() else said.set_result(None))
            await asyncio.wait((said,), timeout=CLOSE_MESSAGE_LIMIT_S)
        self.is_connected = False
        await client.close()
        if self._client is client:
            self._client = None
            self._show(_DISCONNECTED)

    def _name(self) -> str:
        name = self._values.get("clientid")
        return (f"{name}@" if name else "") + address(self._values)

    def connecting(self) -> None:
        """Show a further try."""
        self._show(_CONNECTING)

    def _announce(self) -> None:
        """Subscribe to everything, and say that we are there."""
        for wanted in self._wanted.values():
            self._send_subscription(wanted.subscription)
        birth = message_of(self._values, "birth")
        if birth is not None and self._client is not None:
            self._client.publish(birth, lambda error: None)

    def connected(self, properties: Mapping[str, Any]) -> None:
        """Take the broker's properties and go on."""
        self.is_connected = True
        self.properties = properties
        self._identified = self.version == 5 and properties.get(
            "subscriptionIdentifiersAvailable", True
        )
        self._ctx.log(f"Connected to broker: {self._name()}")
        self._show(_CONNECTED)
        self._announce()
        calls, self._on_connect = self._on_connect, []
        for call in calls:
            call()

    def disconnected(self, reason: str) -> None:
        """Show that the connection was lost."""
        if self.is_connected:
            self.is_connected = False
            self._ctx.log(f"Disconnected from broker: {self._name()} ({reason})")
            self._show(_DISCONNECTED)

    def failed(self, reason: str) -> None:
        """Log a try that failed."""
        self._ctx.log(f"Connection failed to broker: {self._name()} ({reason})")

    # messages

    def subscribe(self, subscription: MqttSubscription, node: str, take: Take) -> None:
        """Subscribe for a node; again after each connection."""
        number = self._identifiers.setdefault(subscription.topic, len(self._identifiers) + 1)
        subscription = replace(subscription, identifier=number)
        key = (subscription.topic, node)
        self._wanted[key] = _Wanted(subscription, take, matcher(subscription.topic))
        self._send_subscription(subscription)

    def _send_subscription(self, subscription: MqttSubscription) -> None:
        if self._client is not None and self.is_connected:
            plain = subscription if self._identified else replace(subscription, identifier=0)
            self._client.subscribe(plain)

    def unsubscribe(self, topic: str, node: str) -> None:
        """End a subscription of a node; the broker hears of the last one of a topic."""
        self._wanted.pop((topic, node), None)
        others = any(known == topic for known, _ in self._wanted)
        if not others and self._client is not None and self.is_connected:
            self._client.unsubscribe(topic)

    def received(self, message: MqttMessage) -> None:
        """Hand a message to the nodes that want it."""
        numbers = message.properties.get("subscriptionIdentifier") if self._identified else None
        for wanted in tuple(self._wanted.values()):
            if numbers:
                number = wanted.subscription.identifier
                if number != numbers and not (isinstance(numbers, list) and number in numbers):
                    continue
            if wanted.matches(message.topic):
                wanted.take(message)

    def publish(self, message: MqttMessage, done: Done) -> None:
        """Send a message; without a connection at all it is dropped, as in Node-RED."""
        if self._client is not None:
            self._client.publish(message, done)


__all__ = ("Broker", "Take")
