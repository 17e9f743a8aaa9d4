"""Which proxy a URL goes through: that of a config node, or those of the environment.

The environment's names are those of curl: ``http_proxy``, ``https_proxy``, ``all_proxy`` and
``no_proxy``, small letters first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from vgd_kernel.model import Context
from vgd_kernel.model.javascript_values import to_text

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_WITH_PORT = re.compile(r"(.+):(\d+)\Z")


def proxy_of(url: str, ctx: Context) -> str:
    """Return the URL of the proxy that the environment names for a URL, empty for none."""

    def variable(name: str) -> str:
        found = ctx.env(name) or ctx.env(name.upper())
        return to_text(found) if found else ""

    scheme = url.partition("://")[0].lower()
    if is_direct(url, re.split(r"[,\s]", variable("no_proxy"))):
        return ""
    proxy = variable(f"{scheme}_proxy") or variable("all_proxy")
    return proxy if not proxy or "://" in proxy else f"{scheme}://{proxy}"


def is_direct(url: str, hosts: Iterable[str]) -> bool:
    """Tell whether a URL is asked directly.

    >>> is_direct("http://a.example.com:81/", [".example.com:80"]), is_direct("http://x/", ["*"])
    (False, True)
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return True
    for text in hosts:
        item = text.strip().lower()
        found = _WITH_PORT.match(item)
        name = found[1] if found else item
        if not name or (found and int(found[2]) != port):
            continue
        if name[0] in ".*":
            if host.endswith(name.removeprefix("*")):
                return True
        elif host == name:
            return True
    return False


__all__ = ("is_direct", "proxy_of")
