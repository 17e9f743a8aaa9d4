"""The mqtt out node: publishes messages to an MQTT broker."""

from __future__ import annotations

from typing import Any, ClassVar

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
from vgd_kernel.model.fields import Text
from vgd_kernel.model.javascript_values import parse_float, truthy
from vgd_kernel.model.mqtt import MqttMessage
from vgd_kernel.nodes.network._mqtt_actions import act
from vgd_kernel.nodes.network._mqtt_broker import Broker
from vgd_kernel.nodes.network._mqtt_values import (
    can_publish,
    properties_of,
    put_number,
    to_payload,
    user_properties,
)

_OWN = {
    "respTopic": "responseTopic", "correl": "correlationData", "contentType": "contentType",
    "expiry": "messageExpiryInterval",
}  # fmt: skip


_QOS = {0: 0, 1: 1, 2: 2, "0": 0, "1": 1, "2": 2}
"""What stands for a QoS nearly always."""


class MqttOut(Node):
    """Publishes messages to an MQTT broker.

    - `msg.payload`: an object is sent as JSON, a buffer as it is, anything else as text
    - `msg.topic`, `msg.qos`, `msg.retain`: when they are not set here
    - MQTT 5: `msg.responseTopic`, `correlationData`, `contentType`, `messageExpiryInterval`,
      `userProperties`, `topicAlias`, `payloadFormatIndicator`
    - `msg.action`: `connect` (with options in `msg.broker`) or `disconnect`

    A message is complete when the broker has it (QoS 1 and 2) or when it is sent (QoS 0).
    """

    spec = NodeSpec(
        type="mqtt out",
        category="network",
        color="#D8BFD8",
        icon="bolt",
        outputs=0,
        align_right=True,
        tags=("publish", "iot", "mosquitto"),
    )
    defers_done: ClassVar[bool] = True

    topic: Text = text_field("", title="Topic", description="msg.topic when empty.")
    qos: Text = text_field("", title="QoS", description="0, 1 or 2; msg.qos when empty.")
    retain: Text = text_field("", title="Retain", description="true or false.")
    respTopic: Text = text_field("", title="Response topic (MQTT 5)")  # noqa: N815 - Node-RED's
    contentType: Text = text_field("", title="Content type (MQTT 5)")  # noqa: N815 - Node-RED's
    userProps: Text = text_field("", title="User properties (MQTT 5)")  # noqa: N815 - Node-RED's
    correl: Text = text_field("", title="Correlation data (MQTT 5)")
    expiry: Text = text_field("", title="Expiry (seconds, MQTT 5)")
    broker: Text = config_field("mqtt-broker", title="Broker", required=True)

    def start(self, ctx: Context) -> Receive | None:
        """Join the broker."""
        config = ctx.config_node(self.broker)
        if config is None:
            ctx.error("missing broker configuration")
            return None
        broker: Broker = config.connection
        broker.register(ctx)

        def receive(msg: Message) -> None:
            if truthy(msg.get("action")):
                act(ctx, broker, msg, ("connect", "disconnect"))
            else:
                self._publish(ctx, broker, msg)

        return receive

    def _publish(self, ctx: Context, broker: Broker, msg: Message) -> None:
        message = self._message(broker, msg)
        if "payload" not in msg:
            ctx.done(msg)
            return
        if message is None:
            ctx.log("Invalid topic specified", level="warn", msg=msg)
            return

        def done(error: BaseException | None) -> None:
            if error is None:
                ctx.done(msg)
            else:
                ctx.error(error, msg)

        broker.publish(message, done)

    def _message(self, broker: Broker, msg: Message) -> MqttMessage | None:
        """Return what to publish, None when the topic is no topic; completes the message."""
        if self.topic:
            msg["topic"] = self.topic
        asked = self.qos or msg.get("qos") or 0
        qos = _QOS.get(asked) if type(asked) in (str, int) else None
        if qos is None:
            number = parse_float(asked)
            qos = int(number) if number in (0, 1, 2) else 0
        msg["qos"] = qos
        retain = self.retain or msg.get("retain", False)
        msg["retain"] = retain is True or retain == "true"
        properties: dict[str, Any] = {}
        if broker.version == 5:
            for own, name in _OWN.items():
                if getattr(self, own):
                    msg[name] = getattr(self, own)
            pairs = user_properties(self.userProps)
            if pairs:
                msg["userProperties"] = pairs
            properties = properties_of(msg)
            most = broker.properties.get("topicAliasMaximum", 0)
            put_number(properties, "topicAlias", msg.get("topicAlias"), 1, most)
            if not msg.get("topic") and properties.get("responseTopic"):
                msg["topic"] = msg.pop("responseTopic")
        topic = msg.get("topic", UNDEFINED)
        if not can_publish(topic):
            return None
        return MqttMessage(
            topic, to_payload(msg.get("payload")), msg["qos"], msg["retain"], properties
        )


__all__ = ("MqttOut",)
