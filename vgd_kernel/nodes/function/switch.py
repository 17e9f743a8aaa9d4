"""The switch node: routes messages by rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from vgd_kernel.model import (
    UNDEFINED,
    Context,
    Message,
    Node,
    NodeSpec,
    OutputsFrom,
    Receive,
    hidden_field,
    typed_field,
)
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import AnyChoice, Text, check_input, checked
from vgd_kernel.model.typed import compile_input
from vgd_kernel.nodes.function._switch_matching import (
    first,
    matcher,
    single,
    stands_alone,
    stops_early,
)
from vgd_kernel.nodes.function._switch_rules import SwitchRule, Test, compile_test
from vgd_kernel.nodes.function._switch_sequences import Sequences


class Switch(Node):
    """Routes a message to the outputs whose rules match; one output per rule.

    The rules compare a property (or the result of a JSONata expression) as JavaScript does:
    `==`, `!=`, `<`, `<=`, `>`, `>=`, *is between*, *contains*, *matches* a regular expression,
    *has key*, *is of type*, *is empty*, *is null*, *is true*, …; *head*, *tail* and *index* look at
    the place in a sequence (`msg.parts`); *otherwise* matches when no rule before it did. *Previous
    value* compares with the value of the message before.

    **Output**: the same message, on every output that matches or only on the first one.
    *Recreate sequences* gives the messages of each output new `parts`; it waits for the whole
    sequence.
    """

    spec = NodeSpec(
        type="switch",
        category="function",
        color="#E2D96E",
        icon="switch",
        outputs=OutputsFrom("rules", by="length"),
        keeps=True,
        tags=("if", "case", "route", "condition"),
    )

    absent: ClassVar[Mapping[str, Any]] = {"property": "", "rules": []}
    defers_done: ClassVar[bool] = True  # Node-RED: complete nodes never hear a switch

    property: Text = typed_field(
        "payload",
        title="Property",
        type_field="propertyType",
        types=("msg", "flow", "global", "jsonata", "env"),
    )
    propertyType: Annotated[  # noqa: N815 - Node-RED's name
        Literal["msg", "flow", "global", "jsonata", "env"], AnyChoice
    ] = hidden_field("msg")
    rules: list[SwitchRule] = Field(default=[SwitchRule(t="eq", v="", vt="str")], title="Rules")
    checkall: Literal["true", "false"] = Field(
        default="true", title="Check all rules", description="false: stop after the first match."
    )
    repair: bool = Field(default=False, title="Recreate message sequences")
    outputs: int = hidden_field(1, ge=0)

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave out; ``checkall`` was a boolean once."""
        entry = {key: value for key, value in raw.items() if value is not None}
        if entry.get("checkall") != "false":
            entry["checkall"] = "true"  # Node-RED: even a false that is no text
        if entry.get("propertyType") == "":
            del entry["propertyType"]
        return entry

    @checked
    def _check(self) -> Switch:
        check_input(self.property, self.propertyType, what="property")
        return self

    def start(self, ctx: Context) -> Receive | None:
        """Compile the property and the rules; two shapes of handler, with and without sequences."""
        try:
            value_of = compile_input(self.property, self.propertyType, ctx)
        except ExpressionError as error:
            ctx.error(f"Invalid JSONata expression: {error}")
            return None
        tests = self._tests(ctx)
        if len(tests) < len(self.rules):
            return None
        waits = self.repair or any(rule.t == "tail" for rule in self.rules)
        jsonata = self.propertyType == "jsonata"
        first_only = self.checkall == "false"
        if not waits and not jsonata and stands_alone(self.rules):
            return single(value_of, tests[0], ctx)
        if not waits and not jsonata and first_only and stops_early(self.rules):
            return first(value_of, self.rules, tests, ctx)
        match = matcher(ctx, self.rules, tests, first_only=first_only)

        def handle(msg: Message, route: Callable[[Message, list[int], int], None]) -> None:
            try:
                value = value_of(msg)
            except ExpressionError as error:
                if jsonata:
                    ctx.log(f"Invalid JSONata expression: {error}", level="warn", msg=msg)
                    return
                value = UNDEFINED
            try:
                hits, tried = match(value, msg)
            except ExpressionError as error:
                ctx.error(error, msg)
                return
            route(msg, hits, tried)

        outputs, emit = ctx.outputs, ctx.emit

        def send(msg: Message, hits: list[int], tried: int) -> None:
            if len(hits) == 1:
                outputs[hits[0]](msg)
            elif hits:
                emit([msg if port in hits else None for port in range(tried)])

        if not waits:
            return lambda msg: handle(msg, send)
        sequences = Sequences(ctx, handle, send, repair=self.repair)
        return sequences.receive

    def _tests(self, ctx: Context) -> list[Test]:
        """Return the tests of the rules; a rule that cannot be read is told and left out."""
        tests = []
        for rule in self.rules:
            try:
                tests.append(compile_test(rule, ctx))
            except ExpressionError as error:
                ctx.error(f"Invalid JSONata expression: {error}")
        return tests
