"""The link in node: where links from other places arrive."""

from __future__ import annotations

from pydantic import Field

from vgd_kernel.model import Context, Node, NodeSpec, Receive


class LinkIn(Node):
    """Receives the messages of the *link out* nodes that are joined to it, on any tab.

    **Output**: the messages as they were sent. A link is a wire that is not drawn.
    """

    spec = NodeSpec(
        type="link in",
        category="common",
        color="#DDDDDD",
        icon="link",
        inputs=0,
        passes_through=True,
        tags=("wire", "tab", "jump"),
    )

    links: list[str] = Field(default=[], title="Links", description="Ids of link out nodes.")

    def start(self, ctx: Context) -> Receive:
        """Send on what the links bring."""
        return ctx.send
