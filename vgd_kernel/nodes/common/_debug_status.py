"""The status line of a debug node: the last value, or a count."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vgd_kernel.model import Context, Message
from vgd_kernel.model.context import Timer
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import field
from vgd_kernel.model.inspection import inspect
from vgd_kernel.model.message import UNDEFINED
from vgd_kernel.model.typed import compile_input

if TYPE_CHECKING:
    from vgd_kernel.nodes.common.debug import Debug

LENGTH = 32
"""Characters of a status; Node-RED cuts at the same length."""

Show = Callable[[Message], None]


def status_writer(config: Debug, ctx: Context, value_of: Callable[[Message], Any]) -> Show:
    """Return what shows a message as the node's status.

    Args:
        config: The debug node.
        ctx: Its context.
        value_of: Gives the value that the node shows in the panel.
    """
    ctx.status("grey", "ring")
    if config.statusType == "counter":
        return _counter(ctx)
    ctx.status()
    auto = config.statusType == "auto"
    if auto and config.complete == "true" and config.targetType != "jsonata":
        value_of = lambda msg: msg.get("payload", UNDEFINED)  # noqa: E731
    elif not auto:
        kind = "jsonata" if config.statusType == "jsonata" else "msg"
        with field(ctx, "statusVal"):
            value_of = compile_input(config.statusVal or "payload", kind, ctx)
    last: tuple[Any, Any, str] | None = None

    def show(msg: Message) -> None:
        nonlocal last
        try:
            value = value_of(msg)
        except ExpressionError as error:
            if config.statusType == "jsonata" or config.targetType == "jsonata":
                ctx.error(error)
                return
            value = UNDEFINED
        status = _status_of(msg, value, auto=auto)
        if status != last:
            last = status
            ctx.status(*status)

    return show


def _status_of(msg: Message, value: Any, *, auto: bool) -> tuple[Any, Any, str]:
    fill, shape = "grey", "dot"
    text = value if isinstance(value, str) else inspect(value)
    if isinstance(value, dict) and all(value.get(key) for key in ("fill", "shape", "text")):
        fill, shape, text = value["fill"], value["shape"], str(value["text"])
    if auto and isinstance(msg.get("error"), dict):
        fill, text = "red", str(msg["error"].get("message", ""))
    if auto and isinstance(msg.get("status"), dict):
        status = msg["status"]
        fill, shape = status.get("fill") or "grey", status.get("shape") or "ring"
        text = str(status.get("text") or "")
    return fill, shape, text if len(text) <= LENGTH else text[:LENGTH] + "..."


def _counter(ctx: Context) -> Show:
    """Return a counter that shows at once when messages are rare, else every 0.2 s of quiet."""
    count, last = 0, ctx.now()
    timer: Timer | None = None
    ctx.status("blue", "ring", "0")

    def write() -> None:
        ctx.status("blue", "ring", str(count))

    def show(msg: Message) -> None:
        nonlocal count, last, timer
        gap, last = ctx.now() - last, ctx.now()
        count += 1
        if gap > 0.1:
            write()
            return
        if timer is not None:
            timer.cancel()
        timer = ctx.after(0.2, write)

    return show


__all__ = ("status_writer",)
