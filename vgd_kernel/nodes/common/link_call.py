"""The link call node: sends a message to a link in node and waits for what comes back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive, Timer, clone, text_field
from vgd_kernel.model.errors import UnknownNodeError
from vgd_kernel.model.fields import NumberText
from vgd_kernel.model.javascript_values import parse_float

_DEFAULT_S = 30.0


class LinkCall(Node):
    """Calls the flow behind a *link in* node, on any tab, and sends on what it gives back.

    **Input**: any message. It leaves the called flow by a *link out* node with the mode *return*,
    which may stand behind any number of nodes and further calls.

    **Output**: the message that came back. When none does in time, the message is an error that
    can be caught; one that comes back later is sent on all the same.

    With a *dynamic* target `msg.target` names the *link in* node by its id or by its name: one on
    the same tab, or the only one with that name.
    """

    spec = NodeSpec(
        type="link call",
        category="common",
        color="#DDDDDD",
        icon="link",
        tags=("subroutine", "function", "return", "tab"),
    )
    defers_done: ClassVar[bool] = True

    links: list[str] = Field(default=[], title="Target", description="Id of a link in node.")
    linkType: Literal["static", "dynamic"] = Field(  # noqa: N815 - Node-RED's name
        default="static", title="Target is", description="Fixed, or dynamic by msg.target."
    )
    timeout: NumberText = text_field("30", title="Timeout", description="Seconds.")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what is empty; a single target was a text once."""
        entry = {key: value for key, value in raw.items() if value}
        if isinstance(entry.get("links"), str):
            entry["links"] = [entry["links"]]
        return entry

    def start(self, ctx: Context) -> Receive:
        """Keep the open calls until they come back or their time is over."""
        open_calls: dict[str, tuple[Message, Timer]] = {}
        dynamic = self.linkType == "dynamic"
        fixed = self.links[0] if self.links else None
        seconds = parse_float(self.timeout)
        timeout_s = _DEFAULT_S if math.isnan(seconds) else max(seconds, 0.0)

        def end(call: str) -> None:
            msg, _ = open_calls.pop(call)
            ctx.error("timeout", msg)

        def come_back(call: str, msg: Message) -> None:
            ctx.send(msg)
            if call in open_calls:
                asked, timer = open_calls.pop(call)
                timer.cancel()
                ctx.done(asked)

        ctx.on_link_return(come_back)

        def receive(msg: Message) -> None:
            target = msg.get("target") if dynamic else fixed
            try:
                deliver = ctx.link(target, by_name=dynamic)
            except UnknownNodeError as error:
                ctx.error(f"Error: {error}", msg)
                return
            call = ctx.new_id()
            calls = msg.get("_linkSource")
            calls = msg["_linkSource"] = calls if isinstance(calls, list) else []
            open_calls[call] = (clone(msg), ctx.after(timeout_s, end, call))
            calls.append({"id": call, "node": ctx.id})
            deliver(msg)

        return receive
