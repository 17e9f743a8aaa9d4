"""The change node: sets, replaces, deletes and moves properties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.nodes.function._change_rules import ChangeRule, Step, compile_rule


class Change(Node):
    """Sets, replaces, deletes or moves properties of a message, or of the flow or global context.

    The rules are carried out in their order.

    - **set**: give a property a value: text, number, JSON, another property, JSONata, …
      An undefined value deletes the property. *Deep copy* sets a copy instead of the same object.
    - **change**: search and replace in a text (text or regular expression, `$1` for groups);
      numbers and booleans are replaced when they are equal to what is searched.
    - **delete**: remove a property.
    - **move**: move a property to another place.

    **Output**: the same message. When an expression fails, the error can be caught and the message
    goes no further; an expression that cannot be read is told at start, and messages end here. A
    rule whose path is wrong or leads nowhere is skipped.

    As in Node-RED, a *change* rule on a context value that is neither a text nor equal to what is
    searched ends the message silently. Other than there, a *move* of an older flow that names no
    type stays within the message, where Node-RED loses the message.
    """

    spec = NodeSpec(
        type="change",
        category="function",
        color="#E2D96E",
        icon="change",
        forwards=True,
        tags=("set", "replace", "delete", "move", "property"),
    )

    absent: ClassVar[Mapping[str, Any]] = {"rules": []}

    rules: list[ChangeRule] = Field(
        default=[ChangeRule(t="set", p="payload", pt="msg", to="", tot="str")], title="Rules"
    )

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Turn the single action of entries from before Node-RED 0.11 into a rule."""
        entry = dict(raw)
        if not entry.get("rules") and entry.get("action"):
            action = entry["action"]
            rule: dict[str, Any] = {
                "t": "set" if action == "replace" else action,
                "p": entry.get("property") or "",
            }
            if rule["t"] in ("set", "move", "change"):
                rule["to"] = entry.get("to") or ""
            if rule["t"] == "change":
                rule["from"] = entry.get("from") or ""
                rule["re"] = "reg" in entry and (entry["reg"] is None or bool(entry["reg"]))
            entry["rules"] = [rule]
        return {key: value for key, value in entry.items() if key != "rules" or value is not None}

    def start(self, ctx: Context) -> Receive | None:
        """Compile every rule into steps; the common single step has no loop."""
        steps: list[Step] = []
        valid = True
        for rule in self.rules:
            try:
                steps.extend(compile_rule(rule, ctx))
            except ExpressionError as error:
                ctx.error(str(error))
                valid = False
        if not valid:
            return None
        send = ctx.send
        if len(steps) == 1:
            only = steps[0]

            def receive_one(msg: Message) -> None:
                if only(msg):
                    send(msg)

            return receive_one
        compiled = tuple(steps)

        def receive(msg: Message) -> None:
            for step in compiled:
                if not step(msg):
                    return
            send(msg)

        return receive
