"""What waits for the nodes of one flow (tab), and who must know when that is too much."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from vgd_kernel.model.errors import QueueFullError
from vgd_kernel.model.limits import QueueLimit

logger = logging.getLogger(__name__)


class Load:
    """The load of one flow.

    Attributes:
        id: Id of the tab; empty for config nodes on no tab.
        limit: How much may wait, and what happens when more does.
        queued: Deliveries in the queue when they were last counted.
        in_flight: Messages in the hands of asynchronous handlers, exact.
        dropped: Messages that were given up, since the start of the run.
        full: The limit was passed, and half of it is not yet worked off.
    """

    __slots__ = (
        "_listeners", "_waiters", "dropped", "full", "id", "in_flight", "limit", "queued",
    )  # fmt: skip

    def __init__(self, id: str, limit: QueueLimit) -> None:
        """Start with nothing waiting."""
        self.id = id
        self.limit = limit
        self.queued = 0
        self.in_flight = 0
        self.dropped = 0
        self.full = False
        self._listeners: tuple[Callable[[bool], None], ...] = ()
        self._waiters: list[asyncio.Future[None]] = []

    @property
    def over(self) -> int:
        """How many messages there are above the limit, at most 0 when it is kept."""
        return self.queued + self.in_flight - self.limit.limit

    @property
    def has_room(self) -> bool:
        """Sources may go on: the flow is not full, or its policy is not to wait."""
        return not self.full or self.limit.policy != "wait"

    def begin(self) -> bool:
        """Take one message into the hands of an asynchronous handler.

        Returns:
            False when the message is to be dropped; it is counted.

        Raises:
            QueueFullError: The policy is to fail.
        """
        if self.over >= 0:
            policy = self.limit.policy
            if policy == "fail":
                self.dropped += 1
                raise QueueFullError(
                    f"{self.in_flight} messages are in the hands of asynchronous nodes of flow "
                    f'"{self.id}"; expected at most {self.limit.limit}. Send fewer, or set a '
                    "higher limit in the vgd.queue of the tab."
                )
            if policy != "wait":
                self.dropped += 1
                return False
            self.fill()
        self.in_flight += 1
        return True

    def end(self) -> None:
        """Take one message from the hands of an asynchronous handler."""
        self.in_flight -= 1
        if self.full:
            self.settle()

    def fill(self) -> bool:
        """Note that the limit is passed; tell whether that is news."""
        if self.full:
            return False
        self.full = True
        if self.limit.policy == "wait":
            self._tell(room=False)
        return True

    def settle(self) -> None:
        """Let sources go on when half of the limit is worked off."""
        if self.full and self.queued + self.in_flight <= self.limit.limit // 2:
            self.full = False
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self._tell(room=True)

    def listen(self, call: Callable[[bool], None]) -> Callable[[], None]:
        """Call with False when sources must pause, with True when they may go on.

        Returns:
            What ends that.
        """
        self._listeners = (*self._listeners, call)

        def forget() -> None:
            self._listeners = tuple(other for other in self._listeners if other is not call)

        return forget

    async def room(self, *, in_flight: bool = False) -> None:
        """Wait until sources may go on.

        Args:
            in_flight: An asynchronous handler waits; its own message is not to keep it waiting.
        """
        self.in_flight -= in_flight
        try:
            self.settle()
            while not self.has_room:
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.append(waiter)
                await waiter
        finally:
            self.in_flight += in_flight

    def _tell(self, *, room: bool) -> None:
        for call in self._listeners:
            try:
                call(room)
            except Exception:
                logger.exception("a source of a flow raised when it was told of its queue")


__all__ = ("Load",)
