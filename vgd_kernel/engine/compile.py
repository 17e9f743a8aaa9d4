"""From a document to a plan: which nodes run, with what config, wired to which others.

Pure: nothing is started. What is wrong is left out of the plan and reported.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vgd_kernel.engine.environment import Environment
from vgd_kernel.model.errors import NodeConfigError, Problem
from vgd_kernel.model.expand import STATUS_TYPE, SUBFLOW_PREFIX, Expanded, expand
from vgd_kernel.model.flow import Entry, FlowDocument
from vgd_kernel.model.graph import missing_target, unknown_type
from vgd_kernel.model.limits import check_limits
from vgd_kernel.model.node import Node
from vgd_kernel.model.registry import Registry
from vgd_kernel.model.wiring import wires_of


@dataclass(frozen=True, slots=True)
class NodePlan:
    """One node that will run.

    Attributes:
        entry: Its entry, with environment values substituted.
        config: Its parsed config; None for what the engine runs itself (subflow instances).
        wires: Per output port the ids of the nodes that it is wired to; all of them run.
    """

    entry: Entry
    config: Node | None
    wires: tuple[tuple[str, ...], ...]

    @property
    def id(self) -> str:
        """Id of the node."""
        return str(self.entry["id"])

    @property
    def type(self) -> str:
        """Type of the node."""
        return str(self.entry["type"])

    @property
    def name(self) -> str:
        """Name of the node, may be empty."""
        return str(self.entry.get("name") or "")

    @property
    def container(self) -> str:
        """Id of the tab or subflow instance that it stands in; empty for global config nodes."""
        return str(self.entry.get("z") or "")

    @property
    def group(self) -> str:
        """Id of the innermost group around it, may be empty."""
        return str(self.entry.get("g") or "")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does.

    Attributes:
        nodes: Id to node, in the order of their start.
        flow: The expanded document.
        environment: Environment values of its nodes.
        problems: What was left out, and why.
    """

    nodes: dict[str, NodePlan]
    flow: Expanded
    environment: Environment
    problems: tuple[Problem, ...]


def compile_flow(
    document: FlowDocument,
    registry: Registry,
    process_environment: Mapping[str, str],
    kept: Plan | None = None,
    stopped: Container[str] = (),
) -> Plan:
    """Return the plan of a document.

    Args:
        document: The flow.
        registry: The node types.
        process_environment: The outermost level of the environment.
        kept: A plan whose configs are good still, but for those of ``stopped`` nodes.
        stopped: Ids of nodes of the kept plan.
    """
    flow = expand(document)
    environment = Environment(flow, process_environment)
    problems = list(flow.problems)
    configured: dict[str, tuple[Entry, Node | None]] = {}
    before = {} if kept is None else kept.nodes
    for id, entry in flow.nodes.items():
        if _is_disabled(flow, entry):
            continue
        if id in before and id not in stopped:
            configured[id] = (before[id].entry, before[id].config)
        elif (found := _configured(entry, registry, environment, problems)) is not None:
            configured[id] = found
    problems += _missing_targets(document, document)
    problems += check_limits(document)
    nodes = {
        id: NodePlan(entry, config, _wires(flow.nodes[id], config, configured))
        for id, (entry, config) in configured.items()
    }
    return Plan(_in_start_order(nodes), flow, environment, tuple(problems))


def patch_plan(
    kept: Plan,
    document: FlowDocument,
    edited: Collection[str],
    stopped: set[str],
    registry: Registry,
) -> Plan | None:
    """Return the plan of a document in which only single nodes differ from that of another.

    Costs what changed, not what is there.

    Args:
        kept: The plan of the other document.
        document: The flow; it has the same ids.
        edited: Ids of the entries that differ.
        stopped: Ids of nodes of the kept plan whose config is not good any more.
        registry: The node types.

    Returns:
        None when more than single nodes differ: tabs, groups, subflows, links, config nodes, or
        which nodes run at all.
    """
    entries = {id: dict(document.entry(id)) for id in edited}
    if not all(_is_single(kept, entry, registry) for entry in entries.values()):
        return None
    flow = replace(kept.flow, nodes=kept.flow.nodes | entries)
    changed = stopped.union(edited)
    problems = [problem for problem in kept.problems if problem.node not in changed]
    made = {}
    for id in changed:
        raw = flow.nodes[id]
        found: tuple[Entry, Node | None] | None = None
        if id in kept.nodes and id not in stopped:
            found = kept.nodes[id].entry, kept.nodes[id].config
        elif not _is_disabled(flow, raw):
            found = _configured(raw, registry, kept.environment, problems)
        if (found is None) != (id not in kept.nodes):
            return None
        if found is not None:
            made[id] = NodePlan(*found, _wires(raw, found[1], kept.nodes))
    problems += _missing_targets(entries.values(), document)
    return Plan(kept.nodes | made, flow, kept.environment, tuple(problems))


