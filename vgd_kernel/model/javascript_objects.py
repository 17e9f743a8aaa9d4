"""JavaScript's rules for objects: their keys, and their text where a text is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.errors import ThrownError
from vgd_kernel.model.javascript_values import to_json_text, to_text, type_name
from vgd_kernel.model.message import UNDEFINED

_INDEXED = (str, list, tuple, bytes, bytearray)


def own_keys(value: Any) -> list[str]:
    """Return ``Object.keys(value)``: of a list, text or buffer the indices.

    Raises:
        ThrownError: The value is null or undefined.
    """
    if value is None or value is UNDEFINED:
        raise ThrownError("Cannot convert undefined or null to object", kind="TypeError")
    if isinstance(value, Mapping):
        return [to_text(key) for key in value]
    return [str(index) for index in range(len(value))] if isinstance(value, _INDEXED) else []


def called_text(value: Any) -> str:
    """Return ``value.toString()``.

    Raises:
        ThrownError: The value is null or undefined.
    """
    if value is None or value is UNDEFINED:
        raise ThrownError(
            f"Cannot read properties of {to_text(value)} (reading 'toString')", kind="TypeError"
        )
    return to_text(value)


def ensured_text(value: Any) -> str:
    """Return Node-RED's ``util.ensureString(value)``: objects, dates and null as JSON."""
    if isinstance(value, (bytes, bytearray)) or type_name(value) != "object":
        return to_text(value)
    return to_json_text(value)


__all__ = ("called_text", "ensured_text", "own_keys")
