"""Writing files one message after the other, off the loop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from pathlib import Path

from vgd_kernel.model import Context, Message
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.nodes.storage._files import FileError

Task = Callable[[], None]
"""Does the work of one message; runs in a thread."""


class FileQueue:
    """Carries out the work of messages in their order; what waits at stop is still written."""

    def __init__(self, ctx: Context, prepare: Callable[[Message], Task | None]) -> None:
        """Start with nothing to do.

        Args:
            ctx: The node.
            prepare: Returns the work of a message, None when there is none.
        """
        self._ctx = ctx
        self._prepare = prepare
        self._waiting: deque[Message] = deque()
        self._running = False
        self._at_work: asyncio.Future[None] | None = None
        ctx.on_close(self._finish)

    def receive(self, msg: Message) -> None:
        """Take a message."""
        self._waiting.append(msg)
        if not self._running:
            self._running = True
            self._ctx.spawn(self._drain())

    async def _drain(self) -> None:
        try:
            while self._waiting:
                await self._do(self._waiting.popleft())
        finally:
            self._running = False

    async def _do(self, msg: Message) -> None:
        ctx = self._ctx
        try:
            task = self._prepare(msg)
            if task is not None:
                loop = asyncio.get_running_loop()
                self._at_work = loop.run_in_executor(None, task)
                await asyncio.shield(self._at_work)
                ctx.send(msg)
        except (ExpressionError, FileError) as error:
            ctx.error(error, msg)
        ctx.done(msg)

    async def _finish(self) -> None:
        if self._at_work is not None:
            await asyncio.wait([self._at_work])
        await self._drain()


def write(path: Path, data: bytes, *, append: bool) -> None:
    """Write a file; blocks."""
    with path.open("ab" if append else "wb") as file:
        file.write(data)


__all__ = ("FileQueue", "Task", "write")
