"""Values between messages and MQTT: payloads, properties, topics."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from vgd_kernel.model import UNDEFINED
from vgd_kernel.model.errors import ExpressionError, FlowError
from vgd_kernel.model.javascript_values import parse_float, to_json_text, to_text
from vgd_kernel.model.mqtt import MqttMessage
from vgd_kernel.model.typed import parse_json

_SUBSCRIBABLE = re.compile(r"(#\Z|(\+|[^+#]*)(/(\+|[^+#]*))*(/(\+|#|[^+#]*))?\Z)")
_NOT_PUBLISHABLE = re.compile(r"[+#\b\f\n\r\t\v\0]")
_SHARED = re.compile(r"\$share/[^#+/]+/(.*)\Z", re.DOTALL)
_OBJECT = re.compile(r" *\{")
_MEDIA_TYPES = {
    "text/css": "string", "text/html": "string", "text/plain": "string",
    "application/xml": "string", "application/json": "json",
}  # fmt: skip
_BINARY_TYPES = frozenset(
    {
        "application/octet-stream", "application/pdf", "application/x-gtar", "application/x-gzip",
        "application/x-tar", "application/zip", "audio/aac", "audio/ac3", "audio/basic",
        "audio/mp4", "audio/ogg", "image/bmp", "image/gif", "image/jpeg", "image/tiff", "image/png",
    }
)  # fmt: skip


def can_subscribe(topic: str) -> bool:
    """Tell whether a topic filter is well formed."""
    return bool(_SUBSCRIBABLE.match(topic))


def can_publish(topic: Any) -> bool:
    """Tell whether a topic may be published to."""
    return isinstance(topic, str) and topic != "" and not _NOT_PUBLISHABLE.search(topic)


def matcher(topic: str) -> Callable[[str], bool]:
    """Return what tells whether a topic matches a filter.

    >>> matcher("a/+/c")("a/b/c"), matcher("a/#")("a"), matcher("$share/g/a/+")("a/b")
    (True, True, True)
    """
    if topic == "#":
        return lambda found: True
    shared = _SHARED.match(topic)
    text = re.escape(shared[1] if shared else topic).replace(r"\+", "[^/]+").replace(r"\#", "#")
    if text.endswith("/#"):
        text = text[:-2] + "(/.*)?"
    pattern = re.compile(text, re.DOTALL)
    return lambda found: pattern.fullmatch(found) is not None


def to_payload(value: Any) -> bytes:
    """Return a payload as bytes: objects become JSON, the rest text."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if value is None or value is UNDEFINED:
        return b""
    text = to_json_text(value) if isinstance(value, (dict, list)) else to_text(value)
    return text.encode("utf-8", "replace")


def user_properties(values: Any) -> dict[str, str]:
    """Return user properties: texts, other values as JSON. A text is read as JSON itself."""
    if isinstance(values, str):
        if not _OBJECT.match(values):
            return {}
        try:
            values = parse_json(values)
        except ExpressionError:
            return {}
    if not isinstance(values, Mapping):
        return {}
    return {
        key: value if isinstance(value, str) else to_json_text(value)
        for key, value in values.items()
        if value is not None and value is not UNDEFINED
    }


def put_number(
    found: MutableMapping[str, Any], name: str, value: Any, low: float = 0, high: float = 2**32 - 1
) -> None:
    """Set a whole number when the value is one within limits."""
    number = parse_float(value) if value not in (None, UNDEFINED) else float("nan")
    if low <= number <= high:
        found[name] = int(number)


def properties_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the MQTT 5 properties that a message, a will or a birth message names."""
    found: dict[str, Any] = {}
    for name in ("responseTopic", "contentType"):
        if isinstance(values.get(name), str) and values[name]:
            found[name] = values[name]
    data = values.get("correlationData")
    if data:
        found["correlationData"] = to_payload(data)
    put_number(found, "messageExpiryInterval", values.get("messageExpiryInterval"))
    put_number(found, "willDelayInterval", values.get("willDelayInterval"))
    pairs = user_properties(values.get("userProperties"))
    if pairs:
        found["userProperties"] = pairs
    indicator = values.get("payloadFormatIndicator")
    if indicator in (True, False, "true", "false"):
        found["payloadFormatIndicator"] = indicator in (True, "true")
    return found


_JSON_START = re.compile(r'[ \t\r\n]*(?:[{\["0-9-]|true|false|null)')
"""What a JSON text begins with; most payloads are not JSON, and trying costs ten times as much."""


def read_payload(message: MqttMessage, kind: str, *, version: int) -> Any:
    """Return the payload of a message in the form that a node asks for.

    Args:
        message: What came.
        kind: ``auto-detect``, ``auto``, ``utf8``, ``buffer``, ``base64`` or ``json``.
        version: Protocol level; with 5 the content type of the message counts.

    Raises:
        FlowError: It is not the JSON that it should be.
    """
    data = message.payload
    if kind == "buffer":
        return data
    if kind == "base64":
        import base64

        return base64.b64encode(data).decode()
    if kind == "utf8":
        return data.decode("utf-8", "replace")
    properties = message.properties if version == 5 else {}
    is_text = properties.get("payloadFormatIndicator") is True
    if kind == "json":
        text = _text(data, is_text=is_text)
        if text is None:
            raise FlowError("Invalid JSON string: the payload is no UTF-8 text; expected JSON.")
        return _json(text)
    media = str(properties.get("contentType", "")).lower()
    if media in _BINARY_TYPES:
        return data
    known = _MEDIA_TYPES.get(media)
    if known is not None:
        text = data.decode("utf-8", "replace")
        value = _json(text) if known == "json" else text
        return value if kind == "auto-detect" else text
    found = _text(data, is_text=is_text)
    if found is None:
        return data
    if kind == "auto-detect" and _JSON_START.match(found):
        try:
            return parse_json(found)
        except ExpressionError:
            return found
    return found


def _text(data: bytes, *, is_text: bool) -> str | None:
    try:
        return data.decode("utf-8", "replace" if is_text else "strict")
    except UnicodeDecodeError:
        return None


def _json(text: str) -> Any:
    try:
        return parse_json(text)
    except ExpressionError as error:
        raise FlowError(f"Failed to parse JSON string: the payload is {error}") from None


__all__ = (
    "can_publish",
    "can_subscribe",
    "matcher",
    "properties_of",
    "put_number",
    "read_payload",
    "to_payload",
    "user_properties",
)
