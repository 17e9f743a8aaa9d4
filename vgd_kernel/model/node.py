"""The node type: one frozen pydantic class per type, with its facts in ``spec``.

The class is the palette entry, the form (JSON Schema), the validation, the defaults, the help
panel (its docstring, Markdown) and the mapping to Node-RED's JSON. A node author writes:

    class Upper(Node):
        '''Writes `payload` in capital letters.'''

        spec = NodeSpec(type="upper", category="function", color="#E2D96E", icon="font")
        prefix: str = text_field("", title="Prefix")

        def start(self, ctx: Context) -> Receive:
            send = ctx.send

            def receive(msg: Message) -> None:
                msg["payload"] = self.prefix + str(msg.get("payload", "")).upper()
                send(msg)

            return receive

Config is frozen and holds only what the document holds; what must outlive a message lives in
``ctx.state``; open things (sockets, tasks) live in the closure and are closed by
``ctx.on_close``.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.config import JsonDict

from vgd_kernel.model.context import Context
from vgd_kernel.model.errors import (
    ExpressionError,
    NodeConfigError,
    Problem,
    field_problem,
)
from vgd_kernel.model.message import Message
from vgd_kernel.model.port_types import Shape

Receive = Callable[[Message], None] | Callable[[Message], Awaitable[None]]
"""What handles one message; ``async def`` when it waits."""

FindService = Callable[[type[Any]], Any]
"""Returns the service that implements a protocol."""

TYPED_INPUTS = (
    "msg", "flow", "global", "str", "num", "bool", "json", "bin", "date", "jsonata", "env", "re",
)  # fmt: skip
"""Node-RED's typed inputs, in its order."""

DOCUMENT_FIELDS = frozenset({"id", "type", "z", "g", "x", "y", "w", "h", "wires", "d", "l", "vgd"})
"""Keys of an entry that belong to the document, never to a node's config."""

TOLERANT = "tolerant"
"""Key of pydantic's validation context that is true while `Node.load` reads a config."""


@dataclass(frozen=True, slots=True)
class OutputsFrom:
    """The number of output ports, read from the config.

    Attributes:
        field: Name of the config field (as in the flow file).
        by: ``value``: the field is the number; ``length``: the field is a list, a port per item.
    """

    field: str
    by: Literal["value", "length"] = "value"

    def count(self, raw: Mapping[str, Any]) -> int:
        """Return the number of ports of an entry; 1 when the field is absent or unreadable."""
        value = raw.get(self.field)
        if self.by == "length":
            return len(value) if isinstance(value, (list, tuple)) else 1
        try:
            return max(0, int(value if value is not None else 1))
        except (TypeError, ValueError):
            return 1


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """The facts of a node type that the palette and the canvas show.

    Attributes:
        type: Node-RED's type name, unique.
        category: Palette category; equals the name of the folder that the file lies in.
        color: Background on the canvas, ``#RRGGBB``.
        icon: Name of an icon of the canvas (see ``labextension/src/canvas/icons.tsx``).
        label: Name in the palette; the type when empty.
        inputs: 0 or 1.
        outputs: Number of output ports, or where in the config it stands.
        output_labels: Hover text per port.
        button: ``press`` sends an empty message to the node, ``toggle`` switches it on and off.
        align_right: The icon stands at the right end (sinks, like debug).
        config: A config node: no ports, not drawn, used by other nodes through its id.
        passes_through: Hands every message on as it is, at once; a cycle of such nodes alone
            would never end, so it is refused.
        accepts: Types of message properties that it takes, see `port_types`; absent: any.
        gives: Types that properties have in what it sends, on every port; absent: unknown.
        keeps: It hands on the message that came, so that other properties keep their types.
        forwards: Hands every message on at once, but may change it; a cycle of such nodes is a
            warning.
        hears: What the engine hands to it without a wire: errors, status changes, completions.
        tags: More words to find it by.
    """

    type: str
    category: str
    color: str
    icon: str
    label: str = ""
    inputs: Literal[0, 1] = 1
    outputs: int | OutputsFrom = 1
    output_labels: tuple[str, ...] = ()
    button: Literal["", "press", "toggle"] = ""
    align_right: bool = False
    config: bool = False
    passes_through: bool = False
    forwards: bool = False
    accepts: Shape = field(default_factory=dict)
    gives: Shape = field(default_factory=dict)
    keeps: bool = False
    hears: Literal["", "error", "status", "complete"] = ""
    tags: tuple[str, ...] = ()

    def count_outputs(self, raw: Mapping[str, Any]) -> int:
        """Return the number of output ports of an entry of this type."""
        return self.outputs.count(raw) if isinstance(self.outputs, OutputsFrom) else self.outputs


