"""Nodes that no source reaches: whatever they do, they never do it.

A source is a node that sends without receiving: one without an input, one that hears errors or
statuses, one that says so (`Node.is_source`), and every node of an unknown type. Messages that a
test case hands to a node count as well. From there everything that wires, links and subflows lead
to is reached. Ways that only show while the flow runs (a link call by name) count as open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vgd_kernel.model.cases import cases_of, find_node
from vgd_kernel.model.checks.view import Entry, View, finding
from vgd_kernel.model.errors import NodeConfigError, Problem, UnknownNodeError
from vgd_kernel.model.expand import SUBFLOW_PREFIX
from vgd_kernel.model.wiring import links_of, wires_of


def check_reach(view: View) -> Iterator[Problem]:
    """Yield a finding for every node that no source reaches; its fields are right so far."""
    reached = _reached(view)
    for entry in view.running():
        config = view.configs.get(entry["id"])
        if config is not None and config.spec.inputs and entry["id"] not in reached:
            yield finding(
                entry,
                "wires",
                "no source reaches this node: no way leads to it from a node that starts messages",
                "a way to it from a source, such as an inject node",
                "Draw a wire to it, or remove it.",
                code="unreachable",
            )


def _reached(view: View) -> set[str]:
    steps = _steps(view)
    waiting = [*_sources(view), *_given(view)]
    reached = set(waiting)
    while waiting:
        for target in steps.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def _sources(view: View) -> Iterator[str]:
    by_name = view.calls_links_by_name()
    used = {entry["type"].removeprefix(SUBFLOW_PREFIX) for entry in view.running()}
    for entry in view.document:
        if entry["type"] == "subflow" and entry["id"] not in used:
            yield from _inner(entry.get("in"))
    for entry in view.running():
        cls, config = view.registry.get(entry["type"]), view.configs.get(entry["id"])
        if entry["type"] == "link in":
            is_source = by_name
        elif entry["type"].startswith(SUBFLOW_PREFIX):
            is_source = entry["type"].removeprefix(SUBFLOW_PREFIX) not in view.document
        elif cls is None:
            is_source = True
        else:
            is_source = config.is_source() if config is not None else not cls.spec.inputs
        if is_source:
            yield str(entry["id"])


def _given(view: View) -> Iterator[str]:
    """Yield the nodes that test cases hand messages to."""
    try:
        cases = cases_of(view.document)
    except NodeConfigError:
        return  # reported by the check of the cases
    for case in cases:
        for given in case.given:
            try:
                yield find_node(view.document, given.node)
            except UnknownNodeError:
                continue  # likewise


def _steps(view: View) -> Mapping[str, list[str]]:
    """Return where messages go from each node: id to ids."""
    links = links_of(view.document)
    steps: dict[str, list[str]] = {}
    for entry in view.running():
        own = steps.setdefault(entry["id"], [])
        definition = _definition(view, entry)
        if definition is not None:
            own.extend(_inner(definition.get("in")))
            _leave(entry, definition, steps)
            continue
        own.extend(target for _, target in wires_of(entry))
        own.extend(links.get(entry["id"], ()))
        if entry["type"] == "link call":
            called = entry.get("links")
            own.extend(called if isinstance(called, list) else [str(called)])
    return {id: [t for t in targets if _runs(view, t)] for id, targets in steps.items()}


def _runs(view: View, id: str) -> bool:
    return id in view.document and view.runs(view.document.entry(id))


def _definition(view: View, entry: Entry) -> Entry | None:
    id = entry["type"].removeprefix(SUBFLOW_PREFIX)
    if id == entry["type"] or id not in view.document:
        return None
    return view.document.entry(id)


def _leave(instance: Entry, definition: Entry, steps: dict[str, list[str]]) -> None:
    """Add the ways out of a subflow instance: from inner nodes to what its outputs are wired to."""
    outputs = definition.get("out")
    ports = list(outputs) if isinstance(outputs, list) else []
    if definition.get("status"):
        ports.append(definition["status"])
    for port, target in wires_of(instance):
        if port < len(ports):
            for inner in _inner([ports[port]]):
                source = instance["id"] if inner == definition["id"] else inner
                steps.setdefault(source, []).append(target)


def _inner(ports: Any) -> Iterator[str]:
    """Yield the nodes inside of a subflow that its ports are wired to."""
    for port in ports if isinstance(ports, list) else ():
        wires = port.get("wires") if isinstance(port, Mapping) else None
        for end in wires if isinstance(wires, list) else ():
            if isinstance(end, Mapping):
                yield str(end.get("id", ""))


__all__ = ("check_reach",)
