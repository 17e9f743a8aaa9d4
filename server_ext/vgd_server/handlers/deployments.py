"""Deployments: what runs, and what is to run."""

from __future__ import annotations

import asyncio
from typing import Any

from pydantic import Field

from vgd_kernel.app import check_flow
from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.model.graph import refuse
from vgd_server.access import allowed
from vgd_server.base import Body, VGDHandler


class DeploymentBody(Body):
    """A flow to be deployed."""

    flow: list[dict[str, Any]]
    labels: dict[str, str] = Field(default_factory=dict)
    environment: dict[str, str] = Field(default_factory=dict)


class RollbackBody(Body):
    """The revision to go back to."""

    revision: int


class DeploymentsHandler(VGDHandler):
    """``/deployments``."""

    @allowed("read")
    async def get(self) -> None:
        """Return all deployments."""
        platform = await self.platform()
        self.answer({"deployments": platform.deployments.all()})


class DeploymentHandler(VGDHandler):
    """``/deployments/{name}``."""

    @allowed("read")
    async def get(self, name: str) -> None:
        """Return one deployment."""
        platform = await self.platform()
        self.answer(platform.deployments.describe(name))

    @allowed("execute")
    async def put(self, name: str) -> None:
        """Deploy a flow: a new revision, which is started. One with errors is refused."""
        body = self.body(DeploymentBody)
        document = FlowDocument(body.flow)
        refuse(await asyncio.to_thread(check_flow, document, installed()))
        platform = await self.platform()
        deployed = await platform.deployments.put(
            name,
            body.flow,
            labels=body.labels,
            environment=body.environment,
            owner=self.user,
        )
        self.answer(deployed, 201 if deployed["revision"] == 1 else 200)

    @allowed("execute")
    async def delete(self, name: str) -> None:
        """Stop a deployment and forget it."""
        platform = await self.platform()
        await platform.deployments.remove(name)
        self.set_status(204)
        self.finish()


class StartHandler(VGDHandler):
    """``/deployments/{name}/start``."""

    @allowed("execute")
    async def post(self, name: str) -> None:
        """Want a deployment running."""
        platform = await self.platform()
        self.answer(await platform.deployments.set_desired(name, running=True))


class StopHandler(VGDHandler):
    """``/deployments/{name}/stop``."""

    @allowed("execute")
    async def post(self, name: str) -> None:
        """Want a deployment stopped."""
        platform = await self.platform()
        self.answer(await platform.deployments.set_desired(name, running=False))


class RollbackHandler(VGDHandler):
    """``/deployments/{name}/rollback``."""

    @allowed("execute")
    async def post(self, name: str) -> None:
        """Deploy an older revision again, as a new revision."""
        body = self.body(RollbackBody)
        platform = await self.platform()
        self.answer(await platform.deployments.rollback(name, body.revision, owner=self.user))


ROUTES = [
    ("/deployments", DeploymentsHandler),
    ("/deployments/{name}", DeploymentHandler),
    ("/deployments/{name}/start", StartHandler),
    ("/deployments/{name}/stop", StopHandler),
    ("/deployments/{name}/rollback", RollbackHandler),
]
