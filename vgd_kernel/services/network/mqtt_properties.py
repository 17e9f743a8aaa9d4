"""Values inside MQTT packets, and the properties of MQTT 5; no I/O.

Source: OASIS, "MQTT Version 5.0", 1.5 and 2.2.2.2. Names are those of MQTT.js.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, Literal

from vgd_kernel.model.errors import PeerError

_Kind = Literal["byte", "two", "four", "number", "text", "bytes", "pairs", "flag"]

_PROPERTIES: dict[int, tuple[str, _Kind]] = {
    1: ("payloadFormatIndicator", "flag"), 2: ("messageExpiryInterval", "four"),
    3: ("contentType", "text"), 8: ("responseTopic", "text"), 9: ("correlationData", "bytes"),
    11: ("subscriptionIdentifier", "number"), 17: ("sessionExpiryInterval", "four"),
    18: ("assignedClientIdentifier", "text"), 19: ("serverKeepAlive", "two"),
    21: ("authenticationMethod", "text"), 22: ("authenticationData", "bytes"),
    23: ("requestProblemInformation", "flag"), 24: ("willDelayInterval", "four"),
    25: ("requestResponseInformation", "flag"), 26: ("responseInformation", "text"),
    28: ("serverReference", "text"), 31: ("reasonString", "text"), 33: ("receiveMaximum", "two"),
    34: ("topicAliasMaximum", "two"), 35: ("topicAlias", "two"), 36: ("maximumQoS", "byte"),
    37: ("retainAvailable", "flag"), 38: ("userProperties", "pairs"),
    39: ("maximumPacketSize", "four"), 40: ("wildcardSubscriptionAvailable", "flag"),
    41: ("subscriptionIdentifiersAvailable", "flag"),
    42: ("sharedSubscriptionAvailable", "flag"),
}  # fmt: skip
_NUMBERS = {name: (number, kind) for number, (name, kind) in _PROPERTIES.items()}
_STRUCTS = {"byte": struct.Struct("!B"), "two": struct.Struct("!H"), "four": struct.Struct("!I")}
_TWO = _STRUCTS["two"]


def pack_number(number: int) -> bytes:
    """Return a number of one to four bytes, 7 bits each.

    >>> pack_number(321).hex()
    'c102'
    """
    out = bytearray()
    while True:
        number, low = number >> 7, number & 127
        out.append(low | 128 if number else low)
        if not number:
            return bytes(out)


def _read_number(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        if not byte & 128:
            return number, at
        shift += 7


def pack_text(text: str) -> bytes:
    """Return a text with its length."""
    data = text.encode("utf-8", "replace")[:65535]
    return _TWO.pack(len(data)) + data


def _read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    end = at + 2 + _TWO.unpack_from(data, at)[0]
    return data[at + 2 : end], end


def read_text(data: bytes, at: int) -> tuple[str, int]:
    """Return the text that starts at a place, and where it ends.

    Raises:
        PeerError: There is none.
    """
    try:
        found, end = _read_bytes(data, at)
    except struct.error:
        raise PeerError("a broken MQTT packet came; expected a text with its length") from None
    return found.decode("utf-8", "replace"), end


def pack_properties(properties: Mapping[str, Any]) -> bytes:
    """Return properties with their length; names that MQTT lacks are left out."""
    out = bytearray()
    for name, value in properties.items():
        known = _NUMBERS.get(name)
        if known is None or value is None:
            continue
        number, kind = known
        if kind == "pairs":
            for key, text in value.items():
                for item in text if isinstance(text, list) else [text]:
                    out += bytes((number,)) + pack_text(str(key)) + pack_text(str(item))
        else:
            out.append(number)
            out += _pack(kind, value)
    return pack_number(len(out)) + bytes(out)


def _pack(kind: _Kind, value: Any) -> bytes:
    if kind == "text":
        return pack_text(str(value))
    if kind == "bytes":
        data = value.encode() if isinstance(value, str) else bytes(value)
        return _TWO.pack(len(data)) + data
    if kind == "number":
        return pack_number(int(value))
    if kind == "flag":
        return b"\x01" if value else b"\x00"
    return _STRUCTS[kind].pack(int(value))


def read_properties(data: bytes, at: int) -> tuple[dict[str, Any], int]:
    """Return the properties that start at a place, and where they end.

    Raises:
        PeerError: They are broken.
    """
    found: dict[str, Any] = {}
    try:
        length, at = _read_number(data, at)
        end = at + length
        while at < end:
            name, kind = _PROPERTIES[data[at]]
            value, at = _read(kind, data, at + 1)
            if kind == "pairs":
                key, text = value
                pairs = found.setdefault(name, {})
                if key in pairs:
                    known = pairs[key]
                    pairs[key] = [*known, text] if isinstance(known, list) else [known, text]
                else:
                    pairs[key] = text
            elif name == "subscriptionIdentifier" and name in found:
                known = found[name]
                found[name] = [*known, value] if isinstance(known, list) else [known, value]
            else:
                found[name] = value
    except (KeyError, IndexError, struct.error):
        raise PeerError("a broken MQTT packet came; expected the properties of MQTT 5") from None
    return found, end


def _read(kind: _Kind, data: bytes, at: int) -> tuple[Any, int]:
    if kind == "text":
        return read_text(data, at)
    if kind == "bytes":
        return _read_bytes(data, at)
    if kind == "number":
        return _read_number(data, at)
    if kind == "flag":
        return data[at] == 1, at + 1
    if kind == "pairs":
        key, at = read_text(data, at)
        text, at = read_text(data, at)
        return (key, text), at
    layout = _STRUCTS[kind]
    return layout.unpack_from(data, at)[0], at + layout.size


__all__ = ("pack_number", "pack_properties", "pack_text", "read_properties", "read_text")
