"""The template node: fills a text with values of the message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from vgd_kernel.model import (
    UNDEFINED,
    ByField,
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    code_field,
    hidden_field,
    typed_field,
)
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import AnyChoice, Text, check_input, checked, has_environment
from vgd_kernel.model.mustache import compile_template
from vgd_kernel.model.typed import Put, compile_target, parse_json
from vgd_kernel.nodes.function._template_text import plain_errors, read_yaml, renderer


class Template(Node):
    """Fills a mustache template with values and puts the text into a property.

    `{{payload}}` writes a property of the message with HTML characters escaped, `{{{payload}}}`
    as it is; `{{#list}}…{{/list}}` repeats for the items of a list or stands when a value is true,
    `{{^list}}…{{/list}}` when it is empty or false. `{{flow.name}}`, `{{global.name}}`,
    `{{flow[store].name}}` and `{{env.NAME}}` read the contexts and the environment.

    **Input**: any message; its `template` is used when the node has none of its own.

    **Output**: the message with the property set to the text, or to what the text says as JSON or
    YAML. Text that is not JSON or YAML is an error that can be caught.
    """

    spec = NodeSpec(
        type="template",
        category="function",
        color="#F3B567",
        icon="template",
        forwards=True,
        gives={"=field": ByField("output", {"str": ("string",)})},
        keeps=True,
        tags=("mustache", "text", "format", "html"),
    )
    shows_empty_name: ClassVar[bool] = True
    absent: ClassVar[Mapping[str, Any]] = {"template": ""}

    field: Text = typed_field(
        "payload", title="Property", type_field="fieldType", types=("msg", "flow", "global")
    )
    fieldType: Annotated[Literal["msg", "flow", "global"], AnyChoice] = hidden_field("msg")  # noqa: N815 - Node-RED's name
    format: Text = hidden_field("handlebars")
    syntax: Annotated[Literal["mustache", "plain"], AnyChoice] = Field(
        default="mustache", title="Syntax"
    )
    template: Text = code_field(
        "This is the payload: {{payload}} !", title="Template", language="mustache"
    )
    output: Literal["str", "json", "yaml"] = Field(
        default="str", title="Output", description="What the text is read as."
    )

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave empty."""
        optional = ("field", "fieldType", "syntax", "output")
        return {key: value for key, value in raw.items() if value or key not in optional}

    @checked
    def _check(self) -> Template:
        check_input(self.field, self.fieldType, what="field")
        if self.syntax == "mustache" and not has_environment(self.template):
            try:
                compile_template(self.template, lambda name: UNDEFINED)
            except ExpressionError as error:
                raise ValueError(str(error)) from None
        return self

    def start(self, ctx: Context) -> Receive:
        """Compile the template and where its text goes."""
        read, put, send = self._reader(), self._putter(ctx), ctx.send
        own = self.template != ""
        json, plain = self.output == "json", self.syntax != "mustache"
        render = renderer(self.template, ctx, json=json, plain=plain)
        if own and self.output == "str" and self.fieldType == "msg":
            store = plain_errors(compile_target(self.field, "msg", ctx))

            def receive_text(msg: Message) -> None:
                store(msg, render(msg))
                send(msg)

            return receive_text

        if own and self.output == "str" and self.fieldType == "msg" and self.field.isidentifier():
            field = self.field

            def receive_text(msg: Message) -> None:
                msg[field] = render(msg)
                send(msg)

            return receive_text

        def receive(msg: Message) -> None:
            if own or "template" not in msg:
                text = render(msg)
            else:
                text = renderer(msg["template"], ctx, json=json, plain=plain)(msg)
            if put(msg, read(text)):
                send(msg)

        return receive

    def _reader(self) -> Callable[[Any], Any]:
        """Return what makes the value of the text."""
        parse = {"json": parse_json, "yaml": read_yaml}.get(self.output)
        return plain_errors(parse) if parse else lambda text: text

    def _putter(self, ctx: Context) -> Put:
        """Return what puts the text and tells whether the message goes on."""
        put = compile_target(self.field, self.fieldType, ctx)
        if self.fieldType == "msg":
            put = plain_errors(put)
        goes_on = self.fieldType in ("msg", "flow", "global")  # else, as in Node-RED, it ends here
        return lambda msg, value: (put(msg, value) or True) if goes_on else False
