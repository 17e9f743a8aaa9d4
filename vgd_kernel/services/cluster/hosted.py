"""One flow that a worker hosts: its run, and what it told so far."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from vgd_kernel.engine import Run, RunOptions, start
from vgd_kernel.engine.live import FRAMES_PER_SECOND, LiveFrames
from vgd_kernel.model.events import Event, LogRecord, StatusChanged, to_records
from vgd_kernel.model.flow import Entry, FlowDocument
from vgd_kernel.model.message import Message
from vgd_kernel.model.registry import Registry
from vgd_kernel.services.cluster.states import HostedState
from vgd_kernel.services.store import StateKey

KEPT_RECORDS = 2000
"""Records that a worker keeps for a server that is away; as many as the store keeps."""

PENDING_EVENTS = 500
"""Events between two batches; a flow that tells more loses the oldest of them, and says so."""

MAX_RECORD_BYTES = 1_000_000
"""A longer record is cut: the journal is for reading, data goes through nodes."""

PushRecords = Callable[[list[dict[str, Any]]], None]
PushFrame = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is told to run.

    Attributes:
        name: Name of the deployment.
        epoch: Grows with every start of the deployment.
        revision: Number of the revision.
        flow: Entries of the document.
        environment: Environment variables that the flow sees besides the worker's own.
        state: What is kept of its node states and contexts.
        state_interval_s: How often changes of them are handed on.
        stores: Names of its context stores and whether they are kept; the first is the default.
    """

    name: str
    epoch: int
    revision: int
    flow: list[Entry]
    environment: Mapping[str, str]
    state: Mapping[StateKey, bytes] = field(default_factory=dict, repr=False)
    state_interval_s: float = 5.0
    stores: Mapping[str, bool] = field(default_factory=dict)


class HostedFlow:
    """A run with its records. All calls on the loop that started it."""

    def __init__(self, order: Order) -> None:
        """Begin to collect; see `launch`."""
        self.order = order
        self.document = FlowDocument(order.flow)
        self.run: Run
        self.state = HostedState(
            order.state,
            interval_s=order.state_interval_s,
            volatile=[name for name, kept in order.stores.items() if not kept],
        )
        self._pending: deque[Event] = deque(maxlen=PENDING_EVENTS)
        self._arrived = 0
        self._flush_handle: asyncio.TimerHandle | None = None
        self._records: deque[dict[str, Any]] = deque(maxlen=KEPT_RECORDS)
        self._seq = 0
        self._followers: dict[object, PushRecords] = {}
        self._watchers: dict[object, PushFrame] = {}
        self._frames: LiveFrames | None = None
        self._frame_handle: asyncio.TimerHandle | None = None

    @classmethod
    async def launch(cls, order: Order, registry: Registry, options: RunOptions) -> Self:
        """Start the flow of an order.

        Raises:
            FlowError: It cannot be started at all.
        """
        hosted = cls(order)
        hosted.run = await start(
            hosted.document,
            registry,
            replace(
                options,
                observer=hosted._observe,
                keeper=hosted.state.keeper,
                context_stores=dict.fromkeys(order.stores),
            ),
        )
        return hosted

    def to_json(self) -> dict[str, Any]:
        """Return who this is and what was left out."""
        return {
            "name": self.order.name,
            "epoch": self.order.epoch,
            "revision": self.order.revision,
            "problems": [problem.to_json() for problem in self.run.problems],
        }

    def send(self, node: str, msg: Message) -> str:
        """Hand a message to a node, given by id or name; return the id.

        Raises:
            UnknownNodeError: There is no such node.
        """
        id = str(self.document.find(node)["id"])
        self.run.inject(id, msg)
        return id

    def status(self) -> dict[str, Any]:
        """Return counters and status of every node, as in a live frame."""
        frames = LiveFrames(self.run)
        whole = frames.next_frame(whole=True)
        frames.close()
        return whole or {"kind": "live", "nodes": {}, "events": []}

    def follow(self, key: object, push: PushRecords, *, after: int) -> None:
        """Hand over the kept records after a number, then every new batch, until `leave`."""
        self._flush()
        missed = [record for record in self._records if record["seq"] > after]
        if missed:
            push(missed)
        self._followers[key] = push

    def watch(self, key: object, push: PushFrame) -> None:
        """Hand over live frames, the first one whole, until `unwatch`."""
        push(self.status())
        self._watchers[key] = push
        if self._frames is None:
            self._frames = LiveFrames(self.run)
            self._frames.next_frame(whole=True)
            self._next_frame_later()

    def unwatch(self, key: object) -> None:
        """End the live frames of one watcher."""
        self._watchers.pop(key, None)
        if not self._watchers and self._frames is not None:
            self._frames.close()
            self._frames = None
            if self._frame_handle is not None:
                self._frame_handle.cancel()

    def leave(self, key: object) -> None:
        """Forget a follower and watcher that went away."""
        self._followers.pop(key, None)
        self.state.leave(key)
        self.unwatch(key)

    async def stop(self) -> None:
        """Stop the run and hand over its last records and frame."""
        try:
            await self.run.stop()
        finally:
            self._flush()
            self._push_frame()
            for key in tuple(self._watchers):
                self.unwatch(key)

    def _observe(self, event: Event) -> None:
        if isinstance(event, StatusChanged):
            return
        self._pending.append(event)
        self._arrived += 1
        if self._flush_handle is None:
            loop = asyncio.get_running_loop()
            self._flush_handle = loop.call_later(1 / FRAMES_PER_SECOND, self._flush)

    def _flush(self) -> None:
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None
        if not self._pending:
            return
        bodies = [_cut(record) for event in self._pending for record in to_records(event)]
        lost = self._arrived - len(self._pending)
        if lost:
            text = f"{lost} messages came too fast to be recorded; the flow handled them all"
            time_s = self._pending[-1].time_s
            bodies.append(LogRecord("warn", "", text, "", time_s).to_json())
        self._pending.clear()
        self._arrived = 0
        batch = [
            {"seq": seq, "kind": body["kind"], "node": body["node"], "body": body}
            for seq, body in enumerate(bodies, start=self._seq + 1)
        ]
        self._seq += len(batch)
        self._records.extend(batch)
        for push in tuple(self._followers.values()):
            push(batch)

    def _next_frame_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._frame_handle = loop.call_later(1 / FRAMES_PER_SECOND, self._on_frame_time)

    def _on_frame_time(self) -> None:
        self._push_frame()
        if self._frames is not None:
            self._next_frame_later()

    def _push_frame(self) -> None:
        frame = self._frames.next_frame() if self._frames is not None else None
        if frame is not None:
            for push in tuple(self._watchers.values()):
                push(frame)


def _cut(body: dict[str, Any]) -> dict[str, Any]:
    """Return an event that fits into a record."""
    text = json.dumps(body)
    if len(text) <= MAX_RECORD_BYTES:
        return body
    cut = {"type": "cut", "bytes": len(text), "start": text[:1000]}
    if body["kind"] == "debug":
        return {**body, "msg": {"payload": cut}, "value": cut}
    if body["kind"] == "display":
        return {**body, "bundle": {"text/plain": f"too large to be shown: {len(text)} bytes"}}
    return {**body, "text": str(body.get("text"))[:10_000]}


__all__ = ("KEPT_RECORDS", "MAX_RECORD_BYTES", "PENDING_EVENTS", "HostedFlow", "Order")
