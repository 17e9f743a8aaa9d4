"""JSONata expressions, compiled once, bounded in time, with Node-RED's additions.

The additions are ``$flowContext``, ``$globalContext``, ``$env`` and ``$clone``. An expression
that names ``msg`` itself is given ``{"msg": message}``, as Node-RED does for old flows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from vgd_kernel.model.context import DEFAULT_STORE, Context
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.jsonata_errors import jsonata_error
from vgd_kernel.model.message import UNDEFINED, Message, clone_value

TIMEOUT_MS = 5_000
"""Longest evaluation: the library holds the interpreter's lock, so a loop would stop everything."""

_LEGACY = re.compile(r"(^|[^a-zA-Z0-9_'\".])msg([^a-zA-Z0-9_'\"]|$)")
_MARK = "\u0000vgd:"

Evaluate = Callable[..., Any]
"""``evaluate(msg, bindings=None)``; raises ExpressionError."""


class _Stash:
    """Values that JSONata cannot hold (Buffers, dates, requests), as marked texts meanwhile."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def hide(self, value: Any) -> Any:
        if value is None or isinstance(value, (str, bool, int, float)):
            return value
        if isinstance(value, Mapping):
            return {str(key): self.hide(v) for key, v in value.items() if v is not UNDEFINED}
        if isinstance(value, (list, tuple)):
            return [self.hide(item) for item in value]
        self.values.append(value)
        return f"{_MARK}{len(self.values) - 1}"

    def show(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith(_MARK):
            return self.values[int(value[len(_MARK) :])]
        if isinstance(value, dict):
            return {key: self.show(item) for key, item in value.items()}
        return [self.show(item) for item in value] if isinstance(value, list) else value


def _register(expression: Any, ctx: Context, missed: list[str]) -> None:
    def context_value(scope: Any, path: str, store: str | None) -> Any:
        found = ctx.context(scope).get(path, store or DEFAULT_STORE)
        if found is UNDEFINED:
            missed.append(path)
            return None
        return found

    def env(name: str) -> Any:
        found = ctx.env(name)
        return "" if found is UNDEFINED else found

    expression.register("flowContext", lambda p, s=None: context_value("flow", p, s))
    expression.register("globalContext", lambda p, s=None: context_value("global", p, s))
    expression.register("env", env)
    expression.register("clone", clone_value)


def compile_jsonata(text: str, ctx: Context | None = None) -> Evaluate:
    """Return a closure that evaluates an expression against a message.

    The result is ``UNDEFINED`` when the expression finds nothing.

    Args:
        text: The expression.
        ctx: Gives the context stores and the environment; without it those functions are unknown.

    Raises:
        ExpressionError: The expression does not parse.
    """
    import jsonatapy  # heavy: only flows with expressions load it

    try:
        expression = jsonatapy.compile(text, timeout=TIMEOUT_MS)
        exists = jsonatapy.compile(f"$exists(({text}\n))", timeout=TIMEOUT_MS)
    except ValueError as error:
        advice = "expected a JSONata expression such as payload.value * 2. Mend the expression."
        raise ExpressionError(jsonata_error(str(error), text), advice=advice) from None
    missed: list[str] = []  # what a context did not have: the library has no undefined to return
    if ctx is not None:
        _register(expression, ctx, missed)
        _register(exists, ctx, missed)
    legacy = bool(_LEGACY.search(text))

    def evaluate(msg: Message, bindings: dict[str, Any] | None = None) -> Any:
        data = {"msg": msg} if legacy else msg
        missed.clear()
        try:
            result = expression.evaluate(data, bindings)
            if result is None and missed:
                return UNDEFINED
            if result is None and not exists.evaluate(data, bindings):
                return UNDEFINED
        except TypeError:
            return _evaluate_hidden(expression, exists, data, bindings, text)
        except ValueError as error:
            raise ExpressionError(jsonata_error(str(error), text)) from None
        return result

    return evaluate


def _evaluate_hidden(expression: Any, exists: Any, data: Any, bindings: Any, text: str) -> Any:
    stash = _Stash()
    hidden = stash.hide(data)
    try:
        result = expression.evaluate(hidden, bindings)
        if result is None and not exists.evaluate(hidden, bindings):
            return UNDEFINED
    except (TypeError, ValueError) as error:
        raise ExpressionError(jsonata_error(str(error), text)) from None
    return stash.show(result)


__all__ = ("TIMEOUT_MS", "Evaluate", "compile_jsonata")
