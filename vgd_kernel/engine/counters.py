"""What the engine counts, always: messages per node and port, and errors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NodeCounters:
    """Counts of one node since the start of its run.

    Attributes:
        received: Messages that arrived at its input.
        sent: Messages sent per output port, wired or not.
        errors: Exceptions it raised and errors it reported.
    """

    received: int
    sent: tuple[int, ...]
    errors: int


__all__ = ("NodeCounters",)
