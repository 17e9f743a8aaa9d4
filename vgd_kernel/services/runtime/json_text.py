"""JSON as files and requests have it: fast, and with every text and number that JavaScript has."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from vgd_kernel.engine.collector import without_collector
from vgd_kernel.model.errors import FlowSyntaxError


def read_json(text: bytes, what: str) -> Any:
    """Return the value of a JSON text.

    Args:
        text: UTF-8.
        what: Where it comes from, for the error.

    Raises:
        FlowSyntaxError: It is not JSON; says where it breaks.
    """
    try:
        with without_collector():  # it would take most of the time
            return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass  # half surrogates and huge numbers are JSON too; the slow reader has the better error
    except RecursionError:
        raise _not_json(what, "it is nested too deeply") from None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _not_json(what, f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except UnicodeDecodeError as error:
        raise _not_json(what, f"byte {error.start} is not UTF-8") from None
    except RecursionError:
        raise _not_json(what, "it is nested too deeply") from None


def _not_json(what: str, why: str) -> FlowSyntaxError:
    return FlowSyntaxError(f"{what} is not JSON: {why}; expected JSON in UTF-8. Mend the text.")


def write_json(value: Any) -> bytes:
    """Return a value as compact JSON in UTF-8; half surrogates are escaped."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def make_pretty(text: bytes) -> bytes:
    """Return a JSON text with four spaces and a newline at the end, keys in their order."""
    return msgspec.json.format(text, indent=4) + b"\n"


__all__ = ("make_pretty", "read_json", "write_json")
