"""The table of the admin API: method, path, permission, handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from vgd_kernel.services.admin import context, debug, flows, inject, runtime_settings
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


ROUTES = (
    AdminRoute("GET", "/flows", "flows.read", flows.get_flows),
    AdminRoute("POST", "/flows", "flows.write", flows.post_flows),
    AdminRoute("GET", "/flows/state", "flows.read", flows.get_state),
    AdminRoute("POST", "/flows/state", "flows.write", flows.post_state),
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
)
"""Looked at in this order."""

__all__ = ("ROUTES", "AdminRoute", "Handler")
