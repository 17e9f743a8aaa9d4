"""The split node: takes one message apart into a sequence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from vgd_kernel.model import (
    UNDEFINED,
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    hidden_field,
    paths,
    text_field,
    typed_field,
)
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.fields import NumberText, PathText, Text, field, has_environment
from vgd_kernel.model.javascript_values import parse_float, type_name
from vgd_kernel.model.typed import parse_json, to_buffer
from vgd_kernel.nodes.sequence._parts import unescape
from vgd_kernel.nodes.sequence._splitter import Separator, Splitter


class Split(Node):
    """Takes a message apart into a sequence of messages.

    - a **text** or **buffer** is cut at a separator, or into pieces of a fixed length
    - a **list** gives one message per item, or per so many items
    - an **object** gives one message per key; the key may be put into a property

    Each message carries `parts` (`id`, `index`, `count`, `type`, …), so that a *join* node can put
    the sequence together again. Other values vanish.

    *Stream* treats the pieces as an endless stream: what stands behind the last separator waits
    for the next message, and `parts.count` is left out.

    A separator with letters beyond ASCII is cut out of a buffer as a whole; Node-RED takes its
    length in letters for one in bytes there and leaves some behind.
    """

    spec = NodeSpec(
        type="split",
        category="sequence",
        color="#E2D96E",
        icon="split",
        accepts={"=property": ("string", "buffer", "object", "array")},
        tags=("array", "lines", "parts", "sequence"),
    )
    defers_done: ClassVar[bool] = True

    property: PathText = text_field("payload", title="Property")
    splt: Text = typed_field(
        "\\n", title="Text or buffer at", type_field="spltType", types=("str", "bin", "len")
    )
    spltType: Literal["str", "bin", "len"] = hidden_field("str")  # noqa: N815 - Node-RED's name
    arraySplt: NumberText = text_field("1", title="Items of a list per message")  # noqa: N815 - Node-RED's name
    arraySpltType: Text = hidden_field("len")  # noqa: N815 - Node-RED's name
    stream: bool = Field(default=False, title="Handle as a stream")
    addname: PathText = text_field("", title="Key of an object goes to")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave empty."""
        optional = ("property", "spltType")
        entry = {key: value for key, value in raw.items() if value or key not in optional}
        return {**entry, "splt": raw.get("splt") or ("" if entry.get("spltType") else "\\n")}

    @model_validator(mode="after")
    def _check(self) -> Split:
        if not has_environment(self.splt + self.arraySplt):
            try:
                self._separator()
            except ExpressionError as error:
                raise ValueError(f"splt: {error}") from None
            if not parse_float(self.arraySplt) >= 1:
                raise ValueError(f"arraySplt: {self.arraySplt!r}; expected a number of at least 1.")
        return self

    def _separator(self) -> Separator:
        if self.spltType == "len":
            length = parse_float(self.splt)
            if not length >= 1:
                raise ExpressionError(f"split length {self.splt!r}; expected at least 1.")
            return int(length)
        if self.spltType == "bin":
            data = parse_json(self.splt)
            if not isinstance(data, list):
                raise ExpressionError(f"separator {self.splt!r}; expected a JSON list of bytes.")
            return data
        return unescape(self.splt or "\\n")

    def start(self, ctx: Context) -> Receive:
        """Compile the separator and the property."""
        with field(ctx, "property"):
            path = paths.parse_message_path(self.property)
        with field(ctx, "splt"):
            separator = self._separator()
        put_key = paths.setter(paths.parse_message_path(self.addname)) if self.addname else None
        splitter = Splitter(
            ctx,
            paths.setter(path),
            separator,
            b"" if isinstance(separator, int) else to_buffer(separator),
            stream=self.stream,
            items=int(parse_float(self.arraySplt)),
            key=path[0] if len(path) == 1 and isinstance(path[0], str) else None,
        )

        def receive(msg: Message) -> None:
            value = paths.get(msg, path, strict=True)
            if value is UNDEFINED:
                return
            msg["parts"] = {"parts": msg["parts"]} if "parts" in msg else {}
            msg["parts"]["id"] = ctx.new_id()
            if self.property != "payload":
                msg["parts"]["property"] = self.property
            msg.pop("_msgid", None)
            if isinstance(value, str):
                splitter.text(msg, value)
            elif isinstance(value, (bytes, bytearray)):
                splitter.buffer(msg, bytes(value))
            elif isinstance(value, (list, tuple)):
                splitter.items(msg, list(value))
            elif isinstance(value, Mapping):
                splitter.keys(msg, value, put_key)
            elif value is None:
                # Node-RED fails on null: it is an object without keys.
                raise ThrownError("Cannot convert undefined or null to object", kind="TypeError")
            else:
                if type_name(value) == "object":
                    msg["parts"]["type"] = "object"
                ctx.done(msg)

        return receive
