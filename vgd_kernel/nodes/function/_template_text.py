"""The text of a template node: rendered, read as JSON or YAML."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from vgd_kernel.model import UNDEFINED, Context, Message
from vgd_kernel.model.context import DEFAULT_STORE
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.javascript_values import type_name
from vgd_kernel.model.mustache import LookUp, compile_template
from vgd_kernel.model.typed import environment_text, raising
from vgd_kernel.model.yaml_text import parse_yaml

_CONTEXT = re.compile(r"(flow|global)(\[(\w+)\])?\.(.+)")

Render = Callable[[Message], Any]


def renderer(template: Any, ctx: Context, *, json: bool, plain: bool) -> Render:
    """Return what gives the text of a template; one that is wrong raises for every message.

    Args:
        template: Normally a text; a message may bring anything.
        ctx: The node.
        json: The text will be read as JSON.
        plain: The template is the text.
    """
    if plain:
        return lambda msg: template
    if not isinstance(template, str):
        return raising(
            ExpressionError(
                f'Invalid template! Template should be a "string" but "{type_name(template)}" was '
                "given as the first argument for mustache#render(template, view, partials)"
            )
        )
    try:
        return compile_template(template, _look_up(ctx), json=json)
    except ExpressionError as error:
        return raising(error)


def read_yaml(text: str) -> Any:
    return parse_yaml(text) if text.strip() else UNDEFINED  # Node-RED: nothing deletes the field


def plain_errors(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return a call whose errors come without the name of their class, as in Node-RED."""

    def plain(*arguments: Any) -> Any:
        try:
            return call(*arguments)
        except ThrownError as error:
            raise ExpressionError(str(error)) from None

    return plain


def _look_up(ctx: Context) -> LookUp:
    """Return what finds ``env.NAME``, ``flow.path`` and ``global[store].path``."""

    def look_up(name: str) -> Any:
        if name.startswith("env.") and len(name) > 4:
            return environment_text(name[4:], ctx)
        match = _CONTEXT.match(name)
        if match is None:
            return ""
        store = ctx.context("flow" if match[1] == "flow" else "global")
        return store.get(match[4], match[3] or DEFAULT_STORE)

    return look_up


__all__ = ("Render", "plain_errors", "read_yaml", "renderer")
