"""Bounds of the queue, per flow and for the whole run, at no cost while they are kept.

The scheduler compares the length of its queue with `Limits.check_at` once per chunk and slice,
nothing else. Only when it is longer, the queue is counted by flow; what is counted says how much
longer it may grow until the next count. So a limit is kept to within a chunk (for limits below
512: to within a quarter), or an eighth of what all flows of the run have queued.

Above all stands the fuse of the run: when more is queued than `RunOptions.most_queued`, the flow
that has the most is given up, whatever its policy, and its node with the longest queue fails. So
a loop that doubles its messages ends, with a name, before the memory does.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from vgd_kernel.engine.lineage import handling
from vgd_kernel.engine.load import Load
from vgd_kernel.engine.ports import Target
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.model.errors import NodeConfigError, QueueFullError
from vgd_kernel.model.expand import Expanded
from vgd_kernel.model.limits import QueueLimit, queue_limit
from vgd_kernel.model.message import Message

NEVER = sys.maxsize

FUSE = "fuse"
"""Stands for a policy when the run has too much queued."""

MOST_PER_CHUNK = 128
"""Deliveries between two looks at the length of the queue, where limits are not small."""

Owner = Callable[[Target], RunningNode | None]
GiveUp = Callable[[RunningNode, QueueFullError, Message], None]


class Limits:
    """The loads of a run.

    Attributes:
        check_at: Entries of the queue (two a delivery) from which on `check` must be called.
        recheck_at: Deliveries from the start of the run from which on it must be called, too.
        chunk: Most deliveries between two looks at ``check_at``.
        owner: Finds the node that a target belongs to.
        look: Makes the scheduler compare now, for a source that has just sent and asks for room.
    """

    def __init__(
        self, flow: Expanded, default: QueueLimit, most_queued: int, owner: Owner, give_up: GiveUp
    ) -> None:
        """Read the limits of tabs.

        Args:
            flow: The expanded document.
            default: Limit of tabs that say nothing, or something wrong.
            most_queued: The fuse of the run, in deliveries.
            owner: Finds the node that a target belongs to.
            give_up: Told of the node that fails, why, and its last message that was dropped.
        """
        self._default = default
        self._most_queued = most_queued
        self.owner = owner
        self._give_up = give_up
        self.look: Callable[[], None] = lambda: None
        self._loads: dict[str, Load] = {}
        self._tabs: dict[str, Load] = {}
        self.configure(flow)

    def configure(self, flow: Expanded) -> None:
        """Read the limits again, after the flow changed; the loads stay."""
        self._flow = flow
        self._tabs.clear()
        for id in flow.containers:
            self.of(id)
        self._smallest = min(
            (load.limit.limit for load in self._loads.values()), default=self._default.limit
        )
        self._smallest = min(self._smallest, self._most_queued)
        self.chunk = max(1, min(MOST_PER_CHUNK, self._smallest // 4))
        self._watch_from_here()

    def of(self, container: str) -> Load:
        """Return the load of the tab that a container is, or is in."""
        found = self._tabs.get(container)
        if found is None:
            entry: dict[str, Any] = {}
            tab, around = container, self._flow.containers.get(container)
            while around is not None:
                tab, entry = around.id, dict(around.entry)
                around = self._flow.containers.get(around.parent or "")
            found = self._tabs[container] = self._tab(tab, entry)
        return found

    def has_room(self, container: str) -> bool:
        """Tell whether sources in a container may go on."""
        self.look()
        return self.of(container).has_room

    async def room(self, container: str) -> None:
        """Wait until sources in a container may go on."""
        self.look()
        load = self.of(container)
        if not load.has_room:
            await load.room(in_flight=handling.get() is not None)

    def loads(self) -> dict[str, Load]:
        """Return the loads of all tabs by id."""
        return {id: load for id, load in self._loads.items() if id}

    def _tab(self, id: str, entry: dict[str, Any]) -> Load:
        try:
            limit = queue_limit(entry, self._default)
        except NodeConfigError:  # compile_flow has reported it
            limit = self._default
        load = self._loads.get(id)
        if load is None:
            load = self._loads[id] = Load(id, limit)
        load.limit = limit
        return load

    def _watch_from_here(self) -> None:
        self.check_at, self.recheck_at = 2 * self._smallest, NEVER

    def quiet(self) -> None:
        """Take note that the queue is empty."""
        if self.recheck_at != NEVER:
            for load in self._recount([], {}):
                load.settle()
            self._watch_from_here()

    def check(self, queue: list[Any], handled: int) -> None:
        """Count the queue, and act on flows that are over their limit; between slices only.

        Args:
            queue: Targets and items in turn; what is given up is taken out.
            handled: Deliveries since the start of the run.
        """
        loads = {target: self._load(target) for target in set(queue[::2])}
        for load in self._recount(queue, loads):
            if load.over > 0:
                load.fill()
                self._prune(load, queue, loads, load.limit.policy)
            load.settle()
        if len(queue) // 2 > self._most_queued:
            most = max(self._loads.values(), key=lambda load: load.queued)
            self._prune(most, queue, loads, FUSE)
            most.settle()
        deliveries = len(queue) // 2
        left = [load.limit.limit - load.queued for load in self._loads.values() if load.queued]
        room = min([self._smallest, *(number for number in left if number > 0)])
        self.check_at = 2 * min(deliveries + max(room, deliveries // 8), self._most_queued)
        self.recheck_at = handled + max(1, deliveries // 2)

    def _load(self, target: Target) -> Load | None:
        node = self.owner(target)
        return None if node is None else self.of(node.plan.container)

    def _recount(self, queue: list[Any], loads: dict[Target, Load | None]) -> list[Load]:
        """Count what is queued per flow; return the flows that have something or are full."""
        for load in self._loads.values():
            load.queued = 0
        for target, count in Counter(queue[::2]).items():
            found = loads[target]
            if found is not None:
                found.queued += count
        return [load for load in self._loads.values() if load.queued or load.full]

    def _prune(
        self, load: Load, queue: list[Any], loads: dict[Target, Load | None], policy: str
    ) -> None:
        if policy == "wait":
            return
        own = [
            index
            for index in range(0, len(queue), 2)
            if loads[queue[index]] is load and isinstance(queue[index + 1], dict)
        ]
        allowed = max(0, load.limit.limit - load.in_flight)
        doomed = {
            "drop-newest": own[allowed:],
            "drop-oldest": own[: max(0, len(own) - allowed)],
        }.get(policy, own)
        gone = [(queue[index], queue[index + 1]) for index in doomed]
        for index in reversed(doomed):
            queue[index] = None
        queue[:] = [
            entry
            for index in range(0, len(queue), 2)
            if queue[index] is not None
            for entry in (queue[index], queue[index + 1])
        ]
        load.dropped += len(gone)
        load.queued -= len(gone)
        if policy in ("fail", FUSE) and gone:
            self._fail(load, gone, fuse=policy == FUSE)

    def _fail(self, load: Load, gone: list[tuple[Target, Any]], *, fuse: bool) -> None:
        target, count = Counter(target for target, _ in gone).most_common(1)[0]
        node = self.owner(target)
        last = next(item for other, item in reversed(gone) if other is target)
        assert node is not None, "only targets of nodes have a load"
        limit = self._most_queued if fuse else load.limit.limit
        whose = "this run" if fuse else f'flow "{load.id}"'
        text = (
            f"{node} had {count:,} messages in its queue and {whose} more than {limit:,}; they "
            f'were given up, {len(gone):,} of flow "{load.id}" in all. Expected a flow that works '
            "off what comes: look for a loop that makes more messages than it takes, or for a "
            "slow node; a policy under vgd.queue of the tab lets sources wait or drops messages."
        )
        self._give_up(node, QueueFullError(text), last)


__all__ = ("NEVER", "Limits")
