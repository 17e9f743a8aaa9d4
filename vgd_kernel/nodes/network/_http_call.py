"""The request that an http request node makes of a message: URL, headers, cookies, body."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from vgd_kernel.model import UNDEFINED, Message
from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.javascript_values import is_number, number_text, to_json_text, to_text
from vgd_kernel.nodes.network._headers import update

_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_SAFE = "!~*'()"


def clean_url(url: str, *, secure: bool) -> str:
    """Return a URL with its scheme, lone percent signs and spaces of its query escaped."""
    if not url.startswith(("http://", "https://")):
        url = f"{'https' if secure else 'http'}://{url}"
    before, mark, query = url.partition("?")
    return before + mark + _PERCENT.sub("%25", query).replace(" ", "%20")


def without_user(url: str) -> str:
    """Return a URL without user and password.

    >>> without_user("http://u:p@host/a@b")
    'http://host/a@b'
    """
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return scheme + mark + host.rpartition("@")[2] + slash + path


def query_string(values: Any) -> str:
    """Return ``querystring.stringify(values)`` of Node.js.

    >>> query_string({"a": "x y", "b": [1, True], "c": {}})
    'a=x%20y&b=1&b=true&c='
    """
    pairs = values.items() if isinstance(values, Mapping) else enumerate(values)
    return "&".join(
        f"{quote(str(key), safe=_SAFE)}={quote(_plain(item), safe=_SAFE)}"
        for key, value in pairs
        for item in (value if isinstance(value, list) else [value])
    )


def _plain(value: Any) -> str:
    return to_text(value) if isinstance(value, (str, bool)) or is_number(value) else ""


def with_query(url: str, payload: Any) -> str:
    """Return a URL with the payload in its query.

    Raises:
        FlowError: The payload is no object.
    """
    if not isinstance(payload, (dict, list)):
        raise FlowError("Invalid payload: expected an object to append to the URL as its query.")
    joint = "?" if "?" not in url else "" if url.endswith("?") else "&"
    return url + joint + query_string(payload)


def get_body(payload: Any) -> bytes | None:
    """Return the body of a GET that carries its payload."""
    if isinstance(payload, (bytes, bytearray)):
        return bytes(payload)
    if isinstance(payload, str):
        return payload.encode()
    if is_number(payload):
        return number_text(payload).encode()
    return to_json_text(payload).encode() if isinstance(payload, (dict, list)) else None


def make_body(headers: dict[str, Any], payload: Any) -> bytes:
    """Return the body of a request; sets the content type where the payload decides it."""
    named = {name.lower(): str(value) for name, value in headers.items()}
    kind = named.get("content-type", "")
    if kind == "multipart/form-data" and isinstance(payload, dict):
        boundary = secrets.token_hex(16)
        update(headers, "Content-Type", f"multipart/form-data; boundary={boundary}")
        return _multipart(payload, boundary)
    if isinstance(payload, (bytes, bytearray)):
        return bytes(payload)
    if isinstance(payload, str):
        return payload.encode()
    if is_number(payload):
        return number_text(payload).encode()
    if kind == "application/x-www-form-urlencoded" and isinstance(payload, (dict, list)):
        return query_string(payload).encode()
    if not kind:
        headers["Content-Type"] = "application/json"
    return to_json_text(payload).encode()


def _multipart(fields: Mapping[str, Any], boundary: str) -> bytes:
    parts = []
    for name, value in fields.items():
        options: Mapping[str, Any] = {}
        if value is None or value is UNDEFINED:
            continue
        if isinstance(value, dict) and "value" in value:
            found = value.get("options")
            options = found if isinstance(found, dict) else {}
            value = value["value"]
        elif not isinstance(value, (str, bytes, bytearray)):
            value = to_json_text(value)
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"'
        if options.get("filename"):
            head += f'; filename="{_quoted(to_text(options["filename"]))}"'
        kind = options.get("contentType")
        if kind or options.get("filename"):
            head += f"\r\nContent-Type: {kind or 'application/octet-stream'}"
        content = bytes(value) if isinstance(value, (bytes, bytearray)) else to_text(value).encode()
        parts.append(head.encode() + b"\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode()


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def take_cookies(headers: dict[str, Any], msg: Message) -> dict[str, str]:
    """Return the cookies to send: those of a cookie header (which goes) and of ``msg.cookies``."""
    found: dict[str, str] = {}
    for name in [key for key in headers if key.lower() == "cookie"]:
        for pair in to_text(headers.pop(name)).split(";"):
            key, equal, value = pair.partition("=")
            if equal:
                found[key.strip()] = value.strip()
    given = msg.get("cookies")
    for key, value in given.items() if isinstance(given, dict) else ():
        options = value if isinstance(value, dict) else {"value": value}
        if options.get("value") is not None:
            text = to_text(options["value"])
            found[key] = text if options.get("encode") is False else quote(text, safe=_SAFE)
    return found


def response_cookies(lines: Any) -> dict[str, dict[str, str]]:
    """Return the cookies of ``set-cookie`` lines, by name, with their attributes."""
    found = {}
    for line in lines if isinstance(lines, list) else ():
        parts = [part.strip().partition("=") for part in to_text(line).split(";")]
        name, equal, value = parts[0]
        if equal and name:
            attributes = {key: text for key, mark, text in parts[1:] if mark}
            found[name] = {**attributes, "value": value.strip('"')}
    return found


__all__ = (
    "clean_url",
    "get_body",
    "make_body",
    "query_string",
    "response_cookies",
    "take_cookies",
    "with_query",
    "without_user",
)
