"""What is known of a running flow, always: counts, rates, durations, sizes, shares of time.

Counts are exact. Durations and sizes come from samples (`sampling` says how many), and what is
made of them (``bytes``, ``cpu_s``) is an estimate. Nothing here is computed before it is asked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vgd_kernel.engine.counters import NodeCounters
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.engine.sampling import Samples

RATE_OVER_S = 1.0
"""Rates are over at least this time: since the last look that is as old."""

_NONE = Samples()
"""Of a node of which nothing was measured yet; never written to."""


@dataclass(frozen=True, slots=True)
class PortMetrics:
    """One output port of a node; each of its wires carries all that it sends.

    Attributes:
        wires: Ids of the nodes that it is wired to.
        sent: Messages sent, wired or not.
        rate: Messages per second, of late.
        bytes: Estimated bytes sent over each wire: ``sent`` times the mean size of the messages
            that were measured when they reached a node at a wire's end.
    """

    wires: tuple[str, ...]
    sent: int
    rate: float
    bytes: int


@dataclass(frozen=True, slots=True)
class NodeMetrics:
    """One node since the start of its run.

    Attributes:
        received: Messages that arrived at its input.
        errors: Exceptions it raised and errors it reported.
        rate: Messages received per second, of late (`RATE_OVER_S`).
        p50_us: Half of its handlers took no longer, in microseconds; for an asynchronous handler
            the time until it ended. 0 when nothing was timed yet.
        p99_us: 99 % of its handlers took no longer.
        max_us: The longest that was timed.
        timed: How many handlers were timed.
        bytes: Estimated bytes received: ``received`` times the mean size of measured messages.
        cpu_s: Estimated seconds that its handlers and timers held the run.
        cpu_share: Part (0 to 1) of the time that all nodes of the run took.
        ports: Its output ports.
    """

    received: int
    errors: int
    rate: float
    p50_us: float
    p99_us: float
    max_us: float
    timed: int
    bytes: int
    cpu_s: float
    cpu_share: float
    ports: tuple[PortMetrics, ...]

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object with the attributes as keys."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Look:
    time_s: float
    counts: Mapping[str, NodeCounters]


class Metrics:
    """Computes the metrics of one run."""

    def __init__(
        self,
        nodes: Mapping[str, RunningNode],
        count: Callable[[], Mapping[str, NodeCounters]],
        now: Callable[[], float],
    ) -> None:
        """Look at nodes.

        Args:
            nodes: The running nodes, by id.
            count: Returns their counters.
            now: Returns monotonic seconds.
        """
        self._nodes = nodes
        self._count = count
        self._now = now
        self._looks = deque((_Look(now(), {}),))

    def of_nodes(self, ids: Iterable[str] | None = None) -> dict[str, NodeMetrics]:
        """Return the metrics of nodes by id: of those that are asked for, or of all."""
        counts, now_s = self._count(), self._now()
        before = self._look_back(_Look(now_s, counts))
        seconds = max(now_s - before.time_s, 1e-9)
        total_s = sum(node.samples.cpu_s for node in self._nodes.values() if node.samples)
        return {
            id: self._of_node(self._nodes[id], counts[id], before.counts.get(id), seconds, total_s)
            for id in (self._nodes if ids is None else ids)
        }

    def _look_back(self, look: _Look) -> _Look:
        """Return the look that rates are computed from; keep this one when it is time."""
        looks = self._looks
        while len(looks) > 1 and look.time_s - looks[1].time_s >= RATE_OVER_S:
            looks.popleft()
        if look.time_s - looks[-1].time_s >= RATE_OVER_S:
            looks.append(look)
        return looks[0]

    def _of_node(
        self,
        node: RunningNode,
        counted: NodeCounters,
        before: NodeCounters | None,
        seconds: float,
        total_s: float,
    ) -> NodeMetrics:
        samples = node.samples or _NONE
        times = samples.times
        return NodeMetrics(
            received=counted.received,
            errors=counted.errors,
            rate=(counted.received - (before.received if before else 0)) / seconds,
            p50_us=times.quantile(0.5) * 1e6,
            p99_us=times.quantile(0.99) * 1e6,
            max_us=times.max_s * 1e6,
            timed=times.total,
            bytes=int(samples.mean_bytes * counted.received),
            cpu_s=samples.cpu_s,
            cpu_share=samples.cpu_s / total_s if total_s else 0.0,
            ports=tuple(self._ports(node, counted, before, seconds)),
        )

    def _ports(
        self, node: RunningNode, counted: NodeCounters, before: NodeCounters | None, seconds: float
    ) -> Iterator[PortMetrics]:
        for number, (wires, sent) in enumerate(zip(node.plan.wires, counted.sent, strict=True)):
            earlier = before.sent[number] if before and number < len(before.sent) else 0
            ends = (self._nodes[id].samples or _NONE for id in wires)
            mean = next((end.mean_bytes for end in ends if end.sized), 0.0)
            yield PortMetrics(wires, sent, (sent - earlier) / seconds, int(sent * mean))


__all__ = ("RATE_OVER_S", "Metrics", "NodeMetrics", "PortMetrics")
