"""Memory and time that each flow (tab) of a run takes, estimated when it is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from vgd_kernel.engine.load import Load
from vgd_kernel.engine.node_context import World
from vgd_kernel.engine.ports import Target
from vgd_kernel.engine.sizes import estimated_bytes
from vgd_kernel.model.limits import QueuePolicy

_MEASURED = 256
"""Queued messages that are measured; the others count as their mean."""


@dataclass(frozen=True, slots=True)
class FlowAccount:
    """What one flow takes.

    Attributes:
        nodes: How many of its nodes run.
        queued: Messages that wait for them.
        in_flight: Messages in the hands of their asynchronous handlers.
        queued_bytes: Estimated memory of the messages that wait.
        context_bytes: Estimated memory of its contexts and of the states of its nodes.
        cpu_s: Estimated seconds that its nodes held the run, since the start.
        cpu_share: Part (0 to 1) of the time that all flows of the run took.
        errors: Errors of its nodes.
        dropped: Messages that were given up because its queue was full.
        limit: Most messages that may wait or be in flight.
        policy: What happens when there are more.
        full: The limit was passed, and half of it is not yet worked off.
    """

    nodes: int
    queued: int
    in_flight: int
    queued_bytes: int
    context_bytes: int
    cpu_s: float
    cpu_share: float
    errors: int
    dropped: int
    limit: int
    policy: QueuePolicy
    full: bool

    @property
    def bytes(self) -> int:
        """Estimated memory in all."""
        return self.queued_bytes + self.context_bytes

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object with the attributes as keys."""
        return asdict(self)


class _Sum:
    def __init__(self) -> None:
        self.nodes = self.queued = self.errors = self.context_bytes = 0
        self.cpu_s = 0.0
        self.sizes: list[int] = []


def account(world: World, queued: Iterable[tuple[Target, Any]]) -> dict[str, FlowAccount]:
    """Return the account of each tab of a run.

    Args:
        world: The run.
        queued: What waits in its queue.
    """
    limits = world.limits
    sums: dict[Load, _Sum] = {load: _Sum() for load in limits.loads().values()}
    for node in world.nodes.values():
        found = sums.setdefault(limits.of(node.plan.container), _Sum())
        found.nodes += 1
        found.errors += node.errors
        found.cpu_s += node.samples.cpu_s if node.samples else 0.0
        found.context_bytes += _bytes(world.contexts.states.get(node.id))
    for scope, size in _contexts(world):
        kept = sums.get(limits.of(scope.rpartition(":")[2]))
        if kept is not None:
            kept.context_bytes += size
    for target, item in queued:
        waiting = limits.owner(target)
        if waiting is not None:
            _add_queued(sums[limits.of(waiting.plan.container)], item)
    total_s = sum(found.cpu_s for found in sums.values())
    return {load.id: _account(load, found, total_s) for load, found in sums.items() if load.id}


def _add_queued(found: _Sum, item: Any) -> None:
    found.queued += 1
    if len(found.sizes) < _MEASURED:
        found.sizes.append(estimated_bytes(item))


def _contexts(world: World) -> Iterable[tuple[str, int]]:
    for store in world.contexts.stores.values():
        for scope, values in store.values.items():
            if scope != "global":
                yield scope, _bytes(values)


def _bytes(value: Any) -> int:
    return estimated_bytes(value) if value else 0


def _account(load: Load, found: _Sum, total_s: float) -> FlowAccount:
    mean = sum(found.sizes) / len(found.sizes) if found.sizes else 0.0
    return FlowAccount(
        nodes=found.nodes,
        queued=found.queued,
        in_flight=load.in_flight,
        queued_bytes=int(mean * found.queued),
        context_bytes=found.context_bytes,
        cpu_s=found.cpu_s,
        cpu_share=found.cpu_s / total_s if total_s else 0.0,
        errors=found.errors,
        dropped=load.dropped,
        limit=load.limit.limit,
        policy=load.limit.policy,
        full=load.full,
    )


__all__ = ("FlowAccount", "account")
