"""Live frames: what changed in a run since the last frame, for a canvas beside it.

A frame is a JSON object ``{"kind": "live", "nodes": {ID: {...}}, "events": [...]}`` that holds
only nodes whose counters or status changed. About once a second it also holds ``"metrics": {ID:
{...}}`` (see `NodeMetrics`) of the nodes whose metrics changed. The kernel's widget and the
server's WebSocket send the same frames, at most `FRAMES_PER_SECOND`.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from vgd_kernel.engine.counters import NodeCounters
from vgd_kernel.engine.run import Run
from vgd_kernel.model.events import Event, StatusChanged, to_records
from vgd_kernel.model.status_texts import shown_status

FRAMES_PER_SECOND = 20
"""Enough for the eye, and a bound on the work of a browser."""

MAX_EVENTS = 200
"""Events in one frame; when more came, the oldest are left out and counted in ``dropped``."""


class LiveFrames:
    """Collects the events of a run and makes frames. All calls on the run's loop."""

    def __init__(self, run: Run) -> None:
        """Observe a run until `close`."""
        self._run = run
        self._events: deque[Event] = deque(maxlen=MAX_EVENTS)
        self._arrived = 0
        self._counters: dict[str, NodeCounters] = {}
        self._statuses: dict[str, StatusChanged] = {}
        self._looks = 0
        self._moving: set[str] = set()
        self._forget = run.observe(self._observe)

    def _observe(self, event: Event) -> None:
        if not isinstance(event, StatusChanged):
            self._events.append(event)
            self._arrived += 1

    def next_frame(self, *, whole: bool = False) -> dict[str, Any] | None:
        """Return what changed since the last call, None when nothing did.

        Args:
            whole: Return every node, for a canvas that has just come.
        """
        counters, statuses = self._run.counters(), self._run.statuses()
        changed = [
            id
            for id, counted in counters.items()
            if whole
            or self._counters.get(id) != counted
            or self._statuses.get(id) is not statuses.get(id)
        ]
        events = [record for event in self._events for record in to_records(event)]
        dropped = self._arrived - len(self._events)
        self._counters, self._statuses = counters, dict(statuses)
        self._events.clear()
        self._arrived = 0
        metrics = self._next_metrics(changed, whole=whole)
        if not changed and not events and not metrics and not whole:
            return None
        nodes = {id: _node(counters[id], statuses.get(id)) for id in changed}
        frame: dict[str, Any] = {"kind": "live", "nodes": nodes, "events": events}
        if dropped:
            frame["dropped"] = dropped
        if metrics:
            frame["metrics"] = metrics
        return frame

    def _next_metrics(self, changed: list[str], *, whole: bool) -> dict[str, Any]:
        """Return the metrics of nodes that got messages, and once more when their rate is 0."""
        self._moving.update(changed)
        self._looks += 1
        if not whole and self._looks % FRAMES_PER_SECOND:
            return {}
        metrics = self._run.metrics(self._moving)
        self._moving = {id for id, found in metrics.items() if found.rate}
        return {id: found.to_json() for id, found in metrics.items()}

    def close(self) -> None:
        """Stop observing."""
        self._forget()


def _node(counters: NodeCounters, status: StatusChanged | None) -> dict[str, Any]:
    shown = None
    if status is not None and (status.fill or status.shape or status.text):
        shown = {"fill": status.fill, "shape": status.shape, "text": shown_status(status.text)}
    return {
        "received": counters.received,
        "sent": list(counters.sent),
        "errors": counters.errors,
        "status": shown,
    }


__all__ = ("FRAMES_PER_SECOND", "MAX_EVENTS", "LiveFrames")
