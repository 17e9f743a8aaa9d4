"""The junction: a point where wires meet."""

from __future__ import annotations

from vgd_kernel.model import Context, Node, NodeSpec, Receive


class Junction(Node):
    """Passes every message on unchanged; a point where wires meet and part.

    **Input**: any message.

    **Output**: the same message.
    """

    spec = NodeSpec(
        type="junction",
        category="common",
        color="#D9D9D9",
        icon="junction",
        passes_through=True,
        tags=("wire", "fan", "route"),
    )

    def start(self, ctx: Context) -> Receive:
        """Give the sender itself: a junction costs nothing but the wire."""
        return ctx.send
