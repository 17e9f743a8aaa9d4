"""The comment: text on the canvas."""

from __future__ import annotations

from vgd_kernel.model import Context, Node, NodeSpec, code_field
from vgd_kernel.model.fields import Text


class Comment(Node):
    """Holds a note beside the flow. It does nothing in a run.

    The name is the headline on the canvas; the text may be Markdown.
    """

    spec = NodeSpec(
        type="comment",
        category="common",
        color="#FFFFFF",
        icon="comment",
        inputs=0,
        outputs=0,
        tags=("note", "text", "documentation"),
    )

    info: Text = code_field("", title="Text", language="markdown", description="Markdown.")

    def start(self, ctx: Context) -> None:
        """Do nothing."""
