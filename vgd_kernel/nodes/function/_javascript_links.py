"""``node.linkcall`` of JavaScript: call a flow behind a link in node and wait for its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vgd_kernel.model import Context, Message, Timer
from vgd_kernel.model.errors import UnknownNodeError

DEFAULT_S = 5.0
"""Longest wait for an answer when the code gives none; Node-RED's default."""

Answer = Callable[[int, bool, Any], None]
"""Told of the end of a call: its number in the code, whether it went well, message or reason."""


class LinkCalls:
    """The open calls of one function node."""

    def __init__(self, ctx: Context, answer: Answer) -> None:
        """Listen for what comes back."""
        self._ctx = ctx
        self._answer = answer
        self._open: dict[str, tuple[int, Timer]] = {}
        ctx.on_link_return(self._come_back)

    def begin(self, number: int, target: str, msg: Message, timeout_ms: float | None) -> None:
        """Send a message to a link in node, by id or name."""
        try:
            deliver = self._ctx.link(target, by_name=True)
        except UnknownNodeError as error:
            self._ctx.after(0, self._answer, number, False, str(error))
            return
        call = self._ctx.new_id()
        wait_s = DEFAULT_S if timeout_ms is None else timeout_ms / 1000
        self._open[call] = (number, self._ctx.after(wait_s, self._end, call))
        calls = msg.get("_linkSource")
        calls = msg["_linkSource"] = calls if isinstance(calls, list) else []
        calls.append({"id": call, "node": self._ctx.id})
        deliver(msg)

    def _come_back(self, call: str, msg: Message) -> None:
        if call in self._open:
            number, timer = self._open.pop(call)
            timer.cancel()
            self._answer(number, True, msg)

    def _end(self, call: str) -> None:
        number, _ = self._open.pop(call)
        self._answer(number, False, "timeout")


__all__ = ("DEFAULT_S", "LinkCalls")
