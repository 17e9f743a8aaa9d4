"""Test cases of a flow: kept with it, under the ``vgd`` key of a tab, which Node-RED ignores.

    {"id": "tab", "type": "tab", "vgd": {"tests": [{
        "name": "a reading is doubled",
        "given": [{"node": "start", "msg": {"payload": 21}}],
        "expect": [{"node": "out", "messages": [{"payload": 42}]}]
    }]}}

A case says what is handed to nodes and what must then arrive at nodes. Time in a case is virtual:
a delay of an hour takes no time. Messages are JSON in the forms of `vgd_kernel.model.serialise`
(a Buffer is ``{"type": "Buffer", "data": [...]}``). `vgd_kernel.model.comparison` judges what
arrived, `vgd_kernel.testing.run_case` runs a case.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from vgd_kernel.model import paths
from vgd_kernel.model.errors import ExpressionError, NodeConfigError, Problem, UnknownNodeError
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.message import Message

Mode = Literal["subset", "exact", "contains"]

ALWAYS_IGNORED = ("_msgid", "parts.id")
"""Properties that are made anew in every run, so that no case can expect them."""


class _Part(BaseModel):
    """A part of a case: frozen, with no key that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Given(_Part):
    """A message that is handed to a node.

    Attributes:
        node: Id of the node, or its name when only one node has it.
        msg: The message. An inject node sends these properties in place of its own; ``{}``
            presses its button. Every other node gets the message at its input.
        after_s: Virtual seconds since the message before (the first: since the start).
    """

    node: str = Field(min_length=1)
    msg: Message = Field(default_factory=dict)
    after_s: float = Field(default=0.0, ge=0, allow_inf_nan=False)


class Expected(_Part):
    """What must arrive at the input of a node; ``messages`` or ``count``.

    Attributes:
        node: Id of the node, or its name when only one node has it.
        messages: The messages, in order.
        mode: ``subset``: as many messages, each with at least these properties; ``exact``: as many
            messages, each with these properties and no others; ``contains``: each arrives with at
            least these properties, in this order, others may come between.
        count: Number of messages, whatever is in them.
    """

    node: str = Field(min_length=1)
    messages: tuple[Message, ...] | None = None
    mode: Mode = "subset"
    count: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _one_of_both(self) -> Expected:
        if (self.messages is None) == (self.count is None):
            raise ValueError("either messages or count")
        return self


