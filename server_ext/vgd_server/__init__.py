"""The Jupyter server extension of VisualGridDev: REST and WebSocket under ``/vgd/api``."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from vgd_server.app import VGDServerApp

    return [{"module": "vgd_server", "app": VGDServerApp}]
