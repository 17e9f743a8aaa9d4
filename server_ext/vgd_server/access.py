"""Who may call a handler's method: Jupyter's authentication, then its Authorizer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast

from jupyter_server.auth.decorator import authorized, ws_authenticated
from tornado import web

MethodT = TypeVar("MethodT", bound=Callable[..., Any])

Action = Literal["read", "write", "execute"]


def allowed(action: Action) -> Callable[[MethodT], MethodT]:
    """Let only users call a method whom the server's Authorizer grants an action on ``vgd``.

    Args:
        action: ``read`` looks, ``write`` changes files, ``execute`` changes what runs.
    """

    def decorate(method: MethodT) -> MethodT:
        return cast("MethodT", web.authenticated(authorized(action)(method)))

    return decorate


def allowed_socket(action: Action) -> Callable[[MethodT], MethodT]:
    """Do the same for the opening of a WebSocket, which cannot be sent to a login page."""

    def decorate(method: MethodT) -> MethodT:
        return cast("MethodT", ws_authenticated(authorized(action)(method)))

    return decorate


__all__ = ("Action", "allowed", "allowed_socket")
