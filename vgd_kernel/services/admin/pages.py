"""Keeps web pages of others away from an API that asks nobody who they are.

A browser carries requests of any page to this machine. Such a page is told by its ``Origin``; and
a page whose own name was bent to this machine (DNS rebinding) by the ``Host`` that it asks for.
Programs send no ``Origin`` and ask for an address or for ``localhost``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from vgd_kernel.services.runtime.errors import RefusedError


def refuse_strange_pages(headers: Mapping[str, Any], own_name: str) -> None:
    """Refuse requests that a page of somebody else makes.

    Args:
        headers: Names in small letters.
        own_name: The name or address that the server was told to listen on.

    Raises:
        RefusedError: It is one.
    """
    host = _name(str(headers.get("host", "")))
    if host and host != own_name and not _is_local(host):
        raise RefusedError(
            f'the request is for the host "{host}"; expected an address or localhost, because '
            "nobody logs in here. Set VGD_ADMIN_TOKEN, or give --insecure.",
            status=403,
            code="forbidden",
        )
    origin = headers.get("origin")
    if origin is not None and urlsplit(str(origin)).netloc.lower() != headers.get("host"):
        raise RefusedError(
            f"the request comes from a page of {origin}; expected none, because nobody logs in "
            "here. Set VGD_ADMIN_TOKEN, or give --insecure.",
            status=403,
            code="forbidden",
        )


def _name(host: str) -> str:
    """Return a host without its port, in small letters."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return host


def _is_local(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


__all__ = ("refuse_strange_pages",)
