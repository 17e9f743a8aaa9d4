"""What a debug node shows of a message, and how it is written to the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vgd_kernel.model import Context, Message
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.inspection import inspect
from vgd_kernel.model.javascript_values import type_name
from vgd_kernel.model.message import UNDEFINED
from vgd_kernel.model.typed import compile_input

if TYPE_CHECKING:
    from vgd_kernel.nodes.common.debug import Debug


def shown_value(config: Debug, path: str, ctx: Context) -> Callable[[Message], Any]:
    """Return what gives the shown value; a failing JSONata raises, a missing parent does not."""
    if config.targetType != "jsonata":
        return _lenient(compile_input(path, "msg", ctx))
    return compile_input(path, "jsonata", ctx) if path else lambda msg: UNDEFINED


def log_text(value: Any) -> str:
    """Return a value as Node-RED writes it to its log: what may have lines begins on a new one."""
    if isinstance(value, str):
        return f"\n{value}" if "\n" in value else value
    text = inspect(value, depth=10)
    return f"\n{text}" if type_name(value) == "object" else text


def is_about(status: Any, node: str) -> bool:
    """Tell whether a status message comes from this debug node itself: showing it would loop.

    Raises:
        ThrownError: The status is null.
    """
    if status is None:
        raise ThrownError("Cannot convert undefined or null to object", kind="TypeError")
    source = status.get("source") if isinstance(status, dict) else None
    return isinstance(source, dict) and source.get("id") == node


def _lenient(evaluate: Callable[[Message], Any]) -> Callable[[Message], Any]:
    """Return the closure with a missing parent as undefined."""

    def look(msg: Message) -> Any:
        try:
            return evaluate(msg)
        except ExpressionError:
            return UNDEFINED

    return look


__all__ = ("is_about", "log_text", "shown_value")
