"""What an MQTT broker node connects with, from its config and from ``msg.broker``."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from vgd_kernel.model import Context
from vgd_kernel.model.javascript_values import to_number
from vgd_kernel.model.mqtt import MqttMessage, MqttOptions, Version
from vgd_kernel.model.network import NetworkTimes
from vgd_kernel.nodes.network._mqtt_values import (
    properties_of,
    put_number,
    to_payload,
    user_properties,
)

_OVERRIDES = (
    "url", "broker", "port", "clientid", "autoConnect", "usetls", "verifyservercert", "compatmode",
    "protocolVersion", "keepalive", "cleansession", "autoUnsubscribe", "username", "password",
)  # fmt: skip
_SHORT_NAMES = {
    "respTopic": "responseTopic", "correl": "correlationData", "expiry": "messageExpiryInterval",
    "delay": "willDelayInterval", "userProps": "userProperties",
}  # fmt: skip
_PORTS = {"mqtt": 1883, "tcp": 1883, "mqtts": 8883, "ssl": 8883, "tls": 8883}
_IPV6 = re.compile(r"[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\w+)?\Z")


def override(values: dict[str, Any], given: Mapping[str, Any]) -> None:
    """Take what ``msg.broker`` changes into a broker's values."""
    for name in _OVERRIDES:
        if name in given:
            values[name] = given[name]
    for name, short in (
        ("userProperties", "userProps"),
        ("sessionExpiryInterval", "sessionExpiry"),
    ):
        if name in given or short in given:
            values[short] = given.get(short, given.get(name))
    for name in ("birth", "close", "will"):
        if name in given:
            message = given[name] if isinstance(given[name], Mapping) else {}
            for part in ("topic", "payload", "qos", "retain"):
                values[name + part.capitalize()] = message.get(part)
            values[name + "Msg"] = message.get("properties") or {}


def message_of(values: Mapping[str, Any], name: str) -> MqttMessage | None:
    """Return the birth, close or will message; None when it has no topic."""
    topic = values.get(f"{name}Topic")
    if not topic:
        return None
    given = values.get(f"{name}Msg")
    named = {
        _SHORT_NAMES.get(str(key), str(key)): value
        for key, value in (given.items() if isinstance(given, Mapping) else ())
    }
    qos = to_number(values.get(f"{name}Qos") or 0)
    return MqttMessage(
        str(topic),
        to_payload(values.get(f"{name}Payload") or ""),
        int(qos) if qos in (0, 1, 2) else 0,
        _is_true(values.get(f"{name}Retain")),
        properties_of(named),
    )


def _is_true(value: Any) -> bool:
    return value is True or value == "true"


def version_of(values: Mapping[str, Any]) -> Version:
    """Return the protocol level."""
    level = to_number(values.get("protocolVersion") or 4)
    if _is_true(values.get("compatmode")) or level == 3:
        return 3
    return 5 if level == 5 else 4


def address(values: Mapping[str, Any]) -> str:
    """Return the URL of the broker, as logs show it."""
    url, broker = values.get("url"), str(values.get("broker") or "")
    if url:
        return str(url)
    if "://" in broker:
        return broker
    scheme = "mqtts" if _is_true(values.get("usetls")) else "mqtt"
    host = f"[{broker}]" if _IPV6.match(broker) else broker
    return (
        f"{scheme}://{host}:{values.get('port') or 1883}"
        if broker
        else f"{scheme}://localhost:1883"
    )


def options_of(values: Mapping[str, Any], ctx: Context) -> MqttOptions:
    """Return how to connect.

    Raises:
        FlowError: The TLS configuration cannot be used.
    """
    url = address(values)
    parts = urlsplit(url)
    version = version_of(values)
    is_socket = parts.scheme in ("ws", "wss")
    properties: dict[str, Any] = {}
    if version == 5:
        properties = {"requestResponseInformation": True, "requestProblemInformation": True}
        pairs = user_properties(values.get("userProps"))
        if pairs:
            properties["userProperties"] = pairs
        if values.get("sessionExpiry") not in ("", "0", 0):
            put_number(properties, "sessionExpiryInterval", values.get("sessionExpiry"))
    keepalive = to_number(values.get("keepalive", 60))
    name = str(values.get("clientid") or "")
    config = (
        ctx.config_node(str(values.get("tls") or "")) if _is_true(values.get("usetls")) else None
    )
    return MqttOptions(
        host=parts.hostname or "localhost",
        port=parts.port or _PORTS.get(parts.scheme, 1883),
        url=url if is_socket else "",
        version=version,
        client_id=name or "nodered" + ctx.new_id(),
        user=str(values.get("username") or ""),
        password=str(values.get("password") or ""),
        keepalive_s=float(keepalive) if keepalive == keepalive else 60.0,
        clean=not (name and values.get("cleansession") in (False, "false")),
        will=message_of(values, "will"),
        properties=properties,
        tls=_tls(values, parts.scheme, config),
        server_name=config.server_name("") if config is not None else "",
        reconnect_s=ctx.service(NetworkTimes).mqtt_reconnect_s,
    )


def _tls(values: Mapping[str, Any], scheme: str, config: Any) -> ssl.SSLContext | None:
    if config is not None:
        context: ssl.SSLContext = config.client_context()
        return context
    if scheme not in ("mqtts", "ssl", "tls", "wss"):
        return None
    context = ssl.create_default_context()
    if not _is_true(values.get("verifyservercert")):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


__all__ = ("address", "message_of", "options_of", "override", "version_of")
