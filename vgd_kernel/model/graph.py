"""What is wrong with a flow: every finding, without starting anything.

`check` is what ``vgd check``, the canvas and the server ask before a start. Findings of the
codes in `TOLERATED` leave a part out and let the rest run (Node-RED refuses to start anything
when one type is unknown); all other errors keep the flow from starting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vgd_kernel.model.cases import check_cases
from vgd_kernel.model.errors import FlowInvalidError, NodeConfigError, Problem, field_problem
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.limits import check_limits
from vgd_kernel.model.node import FindService
from vgd_kernel.model.registry import Registry

STRUCTURAL_TYPES = frozenset({"tab", "group", "subflow"})
"""Entries that are no nodes."""

TOLERATED = frozenset({"unknown-type", "missing-target", "missing-tab", "bad-test"})
"""Codes of errors that leave a node, a wire or a test case out while the rest runs."""


def is_structural(type_name: str) -> bool:
    """Tell whether entries of a type are no nodes of the registry (tabs, groups, subflows)."""
    return type_name in STRUCTURAL_TYPES or type_name.startswith("subflow:")


def wires_of(entry: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Yield (port, target id) for every well-formed wire of an entry."""
    wires = entry.get("wires")
    for port, targets in enumerate(wires if isinstance(wires, list) else ()):
        for target in targets if isinstance(targets, list) else ():
            if isinstance(target, str):
                yield port, target


def links_of(document: FlowDocument) -> dict[str, set[str]]:
    """Return the virtual wires: id of each ``link out`` to the ids of its ``link in`` nodes.

    A link counts when either end declares it, as in Node-RED.
    """
    found: dict[str, set[str]] = {}
    for entry in document:
        links = entry.get("links")
        for other in links if isinstance(links, list) else ():
            if entry["type"] == "link out" and entry.get("mode", "link") == "link":
                found.setdefault(entry["id"], set()).add(str(other))
            elif entry["type"] == "link in" and other in document:
                source = document.entry(str(other))
                if source["type"] == "link out" and source.get("mode", "link") == "link":
                    found.setdefault(source["id"], set()).add(entry["id"])
    return found


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
    """Return every finding about a flow, in document order.

    Args:
        document: The flow.
        registry: The node types.
        service: Gives nodes what they need to examine their code; left out, that is not done.
    """
    problems: list[Problem] = []
    for entry in document:
        type_name = entry["type"]
        if type_name.startswith("subflow:") and type_name.removeprefix("subflow:") not in document:
            problems.append(unknown_type(entry))
        elif not is_structural(type_name):
            problems += _check_node(entry, registry, service)
        problems += _check_wires(entry, document)
        problems += _check_tab(entry, document)
    problems += _check_cycles(document, registry)
    problems += check_cases(document)
    problems += check_limits(document)
    return tuple(problems)


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
    entry: Mapping[str, Any], registry: Registry, service: FindService | None
) -> Iterable[Problem]:
    cls = registry.get(entry["type"])
    if cls is None:
        return [unknown_type(entry)]
    try:
        config = cls.parse(entry)
    except NodeConfigError as error:
        return error.problems
    wrong = config.examine(service) if service is not None else ()
    return [field_problem(entry["id"], entry["type"], *found) for found in wrong]


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


def _check_tab(entry: Mapping[str, Any], document: FlowDocument) -> Iterator[Problem]:
    tab = entry.get("z")
    if tab and tab not in document:
        yield Problem(
            severity="warning",
            node=entry["id"],
            type=entry["type"],
            field="z",
            seen=f'stands on the tab "{tab}", which is not in the flow',
            expected="the id of a tab, a subflow or nothing",
            action="Add the tab, or move the node to one that is there.",
            code="missing-tab",
        )


def _check_cycles(document: FlowDocument, registry: Registry) -> Iterator[Problem]:
    """Find cycles of nodes that all hand messages on at once."""
    links = links_of(document)
    passing = {}
    for entry in document:
        cls = registry.get(entry["type"])
        if cls is not None and cls.spec.passes_through and not entry.get("d"):
            wired = {target for _, target in wires_of(entry)}
            passing[entry["id"]] = sorted(wired | links.get(entry["id"], set()))
    for cycle in _cycles(passing):
        first = document.entry(cycle[0])
        path = " → ".join([*cycle, cycle[0]])
        yield Problem(
            severity="error",
            node=first["id"],
            type=first["type"],
            field="links" if "links" in first else "wires",
            seen=f"a cycle of links that nothing leaves: {path}",
            expected="at least one node on the way that waits, filters or ends",
            action="Remove one of these wires or links, or put a delay or switch node between.",
            code="link-cycle",
        )


def _cycles(targets: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Yield one cycle for each group of nodes that reach each other (iterative depth-first)."""
    done: set[str] = set()
    for start in targets:
        path: list[str] = []
        position: dict[str, int] = {}
        stack: list[tuple[str, Iterator[str]]] = []
        if start not in done:
            stack.append((start, iter(targets[start])))
            position[start] = 0
            path.append(start)
        while stack:
            node, following = stack[-1]
            step = next((t for t in following if t in targets and t not in done), None)
            if step is None:
                stack.pop()
                path.pop()
                del position[node]
                done.add(node)
            elif step in position:
                yield path[position[step] :]
                done.update(path[position[step] :])
            else:
                position[step] = len(path)
                path.append(step)
                stack.append((step, iter(targets[step])))


__all__ = (
    "STRUCTURAL_TYPES",
    "TOLERATED",
    "check",
    "is_structural",
    "links_of",
    "missing_target",
    "refuse",
    "unknown_type",
    "wires_of",
)
