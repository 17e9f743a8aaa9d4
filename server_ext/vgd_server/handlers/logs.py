"""The log of a deployment: lines of its nodes and of the platform."""

from __future__ import annotations

from vgd_server.access import allowed
from vgd_server.base import MAX_WAIT_S, VGDHandler


class LogsHandler(VGDHandler):
    """``/deployments/{name}/logs``."""

    @allowed("read")
    async def get(self, name: str) -> None:
        """Return the lines after a number; wait for the first one if asked."""
        deployments = (await self.platform()).deployments
        after = int(self.query_number("after", 0))
        wait_s = self.query_number("wait_s", 0, most=MAX_WAIT_S)
        found = await deployments.journal(name).wait("log", after=after, timeout_s=wait_s)
        logs = [{"seq": record.seq, **record.body} for record in found]
        self.answer({"logs": logs, "next": found[-1].seq if found else after})


ROUTES = [("/deployments/{name}/logs", LogsHandler)]
