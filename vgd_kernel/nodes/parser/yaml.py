"""The yaml node: reads and writes YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vgd_kernel.model import UNDEFINED, Context, Message, Node, NodeSpec, Receive, paths, text_field
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import PathText, field
from vgd_kernel.model.javascript_values import type_name
from vgd_kernel.model.yaml_text import parse_yaml
from vgd_kernel.nodes.parser._yaml_writer import dump_yaml


class Yaml(Node):
    """Turns YAML text into a value, and a value into YAML text.

    **Input**: a text, which is read, or an object or list, which is written. Other values are
    dropped with a warning; a message without the property passes unchanged.

    **Output**: the message with the property replaced. Text that is not YAML is an error that can
    be caught.
    """

    spec = NodeSpec(
        type="yaml",
        category="parser",
        color="#DEBD5C",
        icon="file",
        accepts={"=property": ("string", "object", "array")},
        tags=("parse", "text", "convert"),
    )

    property: PathText = text_field("payload", title="Property")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave empty."""
        return {key: value for key, value in raw.items() if value or key != "property"}

    def start(self, ctx: Context) -> Receive:
        """Read the path."""
        with field(ctx, "property"):
            path = paths.parse_message_path(self.property)
        get, put, send = paths.getter(path, strict=True), paths.setter(path), ctx.send

        def receive(msg: Message) -> None:
            value = get(msg)
            if isinstance(value, str):
                put(msg, parse_yaml(value) if value.strip() else UNDEFINED)
            elif isinstance(value, (bytes, bytearray)):
                ctx.log("Ignored non-object payload", level="warn", msg=msg)
                return
            elif type_name(value) == "object":
                try:
                    text = dump_yaml(value)
                except (TypeError, RecursionError):
                    raise ExpressionError("Failed to convert payload") from None
                put(msg, text)
            elif value is not UNDEFINED:
                ctx.log("Ignored unsupported payload type", level="warn", msg=msg)
                return
            send(msg)

        return receive
