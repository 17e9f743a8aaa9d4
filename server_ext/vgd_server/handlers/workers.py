"""The workers that can host deployments."""

from __future__ import annotations

from vgd_server.access import allowed
from vgd_server.base import VGDHandler


class WorkersHandler(VGDHandler):
    """``/workers``."""

    @allowed("read")
    async def get(self) -> None:
        """Return the workers; the first call starts the own cluster."""
        platform = await self.platform()
        self.answer(platform.deployments.workers())


ROUTES = [("/workers", WorkersHandler)]
