"""The json node: reads and writes JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import Field

from vgd_kernel.model import (
    UNDEFINED,
    ByField,
    Context,
    Message,
    Node,
    NodeSpec,
    Receive,
    paths,
    text_field,
)
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import Flag, PathText, field
from vgd_kernel.model.javascript_values import to_json_text, to_text, truthy, type_name
from vgd_kernel.model.typed import parse_json
from vgd_kernel.nodes.parser._schema import Finding, compile_schema, findings_text

_TEXT = (str, bytes, bytearray)


class Json(Node):
    """Turns JSON text into a value, and a value into JSON text.

    **Input**: a text or buffer, which is read; an object, list, number or boolean, which is
    written. With the action *always to text* or *always to object* what is in that form already
    passes unchanged. A message without the property passes unchanged.

    `msg.schema`, a JSON Schema, is checked before the message goes on; it is removed when the
    value is valid. Otherwise `msg.schemaError` lists what is wrong.

    **Output**: the message with the property replaced. Bad text or an invalid value is an error
    that can be caught.
    """

    spec = NodeSpec(
        type="json",
        category="parser",
        color="#DEBD5C",
        icon="file",
        gives={"=property": ByField("action", {"str": ("string",)})},
        keeps=True,
        tags=("parse", "text", "convert", "schema", "validate"),
    )

    property: PathText = text_field("payload", title="Property")
    action: Literal["", "str", "obj"] = Field(
        default="", title="Action", description="Empty: both ways; str: to text; obj: to object."
    )
    pretty: Flag = Field(default=False, title="Indent the text")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave empty."""
        entry = {key: value for key, value in raw.items() if value or key != "property"}
        return {**entry, "action": entry.get("action") or ""}

    def start(self, ctx: Context) -> Receive:
        """Read the path."""
        with field(ctx, "property"):
            path = paths.parse_message_path(self.property)
        get, put, send = paths.getter(path, strict=True), paths.setter(path), ctx.send
        to_object, to_string = self.action != "str", self.action != "obj"
        indent = 4 if self.pretty else None
        check = _Check()

        def receive(msg: Message) -> None:
            validate = check.of(msg)
            value = get(msg)
            if value is UNDEFINED:
                send(msg)
                return
            is_text = isinstance(value, _TEXT)
            if not is_text and type_name(value) not in ("object", "boolean", "number"):
                ctx.log("Ignored unsupported payload type", level="warn", msg=msg)
                return
            parsed = _parsed(to_text(value)) if is_text and (to_object or validate) else value
            if is_text and to_object:
                put(msg, parsed)
            if validate is not None:
                _require(msg, validate(parsed))
            if not is_text and to_string:
                put(msg, _written(value, indent))
            send(msg)

        return receive


class _Check:
    """Keeps the last schema compiled."""

    def __init__(self) -> None:
        self._text = ""
        self._validate: Callable[[Any], list[Finding]] | None = None

    def of(self, msg: Message) -> Callable[[Any], list[Finding]] | None:
        """Return the validation that a message asks for, None when it asks for none."""
        schema = msg.get("schema")
        if not truthy(schema):
            return None
        text = to_json_text(schema)
        if self._validate is None or text != self._text:
            self._validate = None
            self._validate, self._text = compile_schema(schema), text
        return self._validate


def _require(msg: Message, findings: list[Finding]) -> None:
    if findings:
        msg["schemaError"] = findings
        raise ExpressionError(f"JSON Schema error: {findings_text(findings)}")
    del msg["schema"]


def _parsed(text: str) -> Any:
    try:
        return parse_json(text)
    except ExpressionError as error:
        raise ExpressionError(str(error)) from None  # without the class, as in Node-RED


def _written(value: Any, indent: int | None) -> str:
    try:
        return to_json_text(value, indent)
    except (ValueError, TypeError, RecursionError):
        raise ExpressionError("Failed to convert payload") from None
