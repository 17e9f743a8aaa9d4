"""``/context``: values of the global, flow and node contexts.

Source: Node-RED, ``runtime/lib/api/context.js``.
"""

from __future__ import annotations

import contextlib
from typing import Any

from vgd_kernel.model.context import ContextStore
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.message import UNDEFINED
from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.encoding import encode
from vgd_kernel.services.admin.request import AdminRequest, empty_answer, json_answer
from vgd_kernel.services.network.asgi import Answer
from vgd_kernel.services.runtime.errors import NotFoundError


async def read(api: AdminApi, request: AdminRequest) -> Answer:
    """Return one value, or all of a context by store; with ``keysOnly`` only what is there."""
    stores = _stores(api, request)
    context, keys_only = _context(api, request), "keysOnly" in request.query
    key = request.params.get("0")
    if context is None:
        return json_answer({})
    if not key:
        return json_answer({name: _all(context, name, keys_only=keys_only) for name in stores})
    try:
        value = context.get(key, stores[0])
    except ExpressionError:  # no path leads to a value
        value = UNDEFINED
    if keys_only:
        return json_answer({stores[0]: _keys_of(value)})
    default = api.context_stores()["default"]
    other = {} if stores[0] == default else {"store": stores[0]}
    return json_answer({**encode(value), **other})


async def delete(api: AdminApi, request: AdminRequest) -> Answer:
    """Delete one value."""
    stores, context = _stores(api, request), _context(api, request)
    if context is not None:
        key = request.params.get("0")
        if not key:
            raise NotFoundError("a whole context cannot be deleted; expected a key in the path.")
        with contextlib.suppress(ExpressionError):  # no path leads to a value
            context.set(key, UNDEFINED, stores[0])
    return empty_answer()


def _stores(api: AdminApi, request: AdminRequest) -> list[str]:
    """Return the store that is asked for; for a whole context without one all stores."""
    known, asked = api.context_stores(), request.query.get("store")
    if asked:
        if asked not in known["stores"]:
            names = ", ".join(known["stores"])
            raise NotFoundError(f'no context store "{asked}"; expected one of: {names}.')
        return [str(asked)]
    return [known["default"]] if request.params.get("0") else list(known["stores"])


def _context(api: AdminApi, request: AdminRequest) -> ContextStore | None:
    run, id = api.runtime.last_run, request.params.get("id", "")
    if run is None:
        return None
    match request.params["scope"].lower():
        case "global":
            return run.contexts.store("global", "", "")
        case "flow":
            return run.contexts.store("flow", "", id)
    plan = run.plan_of(id) if api.runtime.run is not None else None
    return None if plan is None else run.contexts.store("node", id, plan.container)


def _all(context: ContextStore, store: str, *, keys_only: bool) -> dict[str, Any]:
    keys = context.keys(store)
    if keys_only:
        return {"keys": [{"key": key} for key in keys]}
    return {key: encode(context.get(key, store)) for key in keys}


def _keys_of(value: Any) -> dict[str, Any]:
    if isinstance(value, (list, tuple)):
        return {"format": f"array[{len(value)}]"}
    if isinstance(value, dict):
        return {"keys": [_key(key, item) for key, item in value.items()], "format": "object"}
    return {"keys": []}


def _key(key: str, value: Any) -> dict[str, Any]:
    if isinstance(value, (list, tuple)):
        return {"key": key, "format": f"array[{len(value)}]", "length": len(value)}
    if isinstance(value, dict) or value is None:
        return {"key": key, "format": "object"}
    return {"key": key}


__all__ = ("delete", "read")
