"""Search and replace of a change node."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from vgd_kernel.model import Context, Message
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.javascript_regex import compile_regex, replacer
from vgd_kernel.model.javascript_values import is_number, to_number, to_text, type_name
from vgd_kernel.model.typed import compile_input

Replace = Callable[[Message, Any, Any, bool], Any]
"""``(msg, current, value, to_boolean)`` gives the new value, NO_MATCH when nothing matches."""

NO_MATCH: Any = object()
"""What a search gives that found nothing."""


def compile_replace(source: Any, kind: str, ctx: Context) -> Replace:
    """Return the closure that carries out one search.

    Args:
        source: What is searched, as the author entered it.
        kind: Its type; with msg, flow or global each message gives it anew.
        ctx: The node.

    Raises:
        ExpressionError: The pattern is wrong.
    """
    text = to_text("" if source is None else source)
    if kind not in ("msg", "flow", "global"):
        try:
            pattern = compile_regex(text, flags="g") if kind == "re" else _literal(text)
        except ExpressionError as error:
            raise ExpressionError(f"Invalid 'from' property: {error}") from None
        number = to_number(text)
        return lambda msg, current, value, to_boolean: _replace(
            current, text, kind, pattern, value, number, to_boolean=to_boolean
        )
    get = compile_input(text, kind, ctx)

    def replace(msg: Message, current: Any, value: Any, to_boolean: bool) -> Any:
        try:
            searched = get(msg)
        except ExpressionError:
            return current
        found = _type_of(searched)
        if not found:
            wrong = f"Invalid 'from' property: unsupported type: {type_name(searched)}"
            ctx.error(ThrownError(wrong), msg)
            return current
        pattern = _literal(searched) if found == "str" else searched
        return _replace(
            current,
            searched,
            found,
            pattern if isinstance(pattern, re.Pattern) else None,
            value,
            to_number(searched) if found == "num" else 0,
            to_boolean=to_boolean,
        )

    return replace


def _literal(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))


def _type_of(searched: Any) -> str:
    if isinstance(searched, bool):
        return "bool"
    if is_number(searched):
        return "num"
    if isinstance(searched, re.Pattern):
        return "re"
    return "str" if isinstance(searched, str) else ""


def _replace(
    current: Any,
    searched: Any,
    kind: str,
    pattern: re.Pattern[str] | None,
    value: Any,
    number: float,
    *,
    to_boolean: bool,
) -> Any:
    """Return the new value: a text is searched, a number or boolean has to be equal."""
    if isinstance(current, str):
        if kind in ("num", "bool", "str") and type(searched) is str and current == searched:
            return value
        if pattern is None:
            return current
        text = pattern.sub(replacer(to_text(value)), current)
        return value if to_boolean and text == to_text(value) else text
    if isinstance(current, bool):
        return value if kind == "bool" and to_text(current) == searched else NO_MATCH
    if is_number(current) and kind == "num" and current == number:
        return value
    return NO_MATCH


__all__ = ("NO_MATCH", "Replace", "compile_replace")
