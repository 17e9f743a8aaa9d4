"""Records a run by its hooks, in a bounded buffer; costs nothing while none records."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Mapping

from vgd_kernel.engine.clock import Clock
from vgd_kernel.engine.hooks import Hooks
from vgd_kernel.engine.links import LINK_IN
from vgd_kernel.engine.recording import Delivery, Origin, Recording
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.model.hooks import ReceiveEvent, SendEvent
from vgd_kernel.model.message import Message, clone

MOST_ON_THE_WAY = 100_000
"""Messages in the queue whose sender is remembered; of more the oldest came over no wire."""

_numbers = itertools.count()


class Recorder:
    """Records until `stop`."""

    def __init__(
        self, hooks: Hooks, nodes: Mapping[str, RunningNode], clock: Clock, limit: int
    ) -> None:
        """Begin to record.

        Args:
            hooks: Of the run.
            nodes: Its nodes, by id.
            clock: Its clock.
            limit: Deliveries that are kept, the newest.
        """
        self._hooks = hooks
        self._nodes = nodes
        self._now = clock.now
        self._began_s = clock.now()
        self._started_s = clock.time()
        self._kept: deque[Delivery] = deque(maxlen=limit)
        self._arrived = 0
        self._sent: dict[int, tuple[Message, str, int]] = {}
        self._label = f"recorder-{next(_numbers)}"
        self._running = True
        hooks.add(f"preDeliver.{self._label}", self._note_sender)
        hooks.add(f"onReceive.{self._label}", self._record)

    @property
    def recording(self) -> Recording:
        """What was recorded so far."""
        lost = self._arrived - len(self._kept)
        return Recording(tuple(self._kept), self._started_s, lost)

    def stop(self) -> Recording:
        """Record no more, and return what was recorded; harmless when stopped."""
        if self._running:
            self._running = False
            self._hooks.remove(f"*.{self._label}")
            self._sent.clear()
        return self.recording

    def _note_sender(self, event: SendEvent) -> None:
        if len(self._sent) >= MOST_ON_THE_WAY:
            del self._sent[next(iter(self._sent))]
        self._sent[id(event.msg)] = (event.msg, event.source.id, event.source.port)

    def _record(self, event: ReceiveEvent) -> None:
        node, msg = event.destination.id, event.msg
        _, source, port = self._sent.pop(id(msg), (msg, "", 0))
        time_s = self._now() - self._began_s
        self._arrived += 1
        origin = self._origin(node, source)
        self._kept.append(Delivery(time_s, node, origin, source, port, clone(msg)))

    def _origin(self, node: str, source: str) -> Origin:
        if source:
            return "source" if is_source(self._nodes.get(source)) else "wire"
        receiver = self._nodes.get(node)
        config = receiver.plan.config if receiver is not None else None
        hears = config is not None and bool(config.spec.hears)
        called = receiver is not None and receiver.type == LINK_IN
        return "inside" if hears or called else "given"


def is_source(node: RunningNode | None) -> bool:
    """Tell whether a node brings messages in from outside."""
    config = node.plan.config if node is not None else None
    if node is None or config is None or node.type == LINK_IN:
        return False
    return config.is_source() and not config.spec.hears and not config.spec.config


__all__ = ("MOST_ON_THE_WAY", "Recorder", "is_source")