class FlowCase(_Part):
    """One test case of a flow.

    Attributes:
        name: A sentence that says what the flow does; each once in a flow.
        given: What is handed to nodes, in order.
        expect: What must arrive.
        within_s: Virtual seconds that the flow goes on for after the last given message; absent:
            until nothing is queued, running or due, where repeated timers do not count.
        starts_at: Wall-clock time at the start, ISO 8601; without a zone it is UTC.
        ignore: Property paths that do not count in comparisons, besides `ALWAYS_IGNORED`.
        stub: Node id or name to messages. The node is not started: the n-th message that it gets
            leaves it with the properties of the n-th of these (the last serves all that follow),
            and as it came when there are none.
        errors: Texts of the errors that no catch node takes, or parts of them, each once; any other
            such error fails the case.
    """

    name: str = Field(min_length=1)
    given: tuple[Given, ...] = ()
    expect: tuple[Expected, ...] = ()
    within_s: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    starts_at: datetime.datetime | None = None
    ignore: tuple[str, ...] = ()
    stub: dict[str, tuple[Message, ...]] = Field(default_factory=dict)
    errors: tuple[str, ...] = ()

    @field_validator("ignore")
    @classmethod
    def _check_paths(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for path in value:
            try:
                paths.parse_message_path(path)
            except ExpressionError as error:
                raise ValueError(str(error)) from None
        return value

    @property
    def epoch_s(self) -> float | None:
        """Wall-clock time at the start in seconds since 1970, None when the case names none."""
        if self.starts_at is None:
            return None
        zone = self.starts_at.tzinfo or datetime.UTC
        return self.starts_at.replace(tzinfo=zone).timestamp()

    @property
    def ignored(self) -> tuple[str, ...]:
        """All property paths that do not count."""
        return (*ALWAYS_IGNORED, *self.ignore)

    def nodes(self) -> Iterator[tuple[str, str]]:
        """Yield (place in the case, node) for every node that the case names."""
        for index, given in enumerate(self.given):
            yield f"given.{index}.node", given.node
        for index, expected in enumerate(self.expect):
            yield f"expect.{index}.node", expected.node
        for node in self.stub:
            yield f"stub.{node}", node

    def to_json(self) -> dict[str, Any]:
        """Return the case as it stands in a flow file; what has its default is left out."""
        written = self.model_dump(mode="json", exclude_defaults=True)
        written["expect"] = [
            item.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
            for item in self.expect
        ]
        return written


def parse_case(raw: Any, *, node: str = "", place: str = "tests") -> FlowCase:
    """Return a case that stands in a flow file.

    Args:
        raw: The JSON value.
        node: Id of the tab that it stands in, for the errors.
        place: Where in the tab it stands, for the errors.

    Raises:
        NodeConfigError: Names each field that is wrong.
    """
    try:
        return FlowCase.model_validate(raw)
    except ValidationError as error:
        found = [
            _problem(
                node,
                ".".join([place, *map(str, item["loc"])]),
                f"saw {item.get('input')!r}"[:120],
                item["msg"].removeprefix("Input should be ").removeprefix("Value error, "),
            )
            for item in error.errors(include_url=False)
        ]
        raise NodeConfigError(tuple(found)) from None


def cases_of(document: FlowDocument) -> tuple[FlowCase, ...]:
    """Return the test cases of a flow, in order.

    Raises:
        NodeConfigError: One is not well-formed; names each field that is wrong.
    """
    problems: list[Problem] = []
    cases: list[FlowCase] = []
    for tab, place, raw in _written(document):
        try:
            case = parse_case(raw, node=tab, place=place)
        except NodeConfigError as error:
            problems += error.problems
            continue
        if any(case.name == other.name for other in cases):
            seen = f"a second test case is called {case.name!r}"
            problems.append(_problem(tab, f"{place}.name", seen, "a name that stands once"))
        cases.append(case)
    if problems:
        raise NodeConfigError(tuple(problems))
    return tuple(cases)


def check_cases(document: FlowDocument) -> tuple[Problem, ...]:
    """Return what is wrong with the test cases of a flow: their form, and nodes that are gone."""
    problems: list[Problem] = []
    for tab, place, raw in _written(document):
        try:
            case = parse_case(raw, node=tab, place=place)
        except NodeConfigError as error:
            problems += error.problems
            continue
        for where, node in case.nodes():
            try:
                find_node(document, node)
            except UnknownNodeError as error:
                seen = str(error).partition("; expected ")[0]
                problems.append(
                    _problem(tab, f"{place}.{where}", seen, "the id or name of a node of the flow")
                )
    return tuple(problems)


def find_node(document: FlowDocument, node: str) -> str:
    """Return the id that a case means; a node inside of a subflow instance is ``INSTANCE-INNER``.

    Raises:
        UnknownNodeError: No such node, or several have the name.
    """
    for entry in document:
        instance = str(entry["id"])
        if entry["type"].startswith("subflow:") and node.startswith(f"{instance}-"):
            return node
    return str(document.find(node)["id"])


def add_case(document: FlowDocument, case: FlowCase, *, tab: str | None = None) -> None:
    """Write a case into a flow; one of the same name is replaced.

    Args:
        document: The flow.
        case: The case.
        tab: Id or name of the tab that keeps it; the first one when absent.

    Raises:
        UnknownNodeError: There is no such tab.
    """
    keeper = _tab(document, tab)
    own = dict(keeper.get("vgd") or {})
    tests = [dict(raw) for raw in own.get("tests") or ()]
    written = case.to_json()
    for index, raw in enumerate(tests):
        if raw.get("name") == case.name:
            tests[index] = written
            break
    else:
        tests.append(written)
    document.update(keeper["id"], {"vgd": {**own, "tests": tests}})


def _tab(document: FlowDocument, tab: str | None) -> Mapping[str, Any]:
    if tab is not None:
        return document.find(tab)
    found = next((entry for entry in document if entry["type"] == "tab"), None)
    if found is None:
        raise UnknownNodeError(
            "the flow has no tab; expected one that keeps the test case. Add a tab."
        )
    return found


def _written(document: FlowDocument) -> Iterator[tuple[str, str, Any]]:
    """Yield (id of the tab, place in it, JSON value) of each case as it stands in the file."""
    for entry in document:
        own = entry.get("vgd")
        tests = own.get("tests") if isinstance(own, Mapping) and entry["type"] == "tab" else None
        for index, raw in enumerate(tests if isinstance(tests, list) else ()):
            yield str(entry["id"]), f"vgd.tests.{index}", raw


def _problem(tab: str, field: str, seen: str, expected: str) -> Problem:
    return Problem(
        severity="error",
        node=tab,
        type="tab",
        field=field,
        seen=seen,
        expected=expected,
        action="Mend the test case.",
        code="bad-test",
    )


__all__ = (
    "ALWAYS_IGNORED",
    "Expected",
    "FlowCase",
    "Given",
    "Mode",
    "add_case",
    "cases_of",
    "check_cases",
    "find_node",
    "parse_case",
)
