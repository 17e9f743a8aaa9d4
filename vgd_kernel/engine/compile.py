"""From a document to a plan: which nodes run, with what config, wired to which others.

Pure: nothing is started. What is wrong is left out of the plan and reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vgd_kernel.engine.environment import Environment
from vgd_kernel.model.errors import NodeConfigError, Problem
from vgd_kernel.model.expand import STATUS_TYPE, SUBFLOW_PREFIX, Expanded, expand
from vgd_kernel.model.flow import Entry, FlowDocument
from vgd_kernel.model.graph import missing_target, unknown_type
from vgd_kernel.model.limits import check_limits
from vgd_kernel.model.node import Node
from vgd_kernel.model.registry import Registry
from vgd_kernel.model.wiring import wires_of

INERT_TYPES = frozenset({"comment", "global-config"})
"""Types that do nothing at run time, so that it is no finding when their class is missing."""


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
    document: FlowDocument, registry: Registry, process_environment: Mapping[str, str]
) -> Plan:
    """Return the plan of a document."""
    flow = expand(document)
    environment = Environment(flow, process_environment)
    problems = list(flow.problems)
    configs: dict[str, tuple[Entry, Node | None]] = {}
    for id, entry in flow.nodes.items():
        if entry.get("d") or _disabled(flow, str(entry.get("z") or "")):
            continue
        if entry["type"].startswith(SUBFLOW_PREFIX) or entry["type"] == STATUS_TYPE:
            configs[id] = (entry, None)
            continue
        cls = registry.get(entry["type"])
        if cls is None:
            if entry["type"] not in INERT_TYPES:
                problems.append(unknown_type(entry))
            continue
        substituted = environment.substituted(entry)
        try:
            configs[id] = (substituted, _config(cls, substituted, problems))
        except NodeConfigError:
            continue  # it is among the problems
    for raw in document:
        problems += [missing_target(raw, p, t) for p, t in wires_of(raw) if t not in document]
    problems += check_limits(document)
    nodes = {
        id: NodePlan(entry, config, _wires(entry, config, configs))
        for id, (entry, config) in configs.items()
    }
    return Plan(_in_start_order(nodes), flow, environment, tuple(problems))


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


__all__ = ("NodePlan", "Plan", "compile_flow")
