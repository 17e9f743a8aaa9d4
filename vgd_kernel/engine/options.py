"""How to run a flow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vgd_kernel.engine.clock import Clock
from vgd_kernel.engine.ledger import Keeper
from vgd_kernel.model.context_backend import ContextBackend
from vgd_kernel.model.events import Event
from vgd_kernel.model.hooks import Hook
from vgd_kernel.model.limits import QueuePolicy


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Choices of one run.

    Attributes:
        name: Name of the run in logs, may be empty.
        strict: Refuse to start anything when a type is unknown or a config is bad.
        services: Protocol of `vgd_kernel.model.services` to its implementation.
        environment: The process environment that nodes see.
        global_context: First values of the global context.
        node_time_limit_s: Seconds after which a synchronous handler is interrupted; None: never.
        queue_limit: Messages that may wait in each flow (tab) that does not say so itself.
        queue_policy: What happens to a flow with more; see `vgd_kernel.model.limits`.
        most_queued: Messages that may wait in all flows together. When there are more, the flow
            with the most is given up, and its node with the longest queue fails.
        lineage: Message ids whose origin is remembered (`Run.lineage`), the newest.
        hooks: ``NAME`` or ``NAME.LABEL`` to a function; see `vgd_kernel.model.hooks`.
        clock: The loop's own clock when absent; a virtual one in tests.
        seed: Seed of ids and random numbers; None: unpredictable.
        context_stores: Names of context stores and what keeps them; None keeps one in memory
            alone. Without any there is one, in memory.
        default_store: Name of the store that is used where none is named; the first when empty.
        snapshot: Result of `Run.snapshot` to go on from.
        keeper: Keeps states and memory contexts beyond the run; what it kept before is gone on
            from, in place of ``snapshot``.
        observer: Gets every event of the run, those of the start included.
        on_stopped: Awaited when the run has stopped: closes what was opened for it.
    """

    name: str = ""
    strict: bool = False
    services: Mapping[type, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    global_context: Mapping[str, Any] = field(default_factory=dict)
    node_time_limit_s: float | None = 30.0
    queue_limit: int = 100_000
    queue_policy: QueuePolicy = "wait"
    most_queued: int = 1_000_000
    lineage: int = 4096
    hooks: Mapping[str, Hook] = field(default_factory=dict)
    clock: Clock | None = None
    seed: int | None = None
    context_stores: Mapping[str, ContextBackend | None] = field(default_factory=dict)
    default_store: str = ""
    snapshot: Mapping[str, Any] | None = None
    keeper: Keeper | None = None
    observer: Callable[[Event], None] | None = None
    on_stopped: Callable[[], Awaitable[None]] | None = None


__all__ = ("RunOptions",)
