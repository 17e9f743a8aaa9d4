"""The sort node: puts a list, or the messages of a sequence, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from vgd_kernel.model import (
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    hidden_field,
    paths,
    typed_field,
)
from vgd_kernel.model.fields import Flag, Text, check_input, field
from vgd_kernel.model.jsonata import compile_jsonata
from vgd_kernel.nodes.sequence._order import named, ordered
from vgd_kernel.nodes.sequence._sequence_sorter import SequenceSorter


class Sort(Node):
    """Sorts a list in the message, or the messages of a sequence.

    - **list**: the property holds a list; it is sorted by its items or by a JSONata expression
      that is applied to each item. Anything else in the property: the message is dropped.
    - **message sequence**: messages with `parts` are kept until the sequence is complete, then
      they are sent in order with new `parts.index`; sorted by a property or by a JSONata
      expression. Messages without `parts` are dropped.

    *As numbers* compares numbers; otherwise texts compare as texts.
    """

    spec = NodeSpec(
        type="sort",
        category="sequence",
        color="#E2D96E",
        icon="sort",
        tags=("order", "array", "sequence", "ascending"),
    )
    defers_done: ClassVar[bool] = True

    target: Text = typed_field("payload", title="Sort", type_field="targetType", types=("msg",))
    targetType: Literal["msg", "seq"] = Field(  # noqa: N815 - Node-RED's name
        default="msg", title="What", description="msg: a list; seq: the messages of a sequence."
    )
    msgKey: Text = typed_field(  # noqa: N815 - Node-RED's name
        "payload", title="Key of an item", type_field="msgKeyType", types=("elem", "jsonata")
    )
    msgKeyType: Literal["elem", "jsonata"] = hidden_field("elem")  # noqa: N815 - Node-RED's name
    seqKey: Text = typed_field(  # noqa: N815 - Node-RED's name
        "payload", title="Key of a message", type_field="seqKeyType", types=("msg", "jsonata")
    )
    seqKeyType: Literal["msg", "jsonata"] = hidden_field("msg")  # noqa: N815 - Node-RED's name
    order: Literal["ascending", "descending"] = Field(default="ascending", title="Order")
    as_num: Flag = Field(default=False, title="As numbers")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave empty; without a target they sort sequences."""
        entry = {key: value for key, value in raw.items() if value or key == "as_num"}
        return {"targetType": "seq", **entry}

    @model_validator(mode="after")
    def _check(self) -> Sort:
        if self.targetType == "msg":
            check_input(self.target, "msg", what="target")
            if self.msgKeyType == "jsonata":
                check_input(self.msgKey, "jsonata", what="msgKey")
        else:
            check_input(self.seqKey, self.seqKeyType, what="seqKey")
        return self

    def start(self, ctx: Context) -> Receive:
        """Compile the key."""
        return self._sort_lists(ctx) if self.targetType == "msg" else self._sort_sequences(ctx)

    def _ordered(self, items: list[Any], key: Callable[[Any], Any] | None) -> list[Any]:
        down = self.order == "descending"
        return ordered(items, key, descending=down, numbers=self.as_num)

    def _sort_lists(self, ctx: Context) -> Receive:
        with field(ctx, "target"):
            path = paths.parse_message_path(self.target)
        get, put = paths.getter(path, strict=True), paths.setter(path)
        key: Callable[[Any], Any] | None = None
        if self.msgKeyType == "jsonata":
            with field(ctx, "msgKey"):
                key = named(compile_jsonata(self.msgKey, ctx))

        def receive(msg: Message) -> None:
            items = get(msg)
            if isinstance(items, list):
                put(msg, self._ordered(items, key))
                ctx.send(msg)
            ctx.done(msg)

        return receive

    def _sort_sequences(self, ctx: Context) -> Receive:
        with field(ctx, "seqKey"):
            if self.seqKeyType == "jsonata":
                key = named(compile_jsonata(self.seqKey, ctx))
            else:
                key = paths.getter(paths.parse_message_path(self.seqKey), strict=True)
        whole_group = self.seqKeyType == "jsonata"
        return SequenceSorter(
            ctx, lambda group: self._ordered(group, key), completes_all=whole_group
        ).receive
