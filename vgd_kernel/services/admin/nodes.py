"""``/nodes``: what is installed. Packages are installed by pip, so this changes nothing.

Source: Node-RED, ``editor-api/lib/admin/nodes.js`` and ``runtime/lib/api/nodes.js``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.node_sets import NodeSet, set_page
from vgd_kernel.services.admin.request import AdminRequest, html_answer, json_answer
from vgd_kernel.services.network.asgi import Answer
from vgd_kernel.services.runtime.errors import NotFoundError, RefusedError


async def get_all(api: AdminApi, request: AdminRequest) -> Answer:
    """Return all sets as JSON when only that is accepted, else as the editor's page."""
    if _wants_json(request):
        return json_answer([node_set.to_json() for node_set in api.node_sets()])
    pages = [set_page(node_set, api.runtime.registry) for node_set in api.node_sets()]
    return html_answer("\n".join(pages))


async def get_module(api: AdminApi, request: AdminRequest) -> Answer:
    """Return a module with its sets."""
    return json_answer(_module(api, request.params["module"]))


async def get_set(api: AdminApi, request: AdminRequest) -> Answer:
    """Return one set."""
    found = _set(api, request)
    if _wants_json(request):
        return json_answer(found.to_json())
    return html_answer(set_page(found, api.runtime.registry))


async def put_module(api: AdminApi, request: AdminRequest) -> Answer:
    """Return a module that is to be on, which it is; refuse to switch it off."""
    enabled, module = _enabled(request), request.params["module"]
    try:
        found = _module(api, module)
    except NotFoundError as error:
        raise RefusedError(str(error), code=error.code) from None
    if not enabled:
        _refuse_off(api, f"the module {module}", [t for s in found["nodes"] for t in s["types"]])
    return json_answer(found)


async def put_set(api: AdminApi, request: AdminRequest) -> Answer:
    """Return a set that is to be on, which it is; refuse to switch it off."""
    enabled = _enabled(request)
    try:
        found = _set(api, request)
    except NotFoundError as error:
        raise RefusedError(str(error), code=error.code) from None
    if not enabled:
        _refuse_off(api, f"the set {found.id}", found.types)
    return json_answer(found.to_json())


async def install(api: AdminApi, request: AdminRequest) -> Answer:
    """Refuse: say how to install."""
    module = request.fields().get("module")
    if not module:
        raise RefusedError("Invalid request: no module is named.", code="invalid_request")
    raise RefusedError(
        f"{module!r} was not installed: the admin API installs nothing, and packages for Node.js "
        "do not run here. Install a Python package with nodes by pip, and start vgd serve again."
    )


async def uninstall(api: AdminApi, request: AdminRequest) -> Answer:
    """Refuse: say how to uninstall."""
    module = _module(api, request.params["module"])["name"]
    raise RefusedError(
        f"{module} was not removed: the admin API removes nothing. Uninstall its package by pip, "
        "and start vgd serve again."
    )


async def get_messages(api: AdminApi, request: AdminRequest) -> Answer:
    """Return the catalogue of translations, which is empty."""
    return json_answer({})


def _wants_json(request: AdminRequest) -> bool:
    return request.headers.get("accept") == "application/json"


def _enabled(request: AdminRequest) -> bool:
    body = request.fields()
    if "enabled" not in body:
        raise RefusedError("Invalid request: no enabled in the body.", code="invalid_request")
    return bool(body["enabled"])


def _module(api: AdminApi, name: str) -> dict[str, Any]:
    found = [node_set for node_set in api.node_sets() if node_set.module == name]
    if not found:
        raise NotFoundError(f"Module not found: {name}")
    sets = [node_set.to_json() for node_set in found]
    first = found[0]
    shown = {"name": name, "version": first.version, "nodes": sets}
    return {**shown, "local": first.local, "user": False, "plugins": []}


def _set(api: AdminApi, request: AdminRequest) -> NodeSet:
    id = f"{request.params['module']}/{request.params['set']}"
    for node_set in api.node_sets():
        if node_set.id == id:
            return node_set
    raise NotFoundError(f"Node not found: {id}")


def _refuse_off(api: AdminApi, what: str, types: Iterable[str]) -> NoReturn:
    used = {entry["type"] for entry in api.runtime.entries}
    in_use = ", ".join(name for name in types if name in used)
    if in_use:
        raise RefusedError(f"Type in use: {in_use}", code="type_in_use")
    raise RefusedError(
        f"{what} was not switched off: the nodes of installed packages are always on. Uninstall "
        "the package to be without them."
    )


__all__ = (
    "get_all",
    "get_messages",
    "get_module",
    "get_set",
    "install",
    "put_module",
    "put_set",
    "uninstall",
)
