"""Messages into and out of a deployment."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from vgd_server.access import allowed
from vgd_server.base import MAX_WAIT_S, Body, VGDHandler


class MessageBody(Body):
    """A message for a node, given by id or name; an empty message presses an inject node."""

    node: str
    msg: dict[str, Any] = Field(default_factory=dict)


class MessagesHandler(VGDHandler):
    """``/deployments/{name}/messages``."""

    @allowed("read")
    async def get(self, name: str) -> None:
        """Return what reached the debug nodes after a number; wait for the first one if asked."""
        deployments = (await self.platform()).deployments
        node = self.get_query_argument("node", "")
        after = int(self.query_number("after", 0))
        wait_s = self.query_number("wait_s", 0, most=MAX_WAIT_S)
        journal = deployments.journal(name)
        id = await deployments.node_id(name, node) if node else ""
        found = await journal.wait("debug", after=after, node=id, timeout_s=wait_s)
        messages = [{"seq": record.seq, **record.body} for record in found]
        self.answer({"messages": messages, "next": found[-1].seq if found else after})

    @allowed("execute")
    async def post(self, name: str) -> None:
        """Hand a message to a node."""
        body = self.body(MessageBody)
        deployments = (await self.platform()).deployments
        self.answer({"node": await deployments.send(name, body.node, body.msg)}, 202)


ROUTES = [("/deployments/{name}/messages", MessagesHandler)]
