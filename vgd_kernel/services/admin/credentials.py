"""``/credentials``: what an editor may see of a node's credentials, never a password."""

from __future__ import annotations

from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest, json_answer
from vgd_kernel.services.network.asgi import Answer


async def read(api: AdminApi, request: AdminRequest) -> Answer:
    """Return texts as they are, and of passwords whether there is one (``has_password``)."""
    kind, id = request.params["type"], request.params["id"]
    return json_answer(api.runtime.credentials.shown(kind, id))


__all__ = ("read",)
