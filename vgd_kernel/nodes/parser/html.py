"""The html node: takes elements out of an HTML document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from vgd_kernel.model import (
    UNDEFINED,
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    clone,
    paths,
    text_field,
)
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import PathText, Text, field
from vgd_kernel.model.javascript_values import to_text, truthy, type_name
from vgd_kernel.nodes.parser import _html


class Html(Node):
    """Takes elements out of an HTML document with a CSS selector.

    **Input**: the document as a text or buffer in the property. Without a selector in the node
    `msg.select` is the selector. A message without the property passes unchanged.

    **Output**: one message with a list of what was found, or a message per element with `parts`:
    the content as HTML or as text, the attributes as an object, or both, with the content under a
    key of its own.

    Besides CSS a selector may hold `:contains(text)` and end with `:first`, `:last`, `:eq(n)`,
    `:lt(n)`, `:gt(n)`, `:even` or `:odd`. One that cannot be read is an error that can be caught.
    """

    spec = NodeSpec(
        type="html",
        category="parser",
        color="#DEBD5C",
        icon="file",
        accepts={"=property": ("string", "buffer", "object", "array")},
        tags=("scrape", "css", "select", "web", "parse"),
    )

    property: PathText = text_field("payload", title="Property")
    outproperty: PathText = text_field("", title="Result goes to", description="Empty: the same.")
    tag: Text = text_field("", title="Selector", description="Empty: msg.select.")
    ret: Literal["html", "text", "attr", "compl"] = Field(
        default="html", title="Output", description="compl: attributes and content."
    )
    as_: Literal["single", "multi"] = Field(
        default="single", alias="as", title="As", description="One list, or many messages."
    )
    chr: Text = text_field("_", title="Key of the content")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave empty."""
        return {key: value for key, value in raw.items() if value}

    def start(self, ctx: Context) -> Receive:
        """Read the paths."""
        with field(ctx, "property"):
            get = paths.getter(paths.parse_message_path(self.property), strict=True)
        with field(ctx, "outproperty"):
            put = paths.setter(paths.parse_message_path(self.outproperty or self.property))

        def receive(msg: Message) -> None:
            document = get(msg)
            if document is UNDEFINED:
                ctx.send(msg)
                return
            selector = self.tag or to_text(msg.get("select") or "")
            found = [self._taken(item) for item in _elements(document, selector)]
            if self.as_ == "single":
                put(msg, found)
                ctx.send(msg)
                return
            for index, item in enumerate(found):
                if truthy(item):
                    out = clone(msg)
                    put(out, item)
                    numbers = {"index": index, "count": len(found)}
                    out["parts"] = {"id": msg.get("_msgid"), **numbers, "type": "string", "ch": ""}
                    ctx.send(out)

        return receive

    def _taken(self, element: Any) -> Any:
        match self.ret:
            case "html":
                return _html.inner_xml(element)
            case "text":
                return _html.text(element)
            case "attr":
                return _html.attributes(element)
            case "compl":
                return {self.chr: _html.inner_html(element)} | _html.attributes(element)


def _elements(document: Any, selector: str) -> list[Any]:
    if isinstance(document, (str, bytes, bytearray)):
        return _html.select(to_text(document), selector)
    if document is not None and type_name(document) == "object":
        return []
    raise ExpressionError(
        f"saw {to_text(document)}; expected an HTML document as a text or a buffer."
    )
