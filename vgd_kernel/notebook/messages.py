"""Messages that arrive at a node of a run: those so far as a list, those to come by iteration."""

from __future__ import annotations

import asyncio
import queue
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TypeVar

from vgd_kernel.model import Message

Listener = Callable[[Message | None], None]
"""Takes each message that arrives, on the engine's thread; None when the run has stopped."""

Subscribe = Callable[[Listener], tuple[list[Message], Callable[[], None]]]
"""Returns the messages so far and what ends the subscription; none is missed in between."""

ItemT = TypeVar("ItemT")

KEPT = 10_000
"""Messages that wait for a reader that is slow; the oldest go when there are more."""


class Messages(list[Message]):
    """The messages so far, as a list; ``async for`` goes on with those that come.

        async for msg in run.messages("out"):
            ...

    Both ways of going on begin with the messages so far and end when the run stops.
    """

    def __init__(self, messages: Iterable[Message], subscribe: Subscribe) -> None:
        """Keep the messages so far."""
        super().__init__(messages)
        self._subscribe = subscribe

    async def __aiter__(self) -> AsyncIterator[Message]:
        """Yield the messages so far, then each that comes, until the run stops."""
        loop, arrived, some = asyncio.get_running_loop(), deque[Message | None](), asyncio.Event()

        def take(msg: Message | None) -> None:
            if len(arrived) >= KEPT:
                arrived.popleft()
            arrived.append(msg)
            some.set()

        def listen(msg: Message | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(take, msg)

        before, forget = self._subscribe(listen)
        try:
            for msg in before:
                yield msg
            while True:
                await some.wait()
                some.clear()
                while arrived:
                    found = arrived.popleft()
                    if found is None:
                        return
                    yield found
        finally:
            forget()

    def follow(self, timeout_s: float = 10.0) -> Iterator[Message]:
        """Yield the messages so far, then each that comes; ends when none comes in time.

        Args:
            timeout_s: Longest wait for the next one, in seconds.
        """
        arrived: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        before, forget = self._subscribe(arrived.put)
        try:
            yield from before
            while True:
                try:
                    found = arrived.get(timeout=timeout_s)
                except queue.Empty:
                    return
                if found is None:
                    return
                yield found
        finally:
            forget()


__all__ = ("KEPT", "Listener", "Messages", "Subscribe")
