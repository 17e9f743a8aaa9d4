"""What can be seen of a run from outside: counts, metrics, accounts, recordings, statuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vgd_kernel.engine.accounting import FlowAccount, account
from vgd_kernel.engine.compile import NodePlan
from vgd_kernel.engine.counters import NodeCounters
from vgd_kernel.engine.hooks import Hooks
from vgd_kernel.engine.lineage import Ancestor, Lineage
from vgd_kernel.engine.metrics import Metrics, NodeMetrics
from vgd_kernel.engine.node_context import World
from vgd_kernel.engine.recorder import Recorder
from vgd_kernel.engine.reports import Observer
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.engine.scheduler import Scheduler
from vgd_kernel.model.events import StatusChanged


class Observed:
    """The part of a `Run` that looks and changes nothing."""

    hooks: Hooks
    _lineage: Lineage
    _metrics: Metrics
    _nodes: dict[str, RunningNode]
    _scheduler: Scheduler
    _world: World

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Hand every event of the run to an observer; return what ends that."""
        return self._world.reports.observe(observer)

    def plan_of(self, node_id: str) -> NodePlan | None:
        """Return what was planned for a node, None when it does not run."""
        node = self._nodes.get(node_id)
        return None if node is None else node.plan

    def counters(self) -> dict[str, NodeCounters]:
        """Return the counts of all running nodes, by id."""
        received = {id: node.extra for id, node in self._nodes.items()}
        for node in self._nodes.values():
            for wires, port in zip(node.plan.wires, node.ports, strict=False):
                for id in wires:
                    received[id] += port.sent_since_wired
        return {
            id: NodeCounters(received[id], tuple(port.sent for port in node.ports), node.errors)
            for id, node in self._nodes.items()
        }

    def metrics(self, ids: Iterable[str] | None = None) -> dict[str, NodeMetrics]:
        """Return counts, rates, durations, sizes and shares of time of nodes (all), by id."""
        return self._metrics.of_nodes(ids)

    def accounting(self) -> dict[str, FlowAccount]:
        """Return what each tab takes of memory and time, by id."""
        return account(self._world, self._scheduler.waiting())

    def record(self, *, limit: int = 10_000) -> Recorder:
        """Record every delivery from now on, the newest ``limit``, until the recorder stops."""
        return Recorder(self.hooks, self._nodes, self._world.clock, limit)

    def lineage(self, msgid: str) -> tuple[Ancestor, ...]:
        """Return from which messages and nodes an id comes: itself, its parent, and so on."""
        return self._lineage.of(msgid)

    def statuses(self) -> dict[str, StatusChanged]:
        """Return the last status of each node that has set one, by id."""
        return dict(self._world.reports.statuses)

    async def idle(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is queued, running or due.

        One-shot timers count; repeated ones and sources do not.

        Args:
            timeout_s: Longest wait; None: as long as it takes.

        Returns:
            False when the time was over first.
        """
        return await self._world.activity.wait_idle(timeout_s)

    async def settled(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is queued or running; timers may be due (virtual time stands still).

        Args:
            timeout_s: Longest wait; None: as long as it takes.

        Returns:
            False when the time was over first.
        """
        return await self._world.activity.wait_settled(timeout_s)


__all__ = ("Observed",)
