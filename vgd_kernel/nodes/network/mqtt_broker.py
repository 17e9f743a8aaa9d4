"""The mqtt-broker node: the connection that mqtt nodes share."""

from __future__ import annotations

from typing import Any

from pydantic import Field, PrivateAttr

from vgd_kernel.model import Context, NodeSpec, config_field, text_field
from vgd_kernel.model.credentials import NodeWithCredentials
from vgd_kernel.model.fields import Flag, Text
from vgd_kernel.nodes.network._mqtt_broker import Broker


def _message(title: str, **kwargs: Any) -> Any:
    return Field(default_factory=dict, title=f"{title} properties (MQTT 5)", **kwargs)


class MqttBroker(NodeWithCredentials):
    """A connection to an MQTT broker, shared by **mqtt in** and **mqtt out** nodes.

    - **Server**: name or address with a port, or a URL: `mqtt://`, `mqtts://`, `ws://`, `wss://`
    - **Protocol**: 3 (MQTT 3.1), 4 (3.1.1) or 5
    - **Session**: with *clean session* the broker forgets subscriptions and messages at the end;
      without it a client id is needed
    - **Birth**, **close** and **last will**: messages when the connection begins, ends in good
      order, or is lost

    A lost connection is made again. Messages of QoS 1 and 2 that are published meanwhile wait (1000
    of them), those of QoS 0 are dropped. User and password are credentials.
    """

    spec = NodeSpec(
        type="mqtt-broker",
        category="network",
        color="#D8BFD8",
        icon="gear",
        inputs=0,
        outputs=0,
        config=True,
    )

    broker: Text = text_field("", title="Server")
    port: Text = text_field("1883", title="Port")
    tls: Text = config_field("tls-config", title="TLS configuration")
    clientid: Text = text_field("", title="Client id", description="A new one when empty.")
    auto_connect: Any = Field(default=True, title="Connect at start", alias="autoConnect")
    usetls: Flag = Field(default=False, title="Use TLS")
    verifyservercert: Flag = Field(default=False, title="Check the certificate (older flows)")
    compatmode: Flag = Field(default=False, title="MQTT 3.1 (older flows)")
    protocol_version: Text = text_field("4", title="Protocol", alias="protocolVersion")
    keepalive: Text = text_field("60", title="Keep alive (seconds)")
    cleansession: Flag = Field(default=True, title="Clean session")
    auto_unsubscribe: Flag = Field(default=True, title="Unsubscribe", alias="autoUnsubscribe")
    birth_topic: Text = text_field("", title="Birth topic", alias="birthTopic")
    birth_qos: Text = text_field("0", title="Birth QoS", alias="birthQos")
    birth_retain: Text = text_field("false", title="Birth retain", alias="birthRetain")
    birth_payload: Text = text_field("", title="Birth payload", alias="birthPayload")
    birth_message: dict[str, Any] = _message("Birth", alias="birthMsg")
    close_topic: Text = text_field("", title="Close topic", alias="closeTopic")
    close_qos: Text = text_field("0", title="Close QoS", alias="closeQos")
    close_retain: Text = text_field("false", title="Close retain", alias="closeRetain")
    close_payload: Text = text_field("", title="Close payload", alias="closePayload")
    close_message: dict[str, Any] = _message("Close", alias="closeMsg")
    will_topic: Text = text_field("", title="Last will topic", alias="willTopic")
    will_qos: Text = text_field("0", title="Last will QoS", alias="willQos")
    will_retain: Text = text_field("false", title="Last will retain", alias="willRetain")
    will_payload: Text = text_field("", title="Last will payload", alias="willPayload")
    will_message: dict[str, Any] = _message("Last will", alias="willMsg")
    user_props: Text = text_field("", title="User properties (JSON)", alias="userProps")
    session_expiry: Text = text_field("", title="Session expiry (s)", alias="sessionExpiry")

    _connection: Broker | None = PrivateAttr(default=None)

    @property
    def connection(self) -> Broker:
        """The shared connection of a running broker node."""
        assert self._connection is not None, "a broker node starts before its users"
        return self._connection

    def start(self, ctx: Context) -> None:
        """Prepare the connection; the first node that uses it connects."""
        if not self.cleansession and not self.clientid:
            ctx.log("No client ID set, using clean session", level="warn")
        values = self.model_dump(by_alias=True)
        values["username"] = self._credentials["user"]
        values["password"] = self._credentials["password"]
        self._connection = Broker(ctx, values)


__all__ = ("MqttBroker",)
