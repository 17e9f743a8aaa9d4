"""The node that stands in for another one in a test case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from vgd_kernel.model import Context, FlowDocument, Message, Node, NodeSpec, Receive
from vgd_kernel.model.message import clone
from vgd_kernel.model.serialise import from_jsonable

_KEPT = ("id", "z", "g", "name", "wires")
"""Keys of an entry that its stand-in takes over."""


class Stub(Node):
    """Answers the n-th message with the n-th of its own; the last one serves all that follow.

    **Output**: the message that came, with the properties of the answer; without answers the
    message as it came.
    """

    spec = NodeSpec(type="vgd-test-stub", category="test", color="#DDDDDD", icon="debug")

    answers: list[Message] = Field(default_factory=list)

    def start(self, ctx: Context) -> Receive:
        """Return the handler."""
        send = ctx.send
        answers: list[Message] = [from_jsonable(answer) for answer in self.answers]
        count = 0

        def receive(msg: Message) -> None:
            nonlocal count
            if answers:
                msg.update(clone(answers[min(count, len(answers) - 1)]))
                count += 1
            send(msg)

        return receive


def with_stubs(document: FlowDocument, stubs: Mapping[str, Iterable[Message]]) -> FlowDocument:
    """Return a copy of a flow with stand-ins for some of its nodes.

    Args:
        document: The flow; stays as it is.
        stubs: Id of a node to the answers of its stand-in.
    """
    entries: list[dict[str, Any]] = document.entries()
    for index, entry in enumerate(entries):
        if entry["id"] in stubs:
            kept = {key: entry[key] for key in _KEPT if key in entry}
            answers = [dict(answer) for answer in stubs[entry["id"]]]
            entries[index] = {**kept, "type": Stub.spec.type, "answers": answers}
    return FlowDocument(entries)


__all__ = ("Stub", "with_stubs")
