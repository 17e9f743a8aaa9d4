"""How a batch node groups messages: by count, by time, by topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vgd_kernel.model import Context, Message, clone
from vgd_kernel.model.services import limits_of
from vgd_kernel.nodes.function._delay_timing import Interval


def send_group(ctx: Context, group: list[Message], *, copies: bool) -> None:
    """Send messages as one sequence, with ``parts`` named after the first one's id."""
    id = group[0].get("_msgid")
    for index, held in enumerate(group):
        msg = clone(held) if copies else held
        parts = msg.setdefault("parts", {})
        parts |= {"id": id, "index": index, "count": len(group)}
        ctx.send(msg)


def refuse_last(ctx: Context, pending: list[Message]) -> list[Message]:
    """Give up all that waits because there is no room; the last one is the error."""
    *others, last = pending
    ctx.error("too many pending messages in batch node", last)
    for held in others:
        ctx.done(held)
    return []


class ByCount:
    """Groups of a fixed number of messages, which may overlap."""

    def __init__(self, ctx: Context, count: float, overlap: int, *, honours_parts: bool) -> None:
        """Start with nothing.

        Args:
            ctx: The node.
            count: Messages of a group; with half a message it is never full.
            overlap: How many of them the next group begins with.
            honours_parts: The last message of a sequence ends the group.
        """
        self._ctx = ctx
        self._count = count
        self._overlap = overlap
        self._honours_parts = honours_parts
        self._pending: list[Message] = []
        self._limits = limits_of(ctx.service)

    def receive(self, msg: Message) -> None:
        """Take a message; ``msg.reset`` forgets what waits."""
        ctx = self._ctx
        if "reset" in msg:
            for held in (*self._pending, msg):
                ctx.done(held)
            self._pending = []
            return
        self._pending.append(msg)
        if len(self._pending) == self._count or (self._honours_parts and _is_last(msg)):
            group, kept = self._pending, self._overlap
            self._pending = group[-kept:] if kept else []
            send_group(ctx, group, copies=kept > 0)
            for held in group[: max(len(group) - kept, 0)]:
                ctx.done(held)
        elif not self._limits.has_room(len(self._pending)):
            self._pending = refuse_last(ctx, self._pending)


class ByTime:
    """Groups of what came within an interval."""

    def __init__(self, ctx: Context, interval_s: float, *, allows_empty: bool) -> None:
        """Start the interval; with 0 seconds nothing is ever sent."""
        self._ctx = ctx
        self._interval_s = interval_s
        self._allows_empty = allows_empty
        self._pending: list[Message] = []
        self._limits = limits_of(ctx.service)
        self._interval = Interval(ctx, self._tick)
        self._restart()

    def _restart(self) -> None:
        if self._interval_s > 0:
            self._interval.start(self._interval_s)

    def receive(self, msg: Message) -> None:
        """Take a message; ``msg.reset`` forgets what waits and starts the interval anew."""
        self._pending.append(msg)
        if "reset" in msg:
            for held in self._pending:
                self._ctx.done(held)
            self._pending = []
            self._restart()
        if not self._limits.has_room(len(self._pending)):
            self._pending = refuse_last(self._ctx, self._pending)
        self._interval.set_busy(bool(self._pending))

    def _tick(self) -> None:
        group, self._pending = self._pending, []
        self._interval.set_busy(False)
        if group:
            send_group(self._ctx, group, copies=False)
            for held in group:
                self._ctx.done(held)
        elif self._allows_empty:
            id = self._ctx.new_id()
            parts = {"id": id, "index": 0, "count": 1}
            self._ctx.emit({"payload": None, "parts": parts})


@dataclass(slots=True)
class _Sequence:
    """Messages of one topic and one ``parts.id``."""

    count: Any
    msgs: list[Message] = field(default_factory=list)


class ByTopic:
    """One sequence of each topic, put together in the order of the topics."""

    def __init__(self, ctx: Context, topics: list[str]) -> None:
        """Start with nothing."""
        self._ctx = ctx
        self._topics = topics
        self._pending: dict[str, dict[Any, _Sequence]] = {}
        self._limits = limits_of(ctx.service)

    def receive(self, msg: Message) -> None:
        """Take a message of a sequence; ``msg.reset`` forgets what waits."""
        ctx = self._ctx
        if "reset" in msg:
            for sequences in self._pending.values():
                for sequence in sequences.values():
                    self._complete(sequence.msgs)
            self._pending = {}
            ctx.done(msg)
            return
        topic, parts = msg.get("topic"), msg.get("parts")
        if not isinstance(topic, str) or topic not in self._topics:
            return
        if not isinstance(parts, Mapping) or not {"id", "index", "count"} <= parts.keys():
            ctx.error("no parts property in message", msg)
            return
        sequences = self._pending.setdefault(topic, {})
        sequences.setdefault(parts["id"], _Sequence(parts["count"])).msgs.append(msg)
        if self._limits.kept_messages and not self._limits.has_room(len(kept := self._kept())):
            self._pending = {}
            refuse_last(ctx, [*(held for held in kept if held is not msg), msg])
            return
        self._concat()

    def _kept(self) -> list[Message]:
        return [m for found in self._pending.values() for s in found.values() for m in s.msgs]

    def _concat(self) -> None:
        group: list[Message] = []
        for topic in self._topics:
            first = next(iter(self._pending.get(topic, {}).values()), None)
            if first is None or first.count != len(first.msgs):
                return
            group += first.msgs
        for topic in dict.fromkeys(self._topics):
            sequences = self._pending[topic]
            del sequences[next(iter(sequences))]
        if group:
            send_group(self._ctx, group, copies=True)
        self._complete(group)

    def _complete(self, msgs: list[Message]) -> None:
        for held in msgs:
            self._ctx.done(held)


def _is_last(msg: Message) -> bool:
    parts = msg.get("parts")
    if not isinstance(parts, Mapping):
        return False
    index = parts.get("index")
    return isinstance(index, (int, float)) and index + 1 == parts.get("count")


__all__ = ("ByCount", "ByTime", "ByTopic", "refuse_last", "send_group")
