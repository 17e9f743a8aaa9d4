"""The engine's thread: one asyncio loop beside the notebook's own, so flows run between cells."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any, TypeVar

from vgd_kernel.model.errors import PlatformError

ResultT = TypeVar("ResultT")

CALL_TIMEOUT_S = 60.0
"""Longest wait for the engine's thread; a node that blocks it is interrupted before (30 s)."""


class EngineLoop:
    """A daemon thread with an asyncio loop; calls from other threads wait for their result."""

    def __init__(self) -> None:
        """Start the thread."""
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self.loop.run_forever, name="vgd-engine", daemon=True
        )
        self._thread.start()

    def wait(
        self, work: Coroutine[Any, Any, ResultT], *, timeout_s: float | None = CALL_TIMEOUT_S
    ) -> ResultT:
        """Run a coroutine on the loop and return its result.

        Raises:
            PlatformError: Called on the loop's own thread, or the loop did not answer in time.
        """
        if threading.current_thread() is self._thread:
            work.close()
            raise PlatformError(
                "a node of a flow called the blocking API of its own run; expected a call from "
                "a notebook cell. Send a message to another node instead."
            )
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result(timeout_s)
        except TimeoutError:
            future.cancel()
            raise PlatformError(
                f"the flow's thread did not answer within {timeout_s} s; expected an answer at "
                "once. A node blocks it: stop the flow, or wait until the node is interrupted."
            ) from None

    async def join(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Run a coroutine on the loop and await its result on the caller's loop."""
        if threading.current_thread() is self._thread:
            return await work
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))

    def call(self, function: Callable[..., ResultT], *args: Any) -> ResultT:
        """Call a function on the loop and return its result."""

        async def work() -> ResultT:
            return function(*args)

        return self.wait(work())


@cache
def engine_loop() -> EngineLoop:
    """Return the process's engine thread, started when it is first needed."""
    return EngineLoop()


__all__ = ("CALL_TIMEOUT_S", "EngineLoop", "engine_loop")
