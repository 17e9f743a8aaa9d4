"""``/settings``: what a client must know of the runtime."""

from __future__ import annotations

from typing import Any

from vgd_kernel.services.admin.api import NODE_RED_VERSION, AdminApi
from vgd_kernel.services.admin.library import LIBRARY
from vgd_kernel.services.admin.request import AdminRequest, json_answer
from vgd_kernel.services.network.asgi import Answer

LOCAL_LIBRARY = {
    "id": LIBRARY,
    "label": "editor:library.types.local",
    "user": False,
    "icon": "font-awesome/fa-hdd-o",
}


async def read(api: AdminApi, request: AdminRequest) -> Answer:
    """Return the settings that may be seen."""
    shown: dict[str, Any] = {"httpNodeRoot": api.node_root, "version": NODE_RED_VERSION}
    user = request.user
    if user is not None:
        named = {"anonymous": True} if user.anonymous else {"username": user.name}
        permissions: Any = list(user.permissions)
        if len(permissions) == 1:
            permissions = permissions[0]
        shown["user"] = {**named, "permissions": permissions}
    return json_answer(
        {
            **shown,
            "context": api.context_stores(),
            "libraries": [LOCAL_LIBRARY],
            "flowFilePretty": True,
            "externalModules": {"palette": {"allowInstall": False, "allowUpload": False}},
            "flowEncryptionType": api.runtime.vault.kind,
            "diagnostics": {"enabled": True, "ui": False},
            "telemetryEnabled": False,
            "runtimeState": {"enabled": True, "ui": False},
            "editorTheme": {"palette": {"editable": False}, "languages": ["en-US"]},
            "vgd": {"version": api.version},
        }
    )


__all__ = ("read",)
