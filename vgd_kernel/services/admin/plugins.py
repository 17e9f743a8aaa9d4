"""``/plugins``: plug-ins of Node-RED's editor, of which there are none here."""

from __future__ import annotations

from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest, html_answer, json_answer
from vgd_kernel.services.network.asgi import Answer


async def get_all(api: AdminApi, request: AdminRequest) -> Answer:
    """Return an empty list, or an empty page for an editor."""
    wants_json = request.headers.get("accept") == "application/json"
    return json_answer([]) if wants_json else html_answer("")


async def get_messages(api: AdminApi, request: AdminRequest) -> Answer:
    """Return the catalogue of translations, which is empty."""
    return json_answer({})


__all__ = ("get_all", "get_messages")
