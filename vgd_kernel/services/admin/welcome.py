"""``GET /``: what a person sees who opens the address in a browser; a flow may answer there too."""

from __future__ import annotations

import html

from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.request import AdminRequest, html_answer
from vgd_kernel.services.network.asgi import Answer

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>VisualGridDev</title></head>
<body style="font-family: system-ui, sans-serif; max-width: 42rem; margin: 3rem auto">
<h1>VisualGridDev {version}</h1>
<p>This process runs the flows of <code>{name}</code>. It speaks Node-RED's admin HTTP API:
<a href="{root}/flows">flows</a>, <a href="{root}/settings">settings</a>,
<a href="{root}/diagnostics">diagnostics</a>, <a href="{root}/context/global">global context</a>.
</p>
<p>To draw, open the file in JupyterLab (<code>*.flow.json</code>), save it, and let this process
read it again:</p>
<pre>curl -X POST -H "Node-RED-Deployment-Type: reload" {url}/flows</pre>
</body>
</html>
"""


async def show(api: AdminApi, request: AdminRequest) -> Answer:
    """Return the page."""
    root = "/" + api.admin_root.strip("/") if api.admin_root.strip("/") else ""
    host = str(request.headers.get("host") or "127.0.0.1")
    shown = {
        "version": api.version,
        "name": api.files.flows.name,
        "root": root,
        "url": f"http://{host}{root}",
    }
    return html_answer(_PAGE.format(**{key: html.escape(text) for key, text in shown.items()}))


__all__ = ("show",)
