"""Node-RED's typed inputs: a value and its type, resolved once into a closure.

    evaluate = compile_input("payload.value", "msg", ctx)
    evaluate(msg)

Whatever can be wrong before a message comes (a path, JSON, a pattern, JSONata) is found when the
input is compiled. Source: Node-RED, ``evaluateNodeProperty``.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Callable
from typing import Any, Literal, NoReturn

from vgd_kernel.model import paths
from vgd_kernel.model.context import DEFAULT_STORE, Context
from vgd_kernel.model.errors import ExpressionError, NodeConfigError, ThrownError, field_problem
from vgd_kernel.model.javascript_regex import compile_regex
from vgd_kernel.model.javascript_values import to_iso, to_number, to_text
from vgd_kernel.model.json_errors import json_error
from vgd_kernel.model.jsonata import compile_jsonata
from vgd_kernel.model.message import UNDEFINED, Message
from vgd_kernel.model.moments import format_moment

Evaluate = Callable[[Message], Any]
"""Give the value for a message; may raise ExpressionError."""

Put = Callable[[Message, Any], bool]
"""Put a value where a typed input points; False when a parent cannot hold it."""

Target = Literal["msg", "flow", "global"]

_STORE = re.compile(r"#:\((\S+?)\)::(.*)\Z", re.DOTALL)
_TRUE = re.compile(r"true\Z", re.IGNORECASE)
_ENV_WHOLE = re.compile(r"\$\{([^}]+)\}\Z")
_ENV_PART = re.compile(r"\$\{([^}]+)\}")


def split_store(key: str) -> tuple[str, str]:
    """Return the store and the path of a context key.

    >>> split_store("#:(file)::a.b"), split_store("a.b")
    (('file', 'a.b'), ('default', 'a.b'))
    """
    match = _STORE.match(key)
    return (match[1], match[2]) if match else (DEFAULT_STORE, key)


def path_text(path: paths.Path, msg: Message) -> str:
    """Return a parsed path as text without ``[msg.…]``, keys taken from the message."""
    parts: list[str] = []
    for key in path:
        found = paths.resolve(msg, key)
        if not parts:
            parts.append(str(found))
        elif isinstance(found, int):
            parts.append(f"[{found}]")
        else:
            parts.append(f"['{found}']" if '"' in found else f'["{found}"]')
    return "".join(parts)


def parse_json(text: str) -> Any:
    """Return ``JSON.parse(text)``.

    Raises:
        ThrownError: Not JSON; says where, in V8's words.
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        advice = "expected a JSON value. Mend the text."
        raise ThrownError(json_error(text), kind="SyntaxError", advice=advice) from None


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def to_buffer(data: Any) -> bytes:
    """Return ``Buffer.from(data)`` of a list of numbers or a text.

    Raises:
        ThrownError: It is something else.
    """
    if isinstance(data, str):
        return data.encode()
    if isinstance(data, list):
        return bytes(_byte(item) for item in data)
    raise ThrownError(
        "Not string or array",
        code="INVALID_BUFFER_DATA",
        advice="expected a JSON list of bytes or a text. Mend it.",
    )


def _byte(item: Any) -> int:
    number = to_number(item)
    return int(number) & 255 if math.isfinite(number) else 0


def environment_text(value: str, ctx: Context) -> Any:
    """Return what the typed input ``env`` gives: ``NAME``, ``${NAME}`` or ``text ${NAME}``."""

    def look_up(name: str) -> Any:
        found = ctx.env(name)
        return "" if found is UNDEFINED else found

    whole = _ENV_WHOLE.match(value)
    if whole:
        return look_up(whole[1])
    if not re.search(r"\$\{\S+\}", value):
        return look_up(value)
    return _ENV_PART.sub(lambda match: to_text(look_up(match[1])), value)


def _date(value: str, ctx: Context) -> Evaluate:
    def now() -> datetime.datetime:
        return datetime.datetime.fromtimestamp(ctx.time(), datetime.UTC)

    if not value:
        return lambda msg: math.floor(ctx.time() * 1000)
    if value == "object":
        return lambda msg: now()
    if value == "iso":
        return lambda msg: to_iso(now())
    return lambda msg: format_moment(now().astimezone(), value)


