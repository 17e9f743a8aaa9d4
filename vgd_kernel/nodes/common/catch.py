"""The catch node: hears the errors of other nodes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vgd_kernel.model import Context, Node, NodeSpec, Receive, nodes_field


class Catch(Node):
    """Catches errors that nodes on the same tab report, so that the flow can deal with them.

    **Output**: the message that was being handled when the error came up, with `error`:

    - `error.message`: the text of the error
    - `error.source`: `id`, `type`, `name` of the node, and `count`: how often this message
      failed there

    If the message had an `error` already, it is kept in `_error`.

    **Scope**: all nodes of the tab, the nodes of its own group, or chosen nodes. With
    *only uncaught* it hears what no other catch node hears. An error inside a subflow that
    nobody catches there goes to the tab that the subflow stands in.

    Only errors that belong to a message can be caught; others go to the log.
    """

    spec = NodeSpec(
        type="catch",
        category="common",
        color="#E49191",
        icon="catch",
        inputs=0,
        hears="error",
        tags=("error", "exception", "failure"),
    )

    scope: list[str] | Literal["group"] | None = nodes_field(
        None, title="Nodes", description="Empty: all nodes of the tab."
    )
    uncaught: bool = Field(
        default=False,
        title="Only uncaught",
        description="Hear only errors that no other catch node hears.",
    )

    def start(self, ctx: Context) -> Receive:
        """Send on what the engine hands over."""
        return ctx.send
