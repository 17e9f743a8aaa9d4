"""The xml node: reads and writes XML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vgd_kernel.model import UNDEFINED, Context, Message, Node, NodeSpec, Receive, paths, text_field
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.fields import PathText, Text, field
from vgd_kernel.model.javascript_values import type_name
from vgd_kernel.nodes.parser._xml_options import READING, WRITING, merged
from vgd_kernel.nodes.parser._xml_reader import read_xml
from vgd_kernel.nodes.parser._xml_writer import XmlWriter

_COMPACT = {"renderOpts": {"pretty": False}}


class Xml(Node):
    """Turns XML text into an object, and an object into XML text.

    **Input**: a text, which is read, or an object, which is written. Other values are dropped
    with a warning; a message without the property passes unchanged.

    In the object an element is a list under its name. Its attributes stand under `$`, its text
    under `_`; an element of text alone is that text:
    `<a b="1">x<c>y</c></a>` is `{"a": {"$": {"b": "1"}, "_": "x", "c": ["y"]}}`. Other keys for
    attributes and text can be set for reading; `msg.options` sets more, such as `explicitArray`,
    `mergeAttrs`, `trim` (reading), `rootName`, `headless`, `cdata`, `renderOpts` (writing).

    Text that is not XML is an error that can be caught. Entities of a document type are refused,
    and so is an attribute that stands twice (Node-RED takes the first).
    """

    spec = NodeSpec(
        type="xml",
        category="parser",
        color="#DEBD5C",
        icon="file",
        accepts={"=property": ("string", "object", "array")},
        tags=("parse", "text", "convert"),
    )

    property: PathText = text_field("payload", title="Property")
    attr: Text = text_field("", title="Key of attributes", description="When reading; else $.")
    chr: Text = text_field("", title="Key of text", description="When reading; else _.")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave empty."""
        return {key: value for key, value in raw.items() if value or key != "property"}

    def start(self, ctx: Context) -> Receive:
        """Read the path."""
        with field(ctx, "property"):
            path = paths.parse_message_path(self.property)
        get, put, send = paths.getter(path, strict=True), paths.setter(path), ctx.send
        own = {"attrkey": self.attr, "charkey": self.chr}
        keys = {key: value for key, value in own.items() if value}

        def receive(msg: Message) -> None:
            value, options = get(msg), msg.get("options", UNDEFINED)
            if options is None and (isinstance(value, str) or type_name(value) == "object"):
                raise ThrownError(
                    "Cannot set properties of null (setting 'async')", kind="TypeError"
                )
            if isinstance(value, str):
                chosen = merged(READING, options) | keys
                if isinstance(options, dict):  # Node-RED leaves what it used in the message
                    used = {key: chosen[key] for key in ("attrkey", "charkey")}
                    options |= {"async": True, **used}
                put(msg, read_xml(value, chosen))
            elif value is None or isinstance(value, (bytes, bytearray)):
                raise ExpressionError(f"saw {value!r}; expected an object or XML text.")
            elif type_name(value) == "object":
                if isinstance(options, dict):
                    options["async"] = False
                chosen = merged(WRITING, options if isinstance(options, dict) else _COMPACT)
                put(msg, XmlWriter(chosen).write(value))
            elif value is not UNDEFINED:
                text = "This node only handles xml strings or js objects."
                ctx.log(text, level="warn", msg=msg)
                return
            send(msg)

        return receive
