"""Counters and status of the nodes of a deployment."""

from __future__ import annotations

from vgd_server.access import allowed
from vgd_server.base import VGDHandler


class StatusHandler(VGDHandler):
    """``/deployments/{name}/status``."""

    @allowed("read")
    async def get(self, name: str) -> None:
        """Return the deployment and, while it runs, each node's counters and status."""
        deployments = (await self.platform()).deployments
        self.answer(await deployments.status(name))


ROUTES = [("/deployments/{name}/status", StatusHandler)]
