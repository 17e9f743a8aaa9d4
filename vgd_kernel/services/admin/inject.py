"""``/inject/:id``: press the button of an inject node, or hand a message to any node."""

from __future__ import annotations

from typing import Any

from vgd_kernel.engine import Run
from vgd_kernel.model.javascript_values import truthy
from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest, status_answer
from vgd_kernel.services.network.asgi import Answer

OWN_PROPERTIES = "__user_inject_props__"
"""Key of a message whose properties an inject node sends in place of its own."""


async def press(api: AdminApi, request: AdminRequest) -> Answer:
    """Hand a node an empty message, or the body when it brings its own properties."""
    return status_answer(press_node(api.runtime.run, request.params["id"], request.fields()))


def press_node(run: Run | None, id: str, body: dict[str, Any]) -> int:
    """Press a node's button and return the HTTP status that tells how it went."""
    if run is None or run.plan_of(id) is None:
        return 404
    run.send(id, body if truthy(body.get(OWN_PROPERTIES)) else {})
    return 200


__all__ = ("OWN_PROPERTIES", "press", "press_node")
