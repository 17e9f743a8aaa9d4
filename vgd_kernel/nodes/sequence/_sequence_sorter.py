"""Messages of sequences, kept until a sequence is complete and then sent in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vgd_kernel.model import Context, Message
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.services import limits_of


class SequenceSorter:
    """The sequences that one sort node waits for."""

    def __init__(
        self,
        ctx: Context,
        order: Callable[[list[Message]], list[Message]],
        *,
        completes_all: bool,
    ) -> None:
        """Wait for messages.

        Args:
            ctx: Of the node.
            order: Returns the messages of a sequence in order.
            completes_all: All messages of a sequence whose key fails are completed.
        """
        self._ctx = ctx
        self._order = order
        self._completes_all = completes_all
        self._limits = limits_of(ctx.service)
        self._waiting: dict[Any, list[Message]] = {}
        self._counts: dict[Any, Any] = {}

    def receive(self, msg: Message) -> None:
        """Keep a message; send its sequence when it is complete."""
        parts, waiting, counts = msg.get("parts"), self._waiting, self._counts
        if not isinstance(parts, Mapping) or "id" not in parts or "index" not in parts:
            self._ctx.done(msg)
            return
        group = waiting.setdefault(parts["id"], [])
        group.append(msg)
        if "count" in parts:
            counts[parts["id"]] = parts["count"]
        limits = self._limits
        if counts.get(parts["id"]) == len(group):
            del waiting[parts["id"]], counts[parts["id"]]
            self._release(group)
        elif limits.kept_messages and not limits.has_room(sum(map(len, waiting.values()))):
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        oldest = next(iter(self._waiting))
        *others, last = self._waiting.pop(oldest)
        self._counts.pop(oldest, None)
        self._ctx.error("Too many pending messages in sort node", last)
        for held in others:
            self._ctx.done(held)

    def _release(self, group: list[Message]) -> None:
        try:
            result = self._order(group)
        except ExpressionError:
            for held in group[:-1] if self._completes_all else ():
                self._ctx.done(held)
            raise
        for index, held in enumerate(result):
            held["parts"]["index"] = index
            self._ctx.send(held)
            self._ctx.done(held)


__all__ = ("SequenceSorter",)