def _json(value: str) -> Evaluate:
    constant = parse_json(value)
    if isinstance(constant, (dict, list)):
        return lambda msg: json.loads(value)
    return lambda msg: constant


def raising(error: ExpressionError) -> Callable[..., Any]:
    """Return what raises a copy of an error whenever it is called."""

    def fail(*arguments: Any) -> Any:
        if not isinstance(error, ThrownError):
            raise ExpressionError(str(error), advice=error.advice)
        raise ThrownError(str(error), kind=error.kind, code=error.code, advice=error.advice)

    return fail


def _context_get(scope: Literal["flow", "global"], value: str, ctx: Context) -> Evaluate:
    store, key = split_store(value)
    if not key:
        raise ThrownError("Invalid context key")
    try:
        path = paths.parse(key)
    except ThrownError:
        return lambda msg: UNDEFINED  # Node-RED: nothing stands under a wrong path
    context = ctx.context(scope)
    if any(isinstance(part, paths.Reference) for part in path):
        return lambda msg: context.get(path_text(path, msg), store)
    return lambda msg: context.get(key, store)


def compile_input(value: Any, type: str, ctx: Context) -> Evaluate:
    """Return the closure that gives a typed input's value for a message.

    A value that is wrong for its type is an error of every message, as in Node-RED; only JSONata
    is read at once.

    Args:
        value: What the author entered.
        type: One of Node-RED's typed inputs; an unknown one gives the value as it is.
        ctx: The node.

    Raises:
        ExpressionError: The JSONata does not parse.
    """
    try:
        return _compile_input(value, type, ctx)
    except ThrownError as error:
        return raising(error)


def _compile_input(value: Any, type: str, ctx: Context) -> Evaluate:
    if type == "msg":
        return paths.getter(paths.parse_message_path(to_text(value)), strict=True)
    if type in ("flow", "global"):
        return _context_get("flow" if type == "flow" else "global", to_text(value), ctx)
    if type == "jsonata":
        return compile_jsonata(to_text(value), ctx)
    if type == "env":
        return lambda msg: environment_text(to_text(value), ctx)
    if type == "date":
        return _date(to_text(value or ""), ctx)
    if type == "json":
        return _json(to_text(value))
    constant = constant_input(value, type)
    return lambda msg: constant


def constant_input(value: Any, type: str) -> Any:
    """Return the value of a typed input that is the same for every message.

    Raises:
        ExpressionError: The value is wrong for its type.
    """
    match type:
        case "str":
            return to_text(value)
        case "num":
            return to_number(value)
        case "bool":
            return bool(_TRUE.match(to_text(value)))
        case "bin":
            return to_buffer(parse_json(to_text(value)))
        case "re":
            return compile_regex(to_text(value))
    return value


def compile_target(value: str, type: Target, ctx: Context) -> Put:
    """Return the closure that puts a value at a path of the message, flow or global context.

    The closure of a wrong path raises a ThrownError.
    """
    try:
        return _compile_target(value, type, ctx)
    except ThrownError as error:
        return raising(error)


def _compile_target(value: str, type: Target, ctx: Context) -> Put:
    if type == "msg":
        return paths.setter(paths.parse_message_path(value))
    store, key = split_store(value)
    if not key:
        raise ThrownError("Invalid context key")
    path = paths.parse(key)
    context = ctx.context(type)
    nested = any(isinstance(part, paths.Reference) for part in path)

    def put(msg: Message, item: Any) -> bool:
        context.set(path_text(path, msg) if nested else key, item, store)
        return True

    return put


def config_error(ctx: Context, field: str, error: Exception) -> NodeConfigError:
    """Return the error of one field of a node, made from an error of what stands in it."""
    return NodeConfigError((field_problem(ctx.id, ctx.node_type, field, error),))


__all__ = (
    "Evaluate",
    "Put",
    "Target",
    "compile_input",
    "compile_target",
    "config_error",
    "constant_input",
    "environment_text",
    "parse_json",
    "path_text",
    "raising",
    "split_store",
    "to_buffer",
)
