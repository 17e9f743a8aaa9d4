"""Messages that each wait their own time: fixed, random, or set by the message."""

from __future__ import annotations

from collections.abc import Callable

from vgd_kernel.model import Context, Message, Timer
from vgd_kernel.nodes.function._delay_timing import flush_count, is_only


class Pause:
    """Holds every message for a time."""

    def __init__(
        self, ctx: Context, wait: Callable[[Message], float], *, shows: bool, variable: bool = False
    ) -> None:
        """Start with nothing waiting.

        Args:
            ctx: The node.
            wait: Gives the seconds that a message waits.
            shows: Show the number of waiting messages as status.
            variable: Messages set their time; Node-RED shows more statuses then.
        """
        self._ctx = ctx
        self._wait = wait
        self._shows = shows
        self._variable = variable
        self._waiting: dict[int, tuple[Message, Timer]] = {}
        self._next = 0

    def receive(self, msg: Message) -> None:
        """Take a message, or a command to flush or reset."""
        if is_only(msg, "flush"):
            self._ctx.done(msg)  # Node-RED: once as a message, once as a command
        else:
            key = self._next
            self._next += 1
            self._waiting[key] = (msg, self._ctx.after(self._wait(msg), self._release, key))
        if "reset" in msg:
            self._reset()
        elif "flush" in msg:
            self._flush(msg)
            self._ctx.done(msg)
        elif self._shows:
            self._show()
            return
        if self._variable:
            self._show()

    def _release(self, key: int) -> None:
        msg, timer = self._waiting.pop(key)
        timer.cancel()
        if self._variable:
            if not self._waiting:
                self._ctx.status()
            self._ctx.send(msg)
            self._show()
        else:
            if self._shows:
                self._show()
            self._ctx.send(msg)
        self._ctx.done(msg)

    def _flush(self, msg: Message) -> None:
        for key in list(self._waiting)[: flush_count(msg, len(self._waiting))]:
            self._release(key)
        self._show()

    def _reset(self) -> None:
        dropped, self._waiting = self._waiting, {}
        for msg, timer in dropped.values():
            timer.cancel()
            self._ctx.done(msg)
        self._ctx.status("blue", "ring", "0")

    def _show(self) -> None:
        self._ctx.status("blue", "dot", str(len(self._waiting)))


__all__ = ("Pause",)
