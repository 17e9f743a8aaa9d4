"""What is wrong with a flow: every finding, without starting anything.

`check` is what ``vgd check``, the canvas and the server ask before a start. Findings of the
codes in `TOLERATED` leave a part out and let the rest run (Node-RED refuses to start anything
when one type is unknown); all other errors keep the flow from starting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from vgd_kernel.model.cases import check_cases
from vgd_kernel.model.checks.configs import check_configs
from vgd_kernel.model.checks.links import check_links
from vgd_kernel.model.checks.loops import check_loops
from vgd_kernel.model.checks.reach import check_reach
from vgd_kernel.model.checks.secrets import check_secrets
from vgd_kernel.model.checks.types import check_types
from vgd_kernel.model.checks.view import View
from vgd_kernel.model.errors import FlowInvalidError, NodeConfigError, Problem, field_problem
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.limits import check_limits
from vgd_kernel.model.node import FindService, Node
from vgd_kernel.model.registry import Registry
from vgd_kernel.model.wiring import is_structural, wires_of

TOLERATED = frozenset(
    {
        "unknown-type",
        "missing-target",
        "missing-tab",
        "missing-link",
        "missing-config",
        "type-mismatch",
        "bad-test",
    }
)
"""Codes of errors that concern a node, a wire or a test case alone; the rest runs."""

CHECKS: tuple[Callable[[View], Iterable[Problem]], ...] = (
    check_links,
    check_reach,
    check_loops,
    check_types,
    check_configs,
    check_secrets,
)
"""What looks at the flow as a whole, in the order of its findings."""


def unknown_type(entry: Mapping[str, Any], *, strict: bool = False) -> Problem:
    """Return the finding for an entry whose type is not installed."""
    return Problem(
        severity="error",
        node=str(entry["id"]),
        type=str(entry["type"]),
        field="type",
        seen=f'unknown node type "{entry["type"]}"',
        expected="a type of the palette (vgd nodes lists them)",
        action="The flow was not started; install the package that has it or remove the node."
        if strict
        else "It is kept and left out while the rest runs; install the package that has it.",
        code="unknown-type",
    )


def missing_target(entry: Mapping[str, Any], port: int, target: str) -> Problem:
    """Return the finding for a wire whose end is not in the flow."""
    return Problem(
        severity="error",
        node=str(entry["id"]),
        type=str(entry["type"]),
        field=f"wires.{port}",
        seen=f'a wire from output {port} to "{target}", which is not in the flow',
        expected="the id of a node of this flow",
        action="Remove the wire or add the node; messages on it are dropped.",
        code="missing-target",
    )


def check(
    document: FlowDocument, registry: Registry, service: FindService | None = None
) -> tuple[Problem, ...]:
    """Return every finding about a flow: node by node, then about the flow as a whole.

    Args:
        document: The flow.
        registry: The node types.
        service: Gives nodes what they need to examine their code; left out, that is not done.
    """
    problems: list[Problem] = []
    configs: dict[str, Node] = {}
    for entry in document:
        type_name = entry["type"]
        if type_name.startswith("subflow:") and type_name.removeprefix("subflow:") not in document:
            problems.append(unknown_type(entry))
        elif not is_structural(type_name):
            try:
                problems += _check_node(entry, registry, service, configs)
            except NodeConfigError as error:
                problems += error.problems
        problems += _check_wires(entry, document)
    problems += _check_tabs(document)
    view = View(document, registry, configs)
    for look in CHECKS:
        problems += look(view)
    problems += check_cases(document)
    problems += check_limits(document)
    return tuple(_placed(problem, document) for problem in problems)


def _placed(problem: Problem, document: FlowDocument) -> Problem:
    """Return a finding with the name of the node and its tab, as a person knows them."""
    entry = document.entry(problem.node) if problem.node in document else {}
    tab = str(entry.get("z") or "")
    home = document.entry(tab) if tab in document else {}
    label = home.get("label") or home.get("name") or home.get("id") or ""
    return replace(problem, name=str(entry.get("name") or ""), tab=str(label))


def refuse(problems: Iterable[Problem], *, strict: bool = False) -> None:
    """Raise when the findings keep a flow from starting.

    Args:
        problems: The findings of `check`.
        strict: Refuse for the tolerated findings too.

    Raises:
        FlowInvalidError: Carries all findings.
    """
    found = tuple(problems)
    if any(p.severity == "error" and (strict or p.code not in TOLERATED) for p in found):
        raise FlowInvalidError(found)


def _check_node(
    entry: Mapping[str, Any],
    registry: Registry,
    service: FindService | None,
    configs: dict[str, Node],
) -> Iterator[Problem]:
    cls = registry.get(entry["type"])
    if cls is None:
        yield unknown_type(entry)
        return
    config = cls.parse(entry)
    wrong = list(config.examine(service)) if service is not None else []
    if not wrong:
        configs[entry["id"]] = config
    for found in wrong:
        yield field_problem(entry["id"], entry["type"], *found)


def _check_wires(entry: Mapping[str, Any], document: FlowDocument) -> Iterator[Problem]:
    wires = entry.get("wires", [])
    well_formed = isinstance(wires, list) and all(
        isinstance(port, list) and all(isinstance(target, str) for target in port) for port in wires
    )
    if not well_formed:
        yield Problem(
            severity="error",
            node=entry["id"],
            type=entry["type"],
            field="wires",
            seen=f"saw {wires!r}"[:120],
            expected="a list of ports, each a list of node ids",
            action="Mend the field in the flow file, or draw the wires again.",
            code="bad-wires",
        )
    for port, target in wires_of(entry):
        if target not in document:
            yield missing_target(entry, port, target)


def _check_tabs(document: FlowDocument) -> Iterator[Problem]:
    """Yield a finding for each tab that nodes stand on and that is not there.

    A flow without any tab is a part of one, as the editor's export of a selection gives it.
    """
    if all(entry["type"] != "tab" for entry in document):
        return
    missing: dict[str, list[Mapping[str, Any]]] = {}
    for entry in document:
        tab = str(entry.get("z") or "")
        if tab and tab not in document:
            missing.setdefault(tab, []).append(entry)
    for tab, (first, *others) in missing.items():
        more = f" (as do {len(others)} more)" if others else ""
        yield Problem(
            severity="warning",
            node=first["id"],
            type=first["type"],
            field="z",
            seen=f'stands on the tab "{tab}", which is not in the flow{more}',
            expected="the id of a tab, a subflow or nothing",
            action="Add the tab, or move the node to one that is there.",
            code="missing-tab",
        )


__all__ = (
    "TOLERATED",
    "check",
    "missing_target",
    "refuse",
    "unknown_type",
)
