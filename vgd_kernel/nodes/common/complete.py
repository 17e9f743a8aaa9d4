"""The complete node: hears that other nodes have finished with a message."""

from __future__ import annotations

from pydantic import Field

from vgd_kernel.model import Context, Node, NodeSpec, Receive, nodes_field


class Complete(Node):
    """Sends a message when a chosen node has finished with it.

    Useful behind nodes without an output (to continue after them) and behind nodes that work
    for a while, such as a delay.

    **Output**: the message that the node has finished with.

    **Nodes**: the nodes of the same tab to listen to.
    """

    spec = NodeSpec(
        type="complete",
        category="common",
        color="#C0EDC0",
        icon="complete",
        inputs=0,
        hears="complete",
        tags=("done", "finished", "after"),
    )

    scope: list[str] = nodes_field([], title="Nodes", description="Whose completion is heard.")
    uncaught: bool = Field(
        default=False, title="Unused", json_schema_extra={"x-vgd": {"widget": "hidden"}}
    )

    def start(self, ctx: Context) -> Receive:
        """Send on what the engine hands over."""
        return ctx.send
