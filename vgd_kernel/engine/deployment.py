"""A new document for a run: what changed is restarted, the rest goes on.

The nodes that go on keep their inputs, so nothing that is queued for them is lost, and their
ports, which are wired anew where the wires changed. Flow and global contexts stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vgd_kernel.engine.collector import without_collector
from vgd_kernel.engine.compile import NodePlan, Plan, compile_flow, patch_plan
from vgd_kernel.engine.differences import Differences
from vgd_kernel.engine.links import LINK_IN
from vgd_kernel.engine.node_context import World
from vgd_kernel.engine.references import Entries
from vgd_kernel.engine.routing import Routing
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.engine.scheduler import Scheduler
from vgd_kernel.engine.starting import Starter
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.registry import Registry


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did, as ids of nodes (those inside subflow instances included).

    Attributes:
        stopped: Stopped; most of them were started again.
        started: Started.
        rewired: Went on, and got other wires.
    """

    stopped: tuple[str, ...]
    started: tuple[str, ...]
    rewired: tuple[str, ...]


def entries_of(document: FlowDocument, before: Entries = MappingProxyType({})) -> Entries:
    """Return the entries by id, safe from later changes of the document.

    Args:
        document: The flow.
        before: Entries that were safe before: those that are equal are the same objects.
    """
    return {
        id: old if (old := before.get(id)) == entry and old is not None else dict(entry)
        for id, entry in ((entry["id"], entry) for entry in document)
    }


@dataclass(frozen=True, slots=True)
class Change:
    """What a deployment does to the running nodes.

    Attributes:
        plan: What runs afterwards.
        stopped: Ids of the running nodes that are stopped.
        touched: Ids of the nodes that may be other than before, in order of their start.
        listeners: Catch, status, complete or link in nodes may be among them.
    """

    plan: Plan
    stopped: frozenset[str]
    touched: Collection[str]
    listeners: bool


def plan_change(
    plan: Plan,
    document: FlowDocument,
    changes: Differences,
    left_out: Iterable[str],
    registry: Registry,
    environment: Mapping[str, str],
) -> Change:
    """Return what a deployment does; nothing is done yet.

    Args:
        plan: What runs.
        document: What shall run.
        changes: What is different.
        left_out: Nodes of the plan that did not start; they are tried again.
        registry: The node types.
        environment: The process environment.
    """
    stopped = _nodes_to_stop(plan, changes, left_out)
    if changes.edited is not None and not changes.everything:
        patched = patch_plan(plan, document, changes.edited, stopped, registry)
        if patched is not None:
            touched = stopped.union(changes.edited)
            listeners = any(_listens(patched.nodes[id]) for id in touched if id in patched.nodes)
            in_order = touched if len(touched) < 2 else [id for id in plan.nodes if id in touched]
            return Change(patched, frozenset(stopped), in_order, listeners)
    made = compile_flow(document, registry, environment, plan, stopped)
    stopped |= plan.nodes.keys() - made.nodes.keys()
    return Change(made, frozenset(stopped), made.nodes.keys(), listeners=True)


def _listens(node: NodePlan) -> bool:
    return node.config is not None and (bool(node.config.spec.hears) or node.type == LINK_IN)


def _nodes_to_stop(plan: Plan, changes: Differences, left_out: Iterable[str]) -> set[str]:
    if changes.everything:
        return set(plan.nodes)
    restarted = changes.containers | changes.nodes
    around = {id for id in plan.flow.containers if not restarted.isdisjoint(_outwards(plan, id))}
    stopped = {id for id in (*changes.nodes, *left_out) if id in plan.nodes}
    if around:
        stopped |= {id for id, node in plan.nodes.items() if node.container in around}
    return stopped


def _outwards(plan: Plan, id: str) -> list[str]:
    """Return a container and those around it."""
    found = []
    container = plan.flow.containers.get(id)
    while container is not None:
        found.append(container.id)
        container = plan.flow.containers.get(container.parent or "")
    return found


async def deploy(world: World, change: Change, starter: Starter, scheduler: Scheduler) -> Deployed:
    """Stop nodes, take a new plan, start what it has and what does not run.

    Args:
        world: What the nodes share.
        change: What to do.
        starter: Of the run.
        scheduler: Of the run.
    """
    nodes = world.nodes
    stopping = [nodes[id] for id in nodes if id in change.stopped]
    if stopping:
        await starter.stop(set(stopping))
    was_heard = world.reports.routing.completing
    rewired = _take(world, change, scheduler)
    starting = [nodes[id] for id in change.touched if id in nodes and nodes[id].target is None]
    for node in starting:
        starter.connect(node)
    for id in was_heard ^ world.reports.routing.completing:
        if id in nodes:
            starter.renew(nodes[id])
    with without_collector():
        starter.start(starting)
    return Deployed(
        tuple(node.id for node in stopping), tuple(node.id for node in starting), tuple(rewired)
    )


def _take(world: World, change: Change, scheduler: Scheduler) -> list[str]:
    """Make the world that of a new plan; return the ids of nodes that got other wires."""
    nodes, plan, rewired = world.nodes, change.plan, []
    gone = [id for id in change.stopped if id not in plan.nodes]
    for id in change.stopped:
        world.contexts.forget_node(id, nodes[id].plan.container)
    before = dict(nodes) if gone else nodes
    for id in gone:
        world.reports.forget_status(nodes.pop(id))
    for id in change.touched:
        if id not in plan.nodes:
            continue
        planned, node = plan.nodes[id], nodes.get(id)
        if node is None:
            nodes[id] = RunningNode(planned, scheduler.inbox())
        elif id in change.stopped:
            node.plan = planned
        elif node.plan.wires != planned.wires:
            rewired.append(id)
    for id in rewired:
        nodes[id].rewire(plan.nodes[id], before, nodes)
    world.plan = plan
    if change.listeners:
        world.reports.routing = Routing(plan, nodes, world.new_id)
        world.links.update(plan, nodes)
        world.contexts.clean(plan.flow)
        world.limits.configure(plan.flow)
    return rewired


__all__ = ("Change", "Deployed", "deploy", "entries_of", "plan_change")
