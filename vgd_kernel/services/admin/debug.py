"""``/debug``: switch debug nodes on and off."""

from __future__ import annotations

from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest, status_answer
from vgd_kernel.services.network.asgi import Answer

TOGGLE = "__debug_active__"
"""Key of a message that switches a debug node; see `vgd_kernel.nodes.common.debug`."""

_STATES = {"enable": (True, 200), "disable": (False, 201)}


async def switch_one(api: AdminApi, request: AdminRequest) -> Answer:
    """Switch one node."""
    state = _STATES.get(request.params["state"])
    if state is None or not _switch(api, request.params["id"], on=state[0]):
        return status_answer(404)
    return status_answer(state[1])


async def switch_several(api: AdminApi, request: AdminRequest) -> Answer:
    """Switch the nodes that the body lists; those that do not run are passed over."""
    state = _STATES.get(request.params["state"])
    if state is None:
        return status_answer(404)
    nodes = request.fields().get("nodes")
    if not isinstance(nodes, list):
        return status_answer(400)
    for id in nodes:
        _switch(api, str(id), on=state[0])
    return status_answer(state[1])


def _switch(api: AdminApi, id: str, *, on: bool) -> bool:
    run = api.runtime.run
    plan = run.plan_of(id) if run is not None else None
    if run is None or plan is None:
        return False
    if plan.config is not None and plan.config.spec.button == "toggle":
        run.send(id, {TOGGLE: on})
    return True


__all__ = ("TOGGLE", "switch_one", "switch_several")
