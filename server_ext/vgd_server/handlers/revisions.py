"""Revisions of a deployment: immutable, numbered from 1."""

from __future__ import annotations

from typing import Any

from vgd_kernel.services.store import Revision
from vgd_server.access import allowed
from vgd_server.base import VGDHandler


class RevisionsHandler(VGDHandler):
    """``/deployments/{name}/revisions``."""

    @allowed("read")
    async def get(self, name: str) -> None:
        """Return all revisions, oldest first, without their flows."""
        platform = await self.platform()
        revisions = await platform.deployments.revisions(name)
        self.answer({"revisions": [_describe(revision) for revision in revisions]})


class RevisionHandler(VGDHandler):
    """``/deployments/{name}/revisions/{revision}``."""

    @allowed("read")
    async def get(self, name: str, number: str) -> None:
        """Return one revision with its flow."""
        platform = await self.platform()
        revision = await platform.deployments.revision(name, self.path_number("revision", number))
        self.answer({**_describe(revision), "flow": revision.flow})


def _describe(revision: Revision) -> dict[str, Any]:
    return {
        "number": revision.number,
        "labels": dict(revision.labels),
        "environment": sorted(revision.environment),  # names only: values may be secret
        "owner": revision.owner,
        "created": revision.created,
        "nodes": len(revision.flow),
    }


ROUTES = [
    ("/deployments/{name}/revisions", RevisionsHandler),
    ("/deployments/{name}/revisions/{revision}", RevisionHandler),
]
