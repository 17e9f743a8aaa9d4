"""``/settings/user``: what an editor remembers for each user, in ``.config.users.json``."""

from __future__ import annotations

import asyncio
from typing import Any

from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest, empty_answer, json_answer
from vgd_kernel.services.network.asgi import Answer

_NOBODY = "_"


async def read(api: AdminApi, request: AdminRequest) -> Answer:
    """Return what is remembered for the user."""
    users = await asyncio.to_thread(_all, api)
    return json_answer(users.get(_name(request)) or {})


async def update(api: AdminApi, request: AdminRequest) -> Answer:
    """Merge the body into what is remembered; null forgets a value."""
    given, name = request.fields(), _name(request)

    def merge() -> None:
        users = _all(api)
        users[name] = _merged(users.get(name) or {}, given)
        api.files.write(api.files.users, users)

    async with api.writing:
        await asyncio.to_thread(merge)
    return empty_answer()


def _all(api: AdminApi) -> dict[str, Any]:
    found = api.files.read(api.files.users)
    return found if isinstance(found, dict) else {}


def _name(request: AdminRequest) -> str:
    user = request.user
    return _NOBODY if user is None or user.anonymous else user.name


def _merged(old: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    made = dict(old)
    for key, value in given.items():
        if value is None:
            made.pop(key, None)
        elif isinstance(value, dict):
            inner = made.get(key)
            made[key] = _merged(inner, value) if isinstance(inner, dict) else value
        else:
            made[key] = value
    return made


__all__ = ("read", "update")
