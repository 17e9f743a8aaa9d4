"""``/flow``: one tab of the flows, and ``/flow/global``."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest, empty_answer, json_answer
from vgd_kernel.services.network.asgi import Answer
from vgd_kernel.services.runtime.errors import RefusedError
from vgd_kernel.services.runtime.single import add_flow, change_flow, read_flow, remove_flow

logger = logging.getLogger(__name__)


async def get_flow(api: AdminApi, request: AdminRequest) -> Answer:
    """Return one flow."""
    return json_answer(read_flow(api.runtime.entries, request.params["id"]))


async def post_flow(api: AdminApi, request: AdminRequest) -> Answer:
    """Add a flow under a new id."""
    flow, id = _flow(request), secrets.token_hex(8)
    await api.runtime.edit(lambda entries: add_flow(entries, id, flow))
    logger.info("Added flow: %s", _name(flow.get("label"), id))
    return json_answer({"id": id})


async def put_flow(api: AdminApi, request: AdminRequest) -> Answer:
    """Replace a flow."""
    flow, id = _flow(request), request.params["id"]
    label = (api.runtime.entry(id) or {}).get("label")
    await api.runtime.edit(lambda entries: change_flow(entries, id, flow))
    logger.info("Updated flow: %s", _name(label, id))
    return json_answer({"id": id})


async def delete_flow(api: AdminApi, request: AdminRequest) -> Answer:
    """Remove a flow."""
    id = request.params["id"]
    label = (api.runtime.entry(id) or {}).get("label")
    await api.runtime.edit(lambda entries: remove_flow(entries, id))
    logger.info("Removed flow: %s", _name(label, id))
    return empty_answer()


def _flow(request: AdminRequest) -> dict[str, Any]:
    found = request.data()
    if not isinstance(found, dict):
        raise RefusedError("the body is an array; expected one flow as an object.")
    return found


def _name(label: Any, id: str) -> str:
    return f"{label} [{id}]" if label else f"[{id}]"


__all__ = ("delete_flow", "get_flow", "post_flow", "put_flow")
