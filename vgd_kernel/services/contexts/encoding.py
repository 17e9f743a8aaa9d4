"""Values as bytes and back without loss: MessagePack, with what it lacks as extensions.

Kept are None, booleans, integers of any size, floats (NaN and infinities included), texts (lone
halves of characters included), bytes, dates and times, UNDEFINED, and lists, tuples, sets and
dicts of them, dicts with any such key. Everything else (sockets, tables, what contains itself)
has no bytes. Nothing that is read can run code.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from vgd_kernel.model.message import UNDEFINED

_INTEGER, _TUPLE, _SET, _FROZEN_SET, _DATETIME, _DATE, _TIME, _DELTA, _UNDEFINED, _TEXT = range(10)
"""Codes of the extensions: part of what is stored, never to be changed."""


def encode(value: Any) -> bytes:
    """Return a value as bytes.

    Raises:
        ValueError: It has no bytes; says which type, or that it contains itself.
    """
    import msgpack

    try:
        packed: bytes = msgpack.packb(
            value, default=_extend, strict_types=True, unicode_errors="strict"
        )
    except UnicodeEncodeError:
        return _encode_halves(value)
    except (ValueError, RecursionError):
        raise ValueError("it is nested too deeply, or contains itself") from None
    except (TypeError, OverflowError) as error:
        raise ValueError(str(error)) from None
    return packed


def decode(data: bytes) -> Any:
    """Return the value of bytes.

    Raises:
        ValueError: `encode` did not write them.
    """
    import msgpack

    try:
        return msgpack.unpackb(data, ext_hook=_restore, strict_map_key=False)
    except (msgpack.UnpackException, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"these bytes are no kept value: {error}") from None


def _extend(value: Any) -> Any:
    """Return the extension for what MessagePack lacks."""
    import msgpack

    if value is UNDEFINED:
        return msgpack.ExtType(_UNDEFINED, b"")
    code, write = _WRITERS.get(type(value), (-1, None))
    if write is not None:
        return msgpack.ExtType(code, write(value))
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    kind = type(value)
    plain = next((made for made in _BASES if issubclass(kind, made)), None)
    if plain is None:
        raise TypeError(f"a {kind.__module__}.{kind.__qualname__} cannot be kept")
    return plain(value)


def _integer(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)


def _delta(value: datetime.timedelta) -> bytes:
    return encode([value.days, value.seconds, value.microseconds])


_BASES: tuple[type[Any], ...] = (str, int, float, dict, list, bytes)
"""What is kept of subclasses, such as a NumPy float or an enumeration."""

_WRITERS: dict[type, tuple[int, Callable[[Any], bytes]]] = {
    int: (_INTEGER, _integer),
    tuple: (_TUPLE, lambda value: encode(list(value))),
    set: (_SET, lambda value: encode(list(value))),
    frozenset: (_FROZEN_SET, lambda value: encode(list(value))),
    datetime.datetime: (_DATETIME, lambda value: value.isoformat().encode()),
    datetime.date: (_DATE, lambda value: value.isoformat().encode()),
    datetime.time: (_TIME, lambda value: value.isoformat().encode()),
    datetime.timedelta: (_DELTA, _delta),
}

_READERS: dict[int, Callable[[bytes], Any]] = {
    _INTEGER: lambda data: int.from_bytes(data, "big", signed=True),
    _TUPLE: lambda data: tuple(decode(data)),
    _SET: lambda data: set(decode(data)),
    _FROZEN_SET: lambda data: frozenset(decode(data)),
    _DATETIME: lambda data: datetime.datetime.fromisoformat(data.decode()),
    _DATE: lambda data: datetime.date.fromisoformat(data.decode()),
    _TIME: lambda data: datetime.time.fromisoformat(data.decode()),
    _DELTA: lambda data: datetime.timedelta(*decode(data)),
    _UNDEFINED: lambda data: UNDEFINED,
    _TEXT: lambda data: data.decode("utf-8", "surrogatepass"),
}


def _restore(code: int, data: bytes) -> Any:
    read = _READERS.get(code)
    if read is None:
        raise ValueError(f"these bytes are no kept value: unknown kind {code}")
    return read(data)


def _encode_halves(value: Any) -> bytes:
    try:
        return encode(_without_halves(value))
    except RecursionError:
        raise ValueError("it is nested too deeply, or contains itself") from None


def _without_halves(value: Any) -> Any:
    """Return a value with texts that are no UTF-8 (lone surrogates) as extensions."""
    import msgpack

    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return msgpack.ExtType(_TEXT, value.encode("utf-8", "surrogatepass"))
        return value
    if isinstance(value, dict):
        return {_without_halves(key): _without_halves(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_halves(item) for item in value]
    return value


__all__ = ("decode", "encode")
