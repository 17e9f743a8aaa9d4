"""The template node: fills a text with values of the message."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from vgd_kernel.model import (
    UNDEFINED,
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    code_field,
    hidden_field,
    typed_field,
)
from vgd_kernel.model.context import DEFAULT_STORE
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import Text, check_input, field, has_environment
from vgd_kernel.model.javascript_values import to_text
from vgd_kernel.model.mustache import LookUp, compile_template
from vgd_kernel.model.typed import compile_target, environment_text, parse_json
from vgd_kernel.model.yaml_text import parse_yaml

_CONTEXT = re.compile(r"(flow|global)(\[(\w+)\])?\.(.+)")

Render = Callable[[Message], str]


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
        tags=("mustache", "text", "format", "html"),
    )
    shows_empty_name: ClassVar[bool] = True

    field: Text = typed_field(
        "payload", title="Property", type_field="fieldType", types=("msg", "flow", "global")
    )
    fieldType: Literal["msg", "flow", "global"] = hidden_field("msg")  # noqa: N815 - Node-RED's name
    format: Text = hidden_field("handlebars")
    syntax: Literal["mustache", "plain"] = Field(default="mustache", title="Syntax")
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

    @model_validator(mode="after")
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
        with field(ctx, "field"):
            put = compile_target(self.field, self.fieldType, ctx)
        with field(ctx, "template"):
            render = self._renderer(self.template, ctx)
        parse = {"json": parse_json, "yaml": parse_yaml}.get(self.output)
        own, send = self.template != "", ctx.send
        if own and parse is None and self.fieldType == "msg":

            def receive_text(msg: Message) -> None:
                put(msg, render(msg))
                send(msg)

            return receive_text

        def receive(msg: Message) -> None:
            text: Any
            if own or "template" not in msg:
                text = render(msg)
            else:
                text = self._renderer(to_text(msg["template"]), ctx)(msg)
            try:
                value = parse(text) if parse else text
            except ExpressionError as error:
                raise ExpressionError(str(error)) from None  # without the class, as in Node-RED
            put(msg, value)
            send(msg)

        return receive

    def _renderer(self, template: str, ctx: Context) -> Render:
        if self.syntax == "plain":
            return lambda msg: template
        return compile_template(template, _look_up(ctx), json=self.output == "json")


def _look_up(ctx: Context) -> LookUp:
    """Return what finds ``env.NAME``, ``flow.path`` and ``global[store].path``."""

    def look_up(name: str) -> Any:
        if name.startswith("env.") and len(name) > 4:
            return environment_text(name[4:], ctx)
        match = _CONTEXT.match(name)
        if match is None:
            return ""
        store = ctx.context("flow" if match[1] == "flow" else "global")
        return store.get(match[4], match[3] or DEFAULT_STORE)

    return look_up
