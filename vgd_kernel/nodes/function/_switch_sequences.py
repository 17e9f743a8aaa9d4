"""Sequences at a switch node: waiting for their length, and numbering each output anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vgd_kernel.model import UNDEFINED, Context, Message, clone
from vgd_kernel.nodes.function._switch_rules import has_parts

Route = Callable[[Message, list[int], int], None]
"""``(msg, matching outputs, number of rules tried)``."""


class Sequences:
    """Holds the messages of unfinished sequences of one switch node."""

    def __init__(
        self,
        ctx: Context,
        handle: Callable[[Message, Route], None],
        send: Route,
        *,
        repair: bool,
    ) -> None:
        """Start with no sequence.

        Args:
            ctx: The node.
            handle: Applies the rules to a message and routes it.
            send: Routes a message without renumbering.
            repair: Number the messages of each output anew.
        """
        self._ctx = ctx
        self._handle = handle
        self._send = send
        self._repair = repair
        self._waiting: dict[Any, list[Message]] = {}
        self._counts: dict[Any, Any] = {}
        self._routed: dict[Any, list[list[Any]]] = {}

    def receive(self, msg: Message) -> None:
        """Take a message; one of a sequence waits until its count is there."""
        if not has_parts(msg):
            self._handle(msg, self._send)
            return
        parts = msg["parts"]
        id = parts["id"]
        waiting = self._waiting.setdefault(id, [])
        waiting.append(msg)
        if "count" in parts:
            self._counts[id] = parts["count"]
        if self._counts.get(id) != len(waiting):
            return
        count = self._counts.pop(id)
        for held in self._waiting.pop(id):
            held["parts"]["count"] = count
            self._handle(held, self._renumber if self._repair else self._send)

    def _renumber(self, msg: Message, hits: list[int], tried: int) -> None:
        id = msg["parts"]["id"]
        routed = self._routed.setdefault(id, [])
        routed.append([msg if port in hits else None for port in range(tried)])
        if len(routed) == msg["parts"]["count"]:
            del self._routed[id]
            self._send_renumbered(routed, tried)

    def _send_renumbered(self, routed: list[list[Any]], ports: int) -> None:
        """Send a whole sequence; a rule that was not tried counts as Node-RED counts it."""
        rows = [[*row, *[UNDEFINED] * (ports - len(row))][:ports] for row in routed]
        counts = [sum(row[port] is not None for row in rows) for port in range(ports)]
        ids = [self._ctx.new_id() for _ in range(ports)]
        indexes = [0] * ports
        for row in rows:
            out: list[Message | None] = [None] * ports
            for port, held in enumerate(row):
                if isinstance(held, dict):
                    copy = clone(held)
                    copy["parts"] |= {
                        "id": ids[port],
                        "index": indexes[port],
                        "count": counts[port],
                    }
                    indexes[port] += 1
                    out[port] = copy
            self._ctx.emit(out)


__all__ = ("Sequences",)
