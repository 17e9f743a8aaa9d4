"""The status node: hears status changes of other nodes."""

from __future__ import annotations

from typing import Literal

from vgd_kernel.model import Context, Node, NodeSpec, Receive, nodes_field


class Status(Node):
    """Sends a message when a node on the same tab changes its status.

    **Output**: `status.text`, `status.fill`, `status.shape` as the node set them, and
    `status.source` with the `id`, `type` and `name` of that node.

    **Scope**: all nodes of the tab, the nodes of its own group, or chosen nodes.
    """

    spec = NodeSpec(
        type="status",
        category="common",
        color="#94C1D0",
        icon="status",
        inputs=0,
        hears="status",
        tags=("state", "watch"),
    )

    scope: list[str] | Literal["group"] | None = nodes_field(
        None, title="Nodes", description="Empty: all nodes of the tab."
    )

    def start(self, ctx: Context) -> Receive:
        """Send on what the engine hands over."""
        return ctx.send
