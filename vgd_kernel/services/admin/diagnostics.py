"""``/diagnostics``: what a person attaches to a report of a problem; no secret, no path."""

from __future__ import annotations

import locale
import os
import platform
import sys
import time
from typing import Any

from vgd_kernel.services.admin.api import NODE_RED_VERSION, AdminApi
from vgd_kernel.services.admin.request import AdminRequest, json_answer
from vgd_kernel.services.network.asgi import Answer


async def report(api: AdminApi, request: AdminRequest) -> Answer:
    """Return facts about the process, the machine and the runtime."""
    import psutil  # type: ignore[import-untyped]  # it has no types; only reports need it

    now = time.time()
    modules = {node_set.module: node_set.version for node_set in api.node_sets()}
    state = api.runtime.state
    return json_answer(
        {
            "report": "diagnostics",
            "scope": "basic",
            "time": {
                "utc": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now)),
                "local": time.strftime("%m/%d/%Y, %H:%M:%S", time.localtime(now)),
            },
            "intl": {"locale": locale.getlocale()[0] or "C", "timeZone": time.tzname[0]},
            "python": {
                "version": platform.python_version(),
                "implementation": platform.python_implementation(),
                "arch": platform.machine(),
                "platform": sys.platform,
                "memoryUsage": {"rss": psutil.Process().memory_info().rss},
            },
            "os": _machine(),
            "runtime": {
                "version": NODE_RED_VERSION,
                "vgd": api.version,
                "isStarted": True,
                "flows": {"state": state, "started": state == "start"},
                "modules": modules,
                "settings": {
                    "available": True,
                    "contextStorage": api.context_stores()["stores"],
                    "httpAdminRoot": api.admin_root,
                    "httpNodeRoot": api.node_root,
                    "adminAuth": "SET" if api.access.is_guarded else "UNSET",
                    "runtimeState": {"enabled": True, "ui": False},
                },
            },
        }
    )


def _machine() -> dict[str, Any]:
    return {
        "arch": platform.machine(),
        "platform": sys.platform,
        "release": platform.release(),
        "type": platform.system(),
        "version": platform.version(),
        "cpus": os.cpu_count(),
    }


__all__ = ("report",)
