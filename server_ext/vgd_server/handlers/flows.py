"""Flow files, through Jupyter's contents manager: its root, its rules, its checkpoints."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from jupyter_server.utils import ensure_async
from tornado import web

from vgd_kernel.app import check_flow
from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.registry import installed
from vgd_server.access import allowed
from vgd_server.base import Body, BodyError, VGDHandler
from vgd_server.conflicts import RevisionConflictError

SUFFIXES = (".flow.json", "flows.json")

MAX_FOLDERS = 300
"""Folders that a listing looks into; a flow deeper down still opens by its path."""

SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "venv"})


class FlowBody(Body):
    """A flow; ``revision`` is that of the file which it replaces."""

    flow: list[dict[str, Any]]
    revision: str | None = None


class CheckBody(Body):
    """A flow to be checked."""

    flow: list[dict[str, Any]]


class FlowCheckHandler(VGDHandler):
    """``/flows/check``."""

    @allowed("read")
    async def post(self) -> None:
        """Return the problems of a flow, without starting it."""
        document = FlowDocument(self.body(CheckBody).flow)
        problems = await asyncio.to_thread(check_flow, document, installed())
        self.answer({"problems": [problem.to_json() for problem in problems]})


class FlowsHandler(VGDHandler):
    """``/flows``."""

    @allowed("read")
    async def get(self) -> None:
        """Return the flow files below the server's root."""
        found: list[dict[str, Any]] = []
        folders, looked = deque([""]), 0
        while folders and looked < MAX_FOLDERS:
            looked += 1
            path = folders.popleft()
            try:
                folder = await ensure_async(
                    self.contents_manager.get(path, type="directory", content=True)
                )
            except web.HTTPError as error:
                self.log.debug("%s is not listed: %s", path, error)
                continue
            for entry in folder["content"]:
                if entry["type"] == "directory" and entry["name"] not in SKIPPED:
                    folders.append(entry["path"])
                elif entry["name"].endswith(SUFFIXES):
                    modified = entry["last_modified"].timestamp()
                    found.append(
                        {"path": entry["path"], "name": entry["name"], "modified": modified}
                    )
        self.answer({"flows": sorted(found, key=lambda flow: flow["path"])})


class FlowHandler(VGDHandler):
    """``/flows/{path}``."""

    @allowed("read")
    async def get(self, path: str) -> None:
        """Return a flow and its revision."""
        document = await self._load(path)
        self.answer(_describe(path, document))

    @allowed("write")
    async def put(self, path: str) -> None:
        """Save a flow, unless somebody else has saved another one meanwhile."""
        body = self.body(FlowBody)
        if not path.endswith(".json"):
            raise BodyError(
                f"the path {path!r} is no flow file; expected a name that ends in .flow.json. "
                "Choose another name.",
                [{"field": "path", "text": "does not end in .flow.json"}],
            )
        document = FlowDocument(body.flow)
        exists = await ensure_async(self.contents_manager.file_exists(path))
        if exists:
            await self._check_revision(path, body.revision)
        model = {"type": "file", "format": "text", "content": document.to_json()}
        await ensure_async(self.contents_manager.save(model, path))
        self.answer(_describe(path, document), 200 if exists else 201)

    @allowed("write")
    async def delete(self, path: str) -> None:
        """Delete a flow file."""
        await self._load_text(path)
        await ensure_async(self.contents_manager.delete(path))
        self.set_status(204)
        self.finish()

    async def _check_revision(self, path: str, revision: str | None) -> None:
        try:
            current = (await self._load(path)).revision()
        except FlowError:
            return  # what lies there is no flow: there is nothing of value to lose
        if revision != current:
            raise RevisionConflictError(
                f"{path} has revision {current}; expected {revision or 'none: no such file'}. "
                "Somebody else has saved it: load it again and repeat the change."
            )

    async def _load(self, path: str) -> FlowDocument:
        return FlowDocument.from_json(await self._load_text(path))

    async def _load_text(self, path: str) -> str:
        if not await ensure_async(self.contents_manager.file_exists(path)):
            raise web.HTTPError(404, f"no file {path!r}; expected a flow file. Check the path.")
        model = await ensure_async(
            self.contents_manager.get(path, type="file", format="text", content=True)
        )
        return str(model["content"])


def _describe(path: str, document: FlowDocument) -> dict[str, Any]:
    return {"path": path, "flow": document.canonical(), "revision": document.revision()}


ROUTES = [
    ("/flows", FlowsHandler),
    ("/flows/check", FlowCheckHandler),
    ("/flows/{path}", FlowHandler),
]