class Node(BaseModel):
    """Base of all node types. Unknown keys of an entry are kept by the document, not here."""

    # a process uses few of the types: each is built when it is first used
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, defer_build=True)
    spec: ClassVar[NodeSpec]
    absent: ClassVar[Mapping[str, Any]] = {}
    """What Node-RED takes for a field that an entry does not have, where a new node differs."""

    name: str = Field(default="", title="Name", description="Label on the canvas.")

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a field that would collide with the document's own keys.

        Raises:
            TypeError: A field is called like a key of the document, such as ``x`` or ``wires``.
        """
        super().__pydantic_init_subclass__(**kwargs)
        taken = sorted(DOCUMENT_FIELDS & {f.alias or name for name, f in cls.model_fields.items()})
        if taken:
            raise TypeError(
                f"{cls.__name__} has the fields {', '.join(taken)}, which belong to the document; "
                "expected other names. Rename them."
            )

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return an entry in today's form; older forms of the same type are rewritten here."""
        return dict(raw)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """Return the config that an entry of the document holds.

        Args:
            raw: The entry, keys as in the flow file; document fields and unknown keys are ignored.

        Raises:
            NodeConfigError: Names the node and each wrong field.
        """
        entry = cls.upgrade(raw)
        try:
            return cls.model_validate({k: v for k, v in entry.items() if k not in DOCUMENT_FIELDS})
        except ValidationError as error:
            raise NodeConfigError(tuple(_problems(cls, raw, error))) from None

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> Self:
        """Return the config that a run takes from an entry, as Node-RED takes it.

        An absent field has its value of `absent`; a wrong path, expression or number is kept until
        it is used; any other field that is wrong counts as absent.

        Raises:
            NodeConfigError: A field is wrong whose absence is wrong as well.
        """
        entry = cls.upgrade({**cls.absent, **raw})
        data = {key: value for key, value in entry.items() if key not in DOCUMENT_FIELDS}
        while True:
            try:
                return cls.model_validate(data, context={TOLERANT: True})
            except ValidationError as error:
                wrong = {str(item["loc"][0]) for item in error.errors() if item["loc"]}
                if not wrong & data.keys():
                    raise NodeConfigError(tuple(_problems(cls, raw, error))) from None
                data = {key: value for key, value in data.items() if key not in wrong}

    def to_raw(self) -> dict[str, Any]:
        """Return the keys of an entry of the document: ``type`` and the config, JSON values."""
        return {"type": self.spec.type, **self.model_dump(mode="json", by_alias=True)}

    def is_source(self) -> bool:
        """Tell whether the node may send messages without receiving any."""
        return not self.spec.inputs

    def examine(self, service: FindService) -> Iterable[tuple[str, Exception]]:
        """Yield what only a service can tell is wrong: the field and the error.

        Called by checks, before anything starts; most types have nothing to say.

        Args:
            service: Returns the implementation of a protocol of `vgd_kernel.model.services`.
        """
        return ()

    def start(self, ctx: Context) -> Receive | None:
        """Start the node in a run.

        Args:
            ctx: Everything the node may use; valid until the node is stopped.

        Returns:
            What handles each message, or None for a node that only sends.
        """
        raise NotImplementedError(f"{type(self).__name__}.start")


