"""``/auth``: log in, get a token, give it back (OAuth 2, resource owner password).

Source: Node-RED, ``editor-api/lib/auth/index.js``; RFC 6749, section 4.3 and 5.2.
"""

from __future__ import annotations

from typing import Any

from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest, empty_answer, json_answer
from vgd_kernel.services.network.asgi import Answer
from vgd_kernel.services.runtime.errors import NotFoundError, RefusedError

CLIENTS = frozenset({"node-red-editor", "node-red-admin"})
"""Who may ask for tokens; their secret is ``not_available``, as in Node-RED."""

_SECRET = "not_available"  # noqa: S105 - it is no secret


async def get_login(api: AdminApi, request: AdminRequest) -> Answer:
    """Tell how to log in: an empty object when nobody has to."""
    if not api.access.has_users:
        return json_answer({})
    prompts = [
        {"id": "username", "type": "text", "label": "user.username"},
        {"id": "password", "type": "password", "label": "user.password"},
    ]
    return json_answer({"type": "credentials", "prompts": prompts})


async def post_token(api: AdminApi, request: AdminRequest) -> Answer:
    """Exchange name and password for a token."""
    if not api.access.has_users:
        raise NotFoundError("nobody logs in here: there are no users. Send a request as it is.")
    body = request.fields()
    secret = body.get("client_secret") or _SECRET
    if body.get("client_id") not in CLIENTS or secret != _SECRET:
        return 401, (), b"Unauthorized"
    if body.get("grant_type") != "password":
        return _failed(501, "unsupported_grant_type", "expected the grant_type password")
    username, password = body.get("username"), body.get("password")
    if not isinstance(username, str) or not isinstance(password, str):
        return _failed(400, "invalid_request", "expected username and password")
    scope = _scope(body.get("scope"))
    try:
        found = await api.access.log_in(username, password, str(body["client_id"]), scope)
    except RefusedError as error:
        return _failed(500, "server_error", str(error))
    if found is None:
        return _failed(403, "invalid_grant", "Invalid resource owner credentials.")
    token, lifetime = found
    answer = {"access_token": token, "expires_in": int(lifetime), "token_type": "Bearer"}
    status, headers, data = json_answer(answer)
    return status, (*headers, ("Cache-Control", "no-store"), ("Pragma", "no-cache")), data


async def post_revoke(api: AdminApi, request: AdminRequest) -> Answer:
    """End a log-in."""
    if not api.access.is_guarded:
        raise NotFoundError("nobody logs in here: there are no users.")
    await api.access.revoke(str(request.fields().get("token", "")))
    return empty_answer(200)


def _failed(status: int, error: str, description: str) -> Answer:
    return json_answer({"error": error, "error_description": description}, status)


def _scope(given: Any) -> tuple[str, ...]:
    """Return the permissions that are asked for: a text with spaces, or a list."""
    if isinstance(given, str):
        return tuple(given.split())
    return tuple(str(item) for item in given) if isinstance(given, list) else ()


__all__ = ("CLIENTS", "get_login", "post_revoke", "post_token")