def _is_single(plan: Plan, entry: Entry, registry: Registry) -> bool:
    """Tell whether an entry is a node that stands for itself, before and now."""
    before = plan.flow.nodes.get(entry["id"])
    if before is None or any(before.get(key) != entry.get(key) for key in ("type", "z", "g")):
        return False
    if entry["type"].startswith((SUBFLOW_PREFIX, "link ")):
        return False
    cls = registry.get(entry["type"])
    return cls is None or not cls.spec.config


def _is_disabled(flow: Expanded, entry: Entry) -> bool:
    return bool(entry.get("d")) or _disabled(flow, str(entry.get("z") or ""))


def _configured(
    entry: Entry, registry: Registry, environment: Environment, problems: list[Problem]
) -> tuple[Entry, Node | None] | None:
    """Return an entry with environment values and its config; None, and why, when it is bad."""
    if entry["type"].startswith(SUBFLOW_PREFIX) or entry["type"] == STATUS_TYPE:
        return entry, None
    cls = registry.get(entry["type"])
    if cls is None:
        problems.append(unknown_type(entry))
        return None
    substituted = environment.substituted(entry)
    try:
        return substituted, _config(cls, substituted, problems)
    except NodeConfigError:
        return None  # it is among the problems


def _missing_targets(entries: Iterable[Mapping[str, Any]], ids: Container[str]) -> list[Problem]:
    """Return a finding for each wire that leads to no node."""
    return [
        missing_target(entry, port, target)
        for entry in entries
        if entry.get("wires")
        for port, target in wires_of(entry)
        if target not in ids
    ]


def _config(cls: type[Node], entry: Entry, problems: list[Problem]) -> Node:
    """Return the config that runs; what an author should mend in it goes to the problems.

    Raises:
        NodeConfigError: Nothing can run with it.
    """
    try:
        config = cls.parse(entry)
    except NodeConfigError as error:
        problems += error.problems
    else:
        if cls.absent.keys() <= entry.keys():
            return config
    return cls.load(entry)


def _disabled(flow: Expanded, id: str) -> bool:
    container = flow.containers.get(id)
    if container is None:
        return False
    return container.disabled or _disabled(flow, container.parent or "")


def _wires(
    entry: Entry, config: Node | None, running: Mapping[str, object]
) -> tuple[tuple[str, ...], ...]:
    """Return the wires to nodes that run; a port for each that the type or the entry has."""
    count = 1 if config is None else config.spec.count_outputs(entry)
    ports: list[list[str]] = [[] for _ in range(count)]
    for port, target in wires_of(entry):
        ports.extend([] for _ in range(port + 1 - len(ports)))
        if target in running:
            ports[port].append(target)
    return tuple(map(tuple, ports))


def _in_start_order(nodes: Mapping[str, NodePlan]) -> dict[str, NodePlan]:
    """Return config nodes first, each after those that it uses; the others in document order."""
    ordered: dict[str, NodePlan] = {}
    visiting: set[str] = set()

    def add(plan: NodePlan) -> None:
        if plan.id in visiting:
            return
        visiting.add(plan.id)
        for value in plan.entry.values():
            used = nodes.get(value) if isinstance(value, str) else None
            if used is not None and _is_config(used):
                add(used)
        ordered[plan.id] = plan

    for plan in nodes.values():
        if _is_config(plan):
            add(plan)
    return ordered | {id: plan for id, plan in nodes.items() if id not in ordered}


def _is_config(plan: NodePlan) -> bool:
    return plan.config is not None and plan.config.spec.config


__all__ = ("NodePlan", "Plan", "compile_flow", "patch_plan")
