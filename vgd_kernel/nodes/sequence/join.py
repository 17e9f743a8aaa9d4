"""The join node: puts the messages of a sequence together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from vgd_kernel.model import (
    Context,
    Node,
    NodeSpec,
    Receive,
    hidden_field,
    text_field,
    typed_field,
)
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import Flag, PathText, Text, check_input, field
from vgd_kernel.model.typed import parse_json, to_buffer
from vgd_kernel.nodes.sequence._joiner import Joiner
from vgd_kernel.nodes.sequence._parts import unescape
from vgd_kernel.nodes.sequence._reducer import Reducer


class Join(Node):
    """Puts messages together: a sequence back into one message, or messages as they come.

    - **automatic**: undoes a *split* by `msg.parts`, in whatever order the pieces arrive
    - **manual**: builds a text, buffer, list, key/value object or merged object from so many
      messages, or until a time has passed since the first, or until a message has `complete`.
      *Accumulate* keeps the object and sends it again with every further message.
    - **reduce**: folds a sequence by a JSONata expression: `$A` is the result so far, `$I` the
      index, `$N` the count

    **Control**: `msg.reset` forgets the group, `msg.complete` sends it now, `msg.restartTimeout`
    starts the time anew.

    **Output**: the last message of the group with the built value as its property.
    """

    spec = NodeSpec(
        type="join",
        category="sequence",
        color="#E2D96E",
        icon="join",
        tags=("combine", "merge", "collect", "reduce", "sequence"),
    )
    defers_done: ClassVar[bool] = True

    mode: Literal["auto", "custom", "reduce"] = Field(default="auto", title="Mode")
    build: Literal["string", "buffer", "array", "object", "merged"] = Field(
        default="object", title="Build"
    )
    property: PathText = typed_field(
        "payload", title="Combine", type_field="propertyType", types=("msg", "full")
    )
    propertyType: Literal["msg", "full"] = hidden_field("msg")  # noqa: N815 - Node-RED's name
    key: PathText = text_field("topic", title="Key", description="Property with the key.")
    joiner: Text = typed_field(
        "\\n", title="Joined by", type_field="joinerType", types=("str", "bin")
    )
    joinerType: Literal["str", "bin"] = hidden_field("str")  # noqa: N815 - Node-RED's name
    useparts: Flag = Field(default=False, title="Use existing msg.parts")
    accumulate: bool = Field(default=False, title="Accumulate")
    timeout: Text = text_field("", title="Timeout", description="Seconds after the first.")
    count: Text = text_field("", title="Count", description="Messages of a group.")
    reduceRight: Flag = Field(default=False, title="Last to first")  # noqa: N815 - Node-RED's name
    reduceExp: Text = typed_field(  # noqa: N815 - Node-RED's name
        "", title="Reduce by", type_field="reduceExpType", types=("jsonata",)
    )
    reduceInit: Text = typed_field(  # noqa: N815 - Node-RED's name
        "", title="Initial value", type_field="reduceInitType"
    )
    reduceInitType: Text = hidden_field("num")  # noqa: N815 - Node-RED's name
    reduceFixup: Text = typed_field(  # noqa: N815 - Node-RED's name
        "", title="Fix-up", type_field="reduceFixupType", types=("jsonata",)
    )

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave out: without ``useparts`` parts were always used."""
        entry = {key: value for key, value in raw.items() if value is not None}
        for key in ("mode", "build", "property", "propertyType", "joinerType", "key"):
            if entry.get(key) == "":
                del entry[key]
        older = {"useparts": True, "build": "array", "joiner": "", "reduceInitType": ""}
        return {**older, **entry, "accumulate": raw.get("accumulate") is True}

    @model_validator(mode="after")
    def _check(self) -> Join:
        if self.mode == "reduce":
            check_input(self.reduceExp, "jsonata", what="reduceExp")
            if self.reduceFixup:
                check_input(self.reduceFixup, "jsonata", what="reduceFixup")
        return self

    def separator(self) -> str | bytes:
        """Return what stands between the pieces.

        Raises:
            ExpressionError: The bytes are no JSON list.
        """
        if self.joinerType == "bin":
            data = parse_json(self.joiner or "[]")
            if not isinstance(data, list):
                raise ExpressionError(f"joiner {self.joiner!r}; expected a JSON list of bytes.")
            return to_buffer(data)
        return unescape(self.joiner)

    def start(self, ctx: Context) -> Receive:
        """Choose between folding and collecting."""
        if self.mode == "reduce":
            with field(ctx, "reduceExp"):
                return Reducer(self, ctx).receive
        with field(ctx, "joiner"):
            return Joiner(self, ctx, self.separator()).receive
