"""A request as flows see it: the properties of Express's ``req``; no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.typed import parse_json
from vgd_kernel.services.network.query import parse_query

BODY_METHODS = frozenset({"post", "put", "patch", "delete"})
"""Methods of http in nodes whose body is read."""

_ONCE = frozenset(
    {
        "age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host",
        "if-modified-since", "if-unmodified-since", "last-modified", "location", "max-forwards",
        "proxy-authorization", "referer", "retry-after", "server", "user-agent",
    }
)  # fmt: skip


def read_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, Any]:
    """Return headers as Node.js joins them: some once, cookies by ``; ``, the rest by ``, ``."""
    found: dict[str, Any] = {}
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1").lower(), value_bytes.decode("latin-1")
        if name == "set-cookie":
            found.setdefault(name, []).append(value)
        elif name not in found:
            found[name] = value
        elif name not in _ONCE:
            found[name] += ("; " if name == "cookie" else ", ") + value
    return found


def read_cookies(header: str) -> dict[str, Any]:
    """Return the cookies of a header; the first of a name counts, ``j:`` starts JSON.

    >>> read_cookies('a=1; b="x%20y"; a=2')
    {'a': '1', 'b': 'x y'}
    """
    found: dict[str, Any] = {}
    for pair in header.split(";"):
        name, equal, value = pair.partition("=")
        name, value = name.strip(), value.strip()
        if equal and name not in found:
            text = unquote(value[1:-1] if value[:1] == '"' == value[-1:] and value[1:] else value)
            found[name] = _cookie_value(text)
    return found


def _cookie_value(text: str) -> Any:
    if text.startswith("j:"):
        try:
            return parse_json(text[2:])
        except ExpressionError:
            return text
    return text


def describe(
    scope: Mapping[str, Any],
    path: str,
    pattern: str,
    params: dict[str, str],
    headers: dict[str, Any],
    root: str = "",
) -> dict[str, Any]:
    """Return the properties of a request; ``path`` is the part below ``root``."""
    query: str = scope["query_string"].decode("latin-1")
    url = f"{path}?{query}" if query else path
    address, port = scope.get("client") or ("", 0)
    host = str(headers.get("host", ""))
    return {
        "method": scope["method"],
        "url": url,
        "originalUrl": root + url,
        "baseUrl": root,
        "path": path,
        "params": params,
        "query": parse_query(query) if query else {},
        "headers": headers,
        "cookies": read_cookies(headers["cookie"]) if "cookie" in headers else {},
        "signedCookies": {},
        "httpVersion": scope.get("http_version", "1.1"),
        "hostname": host.partition(":")[0] if host[:1] != "[" else host.partition("]")[0] + "]",
        "ip": address,
        "ips": [],
        "protocol": scope.get("scheme", "http"),
        "secure": scope.get("scheme") == "https",
        "subdomains": [],
        "xhr": str(headers.get("x-requested-with", "")).lower() == "xmlhttprequest",
        "route": {"path": pattern},
        "socket": {"remoteAddress": address, "remotePort": port},
    }


__all__ = ("BODY_METHODS", "describe", "read_cookies", "read_headers")
