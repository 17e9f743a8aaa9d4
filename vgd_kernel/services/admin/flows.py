"""``/flows`` and ``/flows/state``: the whole of the flows, and whether they run.

Source: Node-RED, ``editor-api/lib/admin/flows.js`` and ``runtime/lib/api/flows.js``.
"""

from __future__ import annotations

from typing import Any, Literal

from vgd_kernel.engine.collector import without_collector
from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest, empty_answer, json_answer
from vgd_kernel.services.network.asgi import Answer
from vgd_kernel.services.runtime.errors import RefusedError
from vgd_kernel.services.runtime.runtime import DeployKind

_KINDS: dict[str, DeployKind] = {"full": "full", "flows": "flows", "nodes": "nodes"}


async def get_flows(api: AdminApi, request: AdminRequest) -> Answer:
    """Return the flows (v1), or with their revision (v2)."""
    if _version(request) == "v1":
        return json_answer(api.runtime.entries)
    return json_answer({"flows": api.runtime.entries, "rev": api.runtime.revision})


async def post_flows(api: AdminApi, request: AdminRequest) -> Answer:
    """Deploy flows."""
    with without_collector():  # it would walk flows that are as large as they come, in vain
        return await _deploy(api, request)


async def _deploy(api: AdminApi, request: AdminRequest) -> Answer:
    version = _version(request)
    kind = str(request.headers.get("node-red-deployment-type") or "full")
    if kind == "reload":
        revision = await api.runtime.reload()
    else:
        given = {"flows": request.data()} if version == "v1" else request.fields()
        revision = await api.runtime.deploy(
            given.get("flows"),
            kind=_kind(kind),
            credentials=_credentials(given.get("credentials")),
            revision=str(given["rev"]) if "rev" in given else None,
        )
    return empty_answer() if version == "v1" else json_answer({"rev": revision})


async def get_state(api: AdminApi, request: AdminRequest) -> Answer:
    """Tell whether the flows run."""
    return json_answer({"state": api.runtime.state})


async def post_state(api: AdminApi, request: AdminRequest) -> Answer:
    """Start or stop the flows."""
    state = request.fields().get("state") or ""
    match state:
        case "start" | "stop":
            await api.runtime.set_state(state)
        case _:
            raise RefusedError(
                f"the state of the flows cannot be {state!r}; expected start or stop.",
                code="invalid_run_state",
            )
    return json_answer({"state": api.runtime.state})


def _version(request: AdminRequest) -> Literal["v1", "v2"]:
    match request.headers.get("node-red-api-version") or "v1":
        case "v1":
            return "v1"
        case "v2":
            return "v2"
        case other:
            raise RefusedError(
                f'Node-RED-API-Version is "{other}"; expected v1 or v2.', code="invalid_api_version"
            )


def _kind(name: str) -> DeployKind:
    kind = _KINDS.get(name)
    if kind is None:
        raise RefusedError(
            f'Node-RED-Deployment-Type is "{name}"; expected full, flows, nodes or reload.'
        )
    return kind


def _credentials(given: Any) -> dict[str, Any] | None:
    if given is None or isinstance(given, dict):
        return given
    raise RefusedError("credentials is no object; expected node ids with their credentials.")


__all__ = ("get_flows", "get_state", "post_flows", "post_state")
