"""The mqtt in node: subscribes to topics of an MQTT broker."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from vgd_kernel.model import (
    ByField,
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    config_field,
    text_field,
)
from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.fields import Text, number
from vgd_kernel.model.mqtt import MqttMessage
from vgd_kernel.nodes.network._mqtt_broker import Broker
from vgd_kernel.nodes.network._mqtt_subscriptions import Subscriptions, subscription_of
from vgd_kernel.nodes.network._mqtt_values import can_subscribe, read_payload, user_properties

_TEXTS = ("responseTopic", "contentType", "reasonString")


class MqttIn(Node):
    """Subscribes to a topic of an MQTT broker and sends what comes.

    - **Topic**: may hold the wildcards `+` (one level) and `#` (all that follows)
    - **Output**: `auto-detect` (an object when it is JSON, else text or buffer), `auto` (text or
      buffer), `utf8`, `buffer`, `base64` or `json`
    - `msg.payload`, `msg.topic`, `msg.qos`, `msg.retain`; with MQTT 5 also `msg.responseTopic`,
      `correlationData`, `contentType`, `userProperties`, `messageExpiryInterval`

    With *inputs* 1 the subscriptions come by messages. `msg.action` is `connect`, `disconnect`,
    `subscribe` or `unsubscribe` (with `msg.topic`: a text, an object with `topic`, `qos` and
    `datatype`, or a list of these) or `getSubscriptions`.
    """

    spec = NodeSpec(
        type="mqtt in",
        category="network",
        color="#D8BFD8",
        icon="bolt",
        gives={
            "payload": ByField(
                "datatype", {"utf8": ("string",), "buffer": ("buffer",), "base64": ("string",)}
            )
        },
        tags=("subscribe", "iot", "mosquitto"),
    )
    defers_done: ClassVar[bool] = True

    topic: Text = text_field("", title="Topic")
    qos: Text = text_field("2", title="QoS", description="0, 1 or 2.")
    datatype: Literal["auto-detect", "auto", "utf8", "buffer", "base64", "json", ""] = Field(
        default="auto-detect", title="Output"
    )
    broker: Text = config_field("mqtt-broker", title="Broker", required=True)
    nl: Any = Field(default=False, title="Not what this client publishes (MQTT 5)")
    rap: Any = Field(default=True, title="Keep the retain flag (MQTT 5)")
    rh: Any = Field(default=0, title="Retain handling (MQTT 5)")
    inputs: Literal[0, 1] = Field(
        default=0, title="Inputs", description="1: subscriptions come by messages."
    )

    @classmethod
    def upgrade(cls, raw: Any) -> dict[str, Any]:
        """Fill what older entries lack: their output is text."""
        entry = dict(raw)
        entry["datatype"] = entry.get("datatype") or "utf8"
        entry["inputs"] = 1 if entry.get("inputs") in (1, "1") else 0
        return entry

    def is_source(self) -> bool:
        """Tell that messages come from the broker."""
        return True

    def start(self, ctx: Context) -> Receive | None:
        """Join the broker and subscribe."""
        if not self.inputs and not can_subscribe(self.topic):
            ctx.log("Invalid topic specified", level="warn")
            return None
        config = ctx.config_node(self.broker)
        if config is None:
            ctx.error("missing broker configuration")
            return None
        broker: Broker = config.connection
        if not self.topic and not self.inputs:
            ctx.error("topic not defined")
            return None
        broker.register(ctx)
        subscriptions = Subscriptions(ctx, broker, self._taker)
        if not self.inputs:
            qos = int(number(self.qos, 2))
            given = {"qos": qos if qos in (0, 1, 2) else 2, "nl": self.nl, "rap": self.rap}
            wanted = subscription_of(self.topic, {**given, "rh": self.rh})
            broker.subscribe(wanted, ctx.id, self._taker(ctx, broker, self.datatype))

        def receive(msg: Message) -> None:
            subscriptions.act(msg)

        return receive

    def _taker(self, ctx: Context, broker: Broker, kind: str) -> Any:
        """Return what makes messages of what comes, in one form."""
        send, form = ctx.send, kind or self.datatype
        version, local = broker.version, broker.is_local

        def take(message: MqttMessage) -> None:
            msg: Message = {
                "topic": message.topic,
                "payload": message.payload,
                "qos": message.qos,
                "retain": message.retain,
            }
            try:
                msg["payload"] = read_payload(message, form, version=version)
            except FlowError as error:
                if form != "json":  # the content type said so: it was read as text before
                    msg["payload"] = message.payload.decode("utf-8", "replace")
                ctx.error(error, msg)
                return
            if version == 5 and message.properties:
                _add_properties(msg, message)
            if local:
                msg["_topic"] = message.topic
            msg["_msgid"] = ctx.new_id()
            send(msg)

        return take


def _add_properties(msg: Message, message: MqttMessage) -> None:
    properties = message.properties
    for name in _TEXTS:
        if properties.get(name):
            msg[name] = properties[name]
    for name in ("correlationData", "messageExpiryInterval", "payloadFormatIndicator"):
        if name in properties:
            msg[name] = properties[name]
    pairs = user_properties(properties.get("userProperties"))
    if pairs:
        msg["userProperties"] = pairs


__all__ = ("MqttIn",)
