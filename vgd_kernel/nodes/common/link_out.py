"""The link out node: sends messages to other places without a drawn wire."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive


class LinkOut(Node):
    """Sends messages to the *link in* nodes that are joined to it, on any tab.

    **Input**: any message.

    With the mode *return* the message goes back to the *link call* node that it came from; one
    that came from none is dropped with a warning.
    """

    spec = NodeSpec(
        type="link out",
        category="common",
        color="#DDDDDD",
        icon="link",
        outputs=0,
        align_right=True,
        passes_through=True,
        tags=("wire", "tab", "jump"),
    )

    mode: Literal["link", "return"] = Field(default="link", title="Mode")
    links: list[str] = Field(default=[], title="Links", description="Ids of link in nodes.")

    def start(self, ctx: Context) -> Receive:
        """Send on what comes in; the engine has made wires of the links."""
        if self.mode == "link":
            return ctx.send

        def receive(msg: Message) -> None:
            calls = msg.get("_linkSource")
            call = calls.pop() if isinstance(calls, list) and calls else None
            if not calls:
                msg.pop("_linkSource", None)
            if not isinstance(call, dict) or not ctx.link_return(call["node"], call["id"], msg):
                ctx.log("Missing return node information", level="warn", msg=msg)

        return receive
