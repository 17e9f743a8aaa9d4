"""``/debug``: switch debug nodes on and off."""

from __future__ import annotations

from vgd_kernel.engine import Run
from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest, status_answer
from vgd_kernel.services.network.asgi import Answer

TOGGLE = "__debug_active__"
"""Key of a message that switches a debug node; see `vgd_kernel.nodes.common.debug`."""

_STATES = {"enable": 200, "disable": 201}


async def switch_one(api: AdminApi, request: AdminRequest) -> Answer:
    """Switch one node."""
    params = request.params
    return status_answer(switch_node(api.runtime.run, params["id"], params["state"]))


async def switch_several(api: AdminApi, request: AdminRequest) -> Answer:
    """Switch the nodes that the body lists; those that do not run are passed over."""
    state = request.params["state"]
    if state not in _STATES:
        return status_answer(404)
    nodes = request.fields().get("nodes")
    if not isinstance(nodes, list):
        return status_answer(400)
    for id in nodes:
        switch_node(api.runtime.run, str(id), state)
    return status_answer(_STATES[state])


def switch_node(run: Run | None, id: str, state: str) -> int:
    """Switch a node (``enable``, ``disable``) and return the HTTP status that tells how it went."""
    plan = run.plan_of(id) if run is not None else None
    if run is None or plan is None or state not in _STATES:
        return 404
    if plan.config is not None and plan.config.spec.button == "toggle":
        run.send(id, {TOGGLE: state == "enable"})
    return _STATES[state]


__all__ = ("TOGGLE", "switch_node", "switch_one", "switch_several")
