"""Which Jupyter server a process belongs to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """Where a server is and what opens it.

    Attributes:
        url: Base URL, with the slash at its end.
        token: Its token, may be empty.
    """

    url: str
    token: str


def find_server(environment: Mapping[str, str], parent: int) -> ServerPlace | None:
    """Return the server that started this process, None when none is known.

    Looked for, in this order: ``VGD_SERVER_URL`` and ``VGD_SERVER_TOKEN``; the single-user server
    of a JupyterHub; the Jupyter server whose process is the parent of this kernel.

    Args:
        environment: Variables of this process.
        parent: Process id of its parent.
    """
    if url := environment.get("VGD_SERVER_URL"):
        return ServerPlace(_with_slash(url), environment.get("VGD_SERVER_TOKEN", ""))
    hub_url, hub_token = (
        environment.get(f"JUPYTERHUB_{name}", "") for name in ("SERVICE_URL", "API_TOKEN")
    )
    if hub_url and hub_token:
        prefix = environment.get("JUPYTERHUB_SERVICE_PREFIX", "/")
        parts = urlsplit(hub_url)
        place = urlunsplit((parts.scheme, _reachable(parts.netloc), prefix, "", ""))
        return ServerPlace(_with_slash(place), hub_token)
    parents = {parent, _number(environment.get("JPY_PARENT_PID", ""))}
    return next((place for pid, place in local_servers() if pid in parents), None)


def local_servers() -> Iterator[tuple[int, ServerPlace]]:
    """Yield the Jupyter servers of this user that say they run here, with their process ids."""
    try:
        from jupyter_core.paths import jupyter_runtime_dir
    except ImportError:
        return
    from pathlib import Path

    for file in sorted(Path(jupyter_runtime_dir()).glob("jpserver-*.json")):
        info = _read(file)
        pid = _number(str(info.get("pid", "")))
        if info.get("url") and pid and _is_alive(pid):
            yield pid, ServerPlace(_with_slash(str(info["url"])), str(info.get("token", "")))


def _read(file: Any) -> dict[str, Any]:
    try:
        info = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # the server has just ended, or is just writing it
    return info if isinstance(info, dict) else {}


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _reachable(netloc: str) -> str:
    host, colon, port = netloc.rpartition(":")
    return f"127.0.0.1{colon}{port}" if host in ("0.0.0.0", "[::]", "") else netloc  # noqa: S104 - compared


def _with_slash(url: str) -> str:
    return url if url.endswith("/") else url + "/"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


__all__ = ("ServerPlace", "find_server", "local_servers")
