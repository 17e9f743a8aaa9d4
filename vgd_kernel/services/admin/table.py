"""The table of the admin API: method, path, permission, handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from vgd_kernel.services.admin import (
    auth,
    context,
    credentials,
    debug,
    diagnostics,
    flow,
    flows,
    inject,
    library,
    nodes,
    plugins,
    runtime_settings,
    user_settings,
    welcome,
)
from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest
from vgd_kernel.services.network.asgi import Answer

Handler = Callable[[AdminApi, AdminRequest], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class AdminRoute:
    """A route of the admin API.

    Attributes:
        method: In capital letters; a GET answers HEAD too.
        url: As Express writes it; its first part has no parameter.
        permission: That the user must have; None: nobody has to log in.
        handle: Answers.
    """

    method: str
    url: str
    permission: str | None
    handle: Handler


_MODULE = "/nodes/:module(@[^/]+/[^/]+|[^/@][^/]*)"

ROUTES = (
    AdminRoute("GET", "/auth/login", None, auth.get_login),
    AdminRoute("POST", "/auth/token", None, auth.post_token),
    AdminRoute("POST", "/auth/revoke", "", auth.post_revoke),
    AdminRoute("GET", "/flows", "flows.read", flows.get_flows),
    AdminRoute("POST", "/flows", "flows.write", flows.post_flows),
    AdminRoute("GET", "/flows/state", "flows.read", flows.get_state),
    AdminRoute("POST", "/flows/state", "flows.write", flows.post_state),
    AdminRoute("GET", "/flow/:id", "flows.read", flow.get_flow),
    AdminRoute("POST", "/flow", "flows.write", flow.post_flow),
    AdminRoute("PUT", "/flow/:id", "flows.write", flow.put_flow),
    AdminRoute("DELETE", "/flow/:id", "flows.write", flow.delete_flow),
    AdminRoute("GET", "/nodes", "nodes.read", nodes.get_all),
    AdminRoute("POST", "/nodes", "nodes.write", nodes.install),
    AdminRoute("GET", "/nodes/messages", "nodes.read", nodes.get_messages),
    AdminRoute("GET", f"{_MODULE}", "nodes.read", nodes.get_module),
    AdminRoute("PUT", f"{_MODULE}", "nodes.write", nodes.put_module),
    AdminRoute("DELETE", f"{_MODULE}", "nodes.write", nodes.uninstall),
    AdminRoute("GET", f"{_MODULE}/:set", "nodes.read", nodes.get_set),
    AdminRoute("PUT", f"{_MODULE}/:set", "nodes.write", nodes.put_set),
    AdminRoute("GET", f"{_MODULE}/:set/messages", "nodes.read", nodes.get_messages),
    AdminRoute("POST", "/inject/:id", "inject.write", inject.press),
    AdminRoute("POST", "/debug/:state", "debug.write", debug.switch_several),
    AdminRoute("POST", "/debug/:id/:state", "debug.write", debug.switch_one),
    AdminRoute("GET", "/context/:scope(global)", "context.read", context.read),
    AdminRoute("GET", "/context/:scope(global)/*", "context.read", context.read),
    AdminRoute("GET", "/context/:scope(node|flow)/:id", "context.read", context.read),
    AdminRoute("GET", "/context/:scope(node|flow)/:id/*", "context.read", context.read),
    AdminRoute("DELETE", "/context/:scope(global)/*", "context.write", context.delete),
    AdminRoute("DELETE", "/context/:scope(node|flow)/:id/*", "context.write", context.delete),
    AdminRoute("GET", "/settings", "settings.read", runtime_settings.read),
    AdminRoute("GET", "/settings/user", "settings.read", user_settings.read),
    AdminRoute("POST", "/settings/user", "settings.write", user_settings.update),
    AdminRoute("GET", "/diagnostics", "diagnostics.read", diagnostics.report),
    AdminRoute("GET", "/credentials/:type/:id", "credentials.read", credentials.read),
    AdminRoute("GET", "/plugins", "plugins.read", plugins.get_all),
    AdminRoute("GET", "/plugins/messages", "plugins.read", plugins.get_messages),
    AdminRoute("GET", "/library/:library/:type", "library.read", library.read),
    AdminRoute("GET", "/library/:library/:type/*", "library.read", library.read),
    AdminRoute("POST", "/library/:library/:type/*", "library.write", library.save),
)
"""Looked at in this order."""

WELCOME = AdminRoute("GET", "/", None, welcome.show)
"""Asked when no flow answers; it tells nothing that one would have to log in for."""

__all__ = ("ROUTES", "WELCOME", "AdminRoute", "Handler")
