"""The status line of a debug node: the last value, or a count."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vgd_kernel.model import Context, Message
from vgd_kernel.model.context import Timer
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.inspection import inspect
from vgd_kernel.model.javascript_values import to_text, truthy
from vgd_kernel.model.message import UNDEFINED
from vgd_kernel.model.paths import read
from vgd_kernel.model.typed import compile_input

if TYPE_CHECKING:
    from vgd_kernel.nodes.common.debug import Debug

LENGTH = 32
"""Characters of a status; Node-RED cuts at the same length."""

_EMPTY = {"fill": "", "shape": "", "text": ""}
"""Node-RED clears the status of a debug node by empty texts, which status nodes see."""

_NO_TEXT = {"text": ""}

Show = Callable[[Message], None]


def status_writer(
    config: Debug, ctx: Context, value_of: Callable[[Message], Any], wrong: str
) -> Show | None:
    """Return what shows a message as the node's status, None when it shows none.

    Args:
        config: The debug node.
        ctx: Its context.
        value_of: Gives the value that the node shows in the panel.
        wrong: The error when an expression fails.

    Raises:
        ExpressionError: The expression of the status does not parse.
    """
    if truthy(config.tostatus):
        ctx.status("grey", "ring")
        ctx.on_close(ctx.status)
    if config.statusType == "counter":
        return _counter(ctx, shown=config.tostatus is True)
    ctx.status(details=_EMPTY)
    auto = config.statusType == "auto"
    if auto and config.whole:
        value_of = lambda msg: msg.get("payload", UNDEFINED)  # noqa: E731
    elif not auto:
        value_of = _status_value(config, ctx)
    if config.tostatus is not True:
        return None
    last: tuple[Any, Any, str] | None = None

    def show(msg: Message) -> None:
        nonlocal last
        try:
            value = value_of(msg)
        except ExpressionError:
            ctx.error(wrong)
            return
        status = _status_of(msg, value, auto=auto)
        if status != last:
            last = status
            ctx.status(*status, details=_NO_TEXT if not status[2] else None)

    return show


def _status_value(config: Debug, ctx: Context) -> Callable[[Message], Any]:
    if config.statusType == "jsonata" and config.statusVal:
        return compile_input(config.statusVal, "jsonata", ctx)
    path = config.statusVal or ("" if config.targetType == "jsonata" else config.complete)
    evaluate = compile_input("payload" if path == "false" else path, "msg", ctx)

    def value_of(msg: Message) -> Any:
        try:
            return evaluate(msg)
        except ExpressionError:
            return UNDEFINED

    return value_of


def _status_of(msg: Message, value: Any, *, auto: bool) -> tuple[Any, Any, str]:
    fill, shape = "grey", "dot"
    text: Any = value if isinstance(value, str) else inspect(value)
    if isinstance(value, dict) and all(value.get(key) for key in ("fill", "shape", "text")):
        fill, shape, text = value["fill"], value["shape"], value["text"]
    if auto and "error" in msg:
        fill, text = "red", read(_object(msg["error"], "message"), "message")
    if auto and "status" in msg:
        status = _object(msg["status"], "fill")
        fill, shape = read(status, "fill") or "grey", read(status, "shape") or "ring"
        text = read(status, "text") or ""
    if text is UNDEFINED or text is None:
        kind = to_text(text)
        raise ThrownError(f"Cannot read properties of {kind} (reading 'length')", kind="TypeError")
    shown = to_text(text)
    return fill, shape, shown if len(shown) <= LENGTH else shown[:LENGTH] + "..."


def _object(value: Any, name: str) -> Any:
    if value is None:
        raise ThrownError(f"Cannot read properties of null (reading '{name}')", kind="TypeError")
    return value


def _counter(ctx: Context, *, shown: bool) -> Show | None:
    """Return a counter that shows at once when messages are rare, else every 0.2 s of quiet."""
    count, last = 0, ctx.now()
    timer: Timer | None = None
    ctx.status("blue", "ring", "0")
    if not shown:
        return None

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