def _problems(cls: type[Node], raw: Mapping[str, Any], error: ValidationError) -> list[Problem]:
    found = []
    for item in error.errors(include_url=False):
        field = ".".join(str(part) for part in item["loc"]) or "config"
        text = item["msg"].removeprefix("Value error, ")
        named = re.match(r"(\w+): (.+)", text) if field == "config" else None
        if named is not None and named[1] in cls.model_fields:  # a check of the whole node
            error_of = ExpressionError(named[2])
            found.append(field_problem(str(raw.get("id", "")), cls.spec.type, named[1], error_of))
            continue
        text = text.removeprefix("Input should be ")
        before, marked, rest = text.partition("; expected ")
        expected, _, action = rest.partition(". ") if marked else (before, "", "")
        seen = f"saw {item.get('input')!r}"[:120]
        found.append(
            Problem(
                severity="error",
                node=str(raw.get("id", "")),
                type=cls.spec.type,
                field=field,
                seen=f"{seen}: {before}" if marked else seen,
                expected=expected,
                action=action or "Change the field in the node's form or in the flow file.",
            )
        )
    return found


def text_field(default: str = "", *, title: str, description: str = "", **kwargs: Any) -> Any:
    """Declare a one-line text field."""
    return Field(default=default, title=title, description=description, **kwargs)


def typed_field(
    default: Any = "",
    *,
    title: str,
    type_field: str,
    types: tuple[str, ...] = TYPED_INPUTS,
    description: str = "",
    when: Mapping[str, tuple[str, ...]] | None = None,
    **kwargs: Any,
) -> Any:
    """Declare the value half of a typed input; ``type_field`` names the field with its type.

    The type half is declared with :func:`hidden_field`, so that the form draws both as one. With
    ``when`` the form draws it only while other fields have one of these values.
    """
    hint: JsonDict = {"widget": "typed", "typeField": type_field, "types": list(types)}
    if when:
        hint["when"] = {name: list(values) for name, values in when.items()}
    extra: JsonDict = {"x-vgd": hint}
    return Field(
        default=default, title=title, description=description, json_schema_extra=extra, **kwargs
    )


def hidden_field(default: Any = "", **kwargs: Any) -> Any:
    """Declare a field that the form does not draw by itself."""
    return Field(default=default, json_schema_extra={"x-vgd": {"widget": "hidden"}}, **kwargs)


def code_field(
    default: str = "", *, title: str, language: str, description: str = "", **kwargs: Any
) -> Any:
    """Declare a code editor; ``language`` is ``python``, ``javascript``, ``json``, ``mustache``.

    A language that starts with ``=`` names the field that holds the language.
    """
    extra: JsonDict = {"x-vgd": {"widget": "code", "language": language}}
    return Field(
        default=default, title=title, description=description, json_schema_extra=extra, **kwargs
    )


def config_field(
    type_name: str, *, title: str, required: bool = False, description: str = "", **kwargs: Any
) -> Any:
    """Declare a text field that names a config node by its id.

    Args:
        type_name: Type of the config node.
        title: Name of the field.
        required: The node does nothing without it.
        description: Hover text; names the type when empty.
        kwargs: See `pydantic.Field`.
    """
    extra: JsonDict = {"x-vgd": {"widget": "config", "type": type_name, "required": required}}
    text = description or f"Id of a {type_name} node."
    return Field(default="", title=title, description=text, json_schema_extra=extra, **kwargs)


def config_references(cls: type[Node]) -> Iterable[tuple[str, str, bool]]:
    """Yield (field as in the flow file, type, required) for each field that names a config node."""
    for name, declared in cls.model_fields.items():
        extra = declared.json_schema_extra
        hint = extra.get("x-vgd") if isinstance(extra, dict) else None
        if isinstance(hint, dict) and hint.get("widget") == "config":
            yield declared.alias or name, str(hint["type"]), bool(hint["required"])


def nodes_field(default: Any, *, title: str, description: str = "", **kwargs: Any) -> Any:
    """Declare a list of node ids of the same tab, picked by check boxes (null: all of them)."""
    extra: JsonDict = {"x-vgd": {"widget": "nodes"}}
    return Field(
        default=default, title=title, description=description, json_schema_extra=extra, **kwargs
    )


__all__ = (
    "DOCUMENT_FIELDS",
    "TOLERANT",
    "TYPED_INPUTS",
    "FindService",
    "Node",
    "NodeSpec",
    "OutputsFrom",
    "Receive",
    "code_field",
    "config_field",
    "config_references",
    "hidden_field",
    "nodes_field",
    "text_field",
    "typed_field",
)
