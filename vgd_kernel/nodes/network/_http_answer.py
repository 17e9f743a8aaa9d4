"""The answer that an http response node sends: headers, cookies and body as Express makes them.

Source: Express 4, ``res.send``, ``res.jsonp``, ``res.cookie``; the packages cookie and etag.
"""

from __future__ import annotations

import base64
import datetime
import email.utils
import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from vgd_kernel.model import UNDEFINED
from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.javascript_values import is_number, number_text, to_json_text, to_text, truthy

Headers = list[tuple[str, str]]

_COMPONENT = "!~*'()"
_WITH_CHARSET = re.compile(r"(text/|application/(json|javascript|xml\Z|.*\+json|.*\+xml))", re.I)
_CALLBACK = re.compile(r"[^\[\]\w$.]")
_NO_CACHE = re.compile(r"(?:^|,)\s*?no-cache\s*?(?:,|$)")
_EPOCH = datetime.datetime.fromtimestamp(0, datetime.UTC)


class Answer:
    """An answer in the making."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        """Begin an answer to a request."""
        self._request = request
        self._headers: dict[str, tuple[str, Any]] = {}
        self.status = 200
        self.body = b""

    def get(self, name: str) -> Any:
        """Return a header that is set, None when it is not."""
        return self._headers.get(name.lower(), ("", None))[1]

    def set(self, name: str, value: Any) -> None:
        """Set a header; a content type of text gets its character set."""
        values = [to_text(item) for item in value] if isinstance(value, list) else to_text(value)
        if (
            name.lower() == "content-type"
            and isinstance(values, str)
            and "charset" not in values.lower()
            and _WITH_CHARSET.match(values)
        ):
            values += "; charset=utf-8"
        self._headers[name.lower()] = (name, values)

    def cookie(self, name: str, value: Any, options: Mapping[str, Any]) -> None:
        """Add a cookie."""
        text = "j:" + to_json_text(value) if isinstance(value, (dict, list)) else to_text(value)
        known = self.get("set-cookie") or []
        known = known if isinstance(known, list) else [known]
        self._headers["set-cookie"] = (
            "Set-Cookie", [*known, f"{name}={quote(text, safe=_COMPONENT)}{_attributes(options)}"]
        )  # fmt: skip

    def clear_cookie(self, name: str, options: Mapping[str, Any]) -> None:
        """Make the client forget a cookie."""
        kept = {key: value for key, value in options.items() if key not in ("maxAge", "value")}
        self.cookie(name, "", {**kept, "expires": _EPOCH})

    def write(self, payload: Any) -> None:
        """Set the body by the kind of the payload."""
        if isinstance(payload, (bytes, bytearray)):
            self._send(bytes(payload), "application/octet-stream")
        elif isinstance(payload, str):
            self._send(payload.encode("utf-8", "replace"), "text/html; charset=utf-8")
        elif payload is UNDEFINED:
            self.set("Content-Length", "0")
        elif is_number(payload):
            self._send(number_text(payload).encode(), "text/html; charset=utf-8")
        elif isinstance(payload, bool):
            raise FlowError(
                f"payload is the boolean {to_text(payload)}; expected a text, a number, a buffer "
                "or an object. Make it one of these before the http response node."
            )
        else:
            self._jsonp(payload)
        self._finish()

    def _jsonp(self, payload: Any) -> None:
        text = to_json_text(payload)
        callback = self._request.get("query", {}).get("callback")
        if isinstance(callback, list):
            callback = callback[0]
        if not isinstance(callback, str) or not callback:
            self._send(text.encode(), "application/json; charset=utf-8")
            return
        name = _CALLBACK.sub("", callback)
        text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        self.set("X-Content-Type-Options", "nosniff")
        self.set("Content-Type", "text/javascript")
        self._send(f"/**/ typeof {name} === 'function' && {name}({text});".encode(), "")

    def _send(self, body: bytes, kind: str) -> None:
        known = self.get("content-type")
        if known is None:
            self.set("Content-Type", kind)
        elif kind.startswith("application/json") and "charset" not in to_text(known):
            self.set("Content-Type", f"{to_text(known)}; charset=utf-8")
        self.body = body
        self.set("Content-Length", str(len(body)))
        if self.get("etag") is None:
            digest = base64.b64encode(hashlib.sha1(body).digest()).decode()  # noqa: S324 - a tag
            self.set("ETag", f'W/"{len(body):x}-{digest[:27]}"')

    def _finish(self) -> None:
        if self._request.get("method") in ("GET", "HEAD") and self._is_fresh():
            self.status = 304
        if self.status in (204, 304):
            for name in ("content-type", "content-length", "transfer-encoding"):
                self._headers.pop(name, None)
            self.body = b""
        elif self.status == 205:
            self.set("Content-Length", "0")
            self.body = b""

    def _is_fresh(self) -> bool:
        """Tell whether the client has this body already (RFC 9110, 13.1.2)."""
        headers = self._request.get("headers", {})
        known, tag = headers.get("if-none-match"), self.get("etag")
        successful = 200 <= self.status < 300 or self.status == 304
        if not known or tag is None or not successful:
            return False
        if _NO_CACHE.search(str(headers.get("cache-control", ""))):
            return False
        tags = [item.strip().removeprefix("W/") for item in str(known).split(",")]
        return known == "*" or str(tag).removeprefix("W/") in tags

    def headers(self) -> Headers:
        """Return the headers; a list gives several of one name."""
        return [
            (name, value)
            for name, values in self._headers.values()
            for value in (values if isinstance(values, list) else [values])
        ]


def _attributes(options: Mapping[str, Any]) -> str:
    given = {"path": "/", **options}
    parts = []
    age = given.get("maxAge")
    if isinstance(age, (int, float)) and is_number(age):
        parts.append(f"Max-Age={int(age // 1000)}")
        soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(milliseconds=age)
        given["expires"] = soon
    for key, name in (("domain", "Domain"), ("path", "Path")):
        if truthy(given.get(key)):
            parts.append(f"{name}={to_text(given[key])}")
    expires = given.get("expires")
    if isinstance(expires, datetime.datetime):
        stamp = email.utils.format_datetime(expires.astimezone(datetime.UTC), usegmt=True)
        parts.append(f"Expires={stamp}")
    for key, name in (
        ("httpOnly", "HttpOnly"),
        ("secure", "Secure"),
        ("partitioned", "Partitioned"),
    ):
        if truthy(given.get(key)):
            parts.append(name)
    for key, name in (("priority", "Priority"), ("sameSite", "SameSite")):
        value = given.get(key)
        if truthy(value):
            parts.append(f"{name}={'Strict' if value is True else to_text(value).capitalize()}")
    return "".join(f"; {part}" for part in parts)


__all__ = ("Answer", "Headers")
