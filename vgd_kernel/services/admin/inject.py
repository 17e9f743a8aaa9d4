"""``/inject/:id``: press the button of an inject node, or hand a message to any node."""

from __future__ import annotations

from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest, status_answer
from vgd_kernel.services.network.asgi import Answer

OWN_PROPERTIES = "__user_inject_props__"
"""Key of a message whose properties an inject node sends in place of its own."""


async def press(api: AdminApi, request: AdminRequest) -> Answer:
    """Hand a node an empty message, or the body when it brings its own properties."""
    run, id = api.runtime.run, request.params["id"]
    if run is None or run.plan_of(id) is None:
        return status_answer(404)
    body = request.fields()
    run.send(id, body if body.get(OWN_PROPERTIES) else {})
    return status_answer(200)


__all__ = ("OWN_PROPERTIES", "press")
