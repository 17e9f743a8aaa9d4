"""Mustache templates, compiled once into closures, with mustache.js's rules for values.

Node-RED looks names up in the message, then in ``env.``, ``flow.`` and ``global.``; eight
characters are escaped, and numbers, lists and objects are written as JavaScript does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from vgd_kernel.model import paths
from vgd_kernel.model.javascript_values import is_number, to_text, truthy
from vgd_kernel.model.message import UNDEFINED, Message
from vgd_kernel.model.mustache_tokens import tokenize

LookUp = Callable[[str], Any]
"""Gives the value of a name that the message does not have; UNDEFINED when there is none."""

_Stack = tuple[Any, ...]
_Part = Callable[[_Stack], str]

_HTML = str.maketrans(
    {
        "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "/": "&#x2F;",
        "`": "&#x60;", "=": "&#x3D;",
    }
)  # fmt: skip
_JSON = str.maketrans(
    {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\f": "\\f", "\b": "\\b"}
)


_SPECIAL = re.compile("[&<>\"'/`=]")
_SAFE = 2**53
"""Below it whole numbers read the same in JavaScript."""


def compile_template(text: str, look_up: LookUp, *, json: bool = False) -> Callable[[Message], str]:
    """Return the closure that renders a template.

    Args:
        text: The template.
        look_up: Asked for names that are not in the message.
        json: Escape line breaks and backslashes of texts, so that they may stand in JSON texts.

    Raises:
        ExpressionError: A tag or section is not closed; says which.
    """
    tokens = iter(tokenize(text))
    parts = tuple(_parts(tokens, look_up, json=json))
    if len(parts) == 1:
        only = parts[0]
        return lambda msg: only((msg,))
    return lambda msg: "".join([part((msg,)) for part in parts])


def _parts(tokens: Iterator[tuple[str, str]], look_up: LookUp, *, json: bool) -> Iterator[_Part]:
    for kind, key in tokens:
        if kind == "text":
            yield _literal(key)
        elif kind in ("name", "&"):
            yield _variable(key, look_up, html=kind == "name", json=json)
        elif kind in ("#", "^"):
            inner = tuple(_parts(tokens, look_up, json=json))
            yield _section(key, inner, look_up, json=json, inverted=kind == "^")
        else:
            return


def _literal(text: str) -> _Part:
    return lambda stack: text


def _value(name: str, look_up: LookUp, *, json: bool) -> Callable[[_Stack], Any]:
    """Return the closure that looks a name up: innermost section first, then outside."""
    if name == ".":
        return lambda stack: stack[0]
    keys = tuple(name.split(".")) if name.find(".") > 0 else (name,)

    def value(stack: _Stack) -> Any:
        for view in stack:
            hit, found = _find(view, keys)
            if hit and found is not UNDEFINED:
                # Node-RED escapes for JSON outside of sections only.
                escape = json and len(stack) == 1 and isinstance(found, str)
                return found.translate(_JSON) if escape else found
            if hit:
                break
        return look_up(name)

    return value


def _find(view: Any, keys: tuple[str, ...]) -> tuple[bool, Any]:
    if len(keys) == 1:
        found = view.get(keys[0], UNDEFINED) if isinstance(view, Mapping) else UNDEFINED
        if found is UNDEFINED and isinstance(view, list):
            found = paths.read(view, keys[0])
        return found is not UNDEFINED, found
    for key in keys:
        if view is None or view is UNDEFINED:
            return False, UNDEFINED
        view = paths.read(view, key)
    return view is not UNDEFINED, view


def _variable(name: str, look_up: LookUp, *, html: bool, json: bool) -> _Part:
    value = _value(name, look_up, json=json)
    direct = not json and "." not in name

    def variable(stack: _Stack) -> str:
        view = stack[0]
        if direct and type(view) is dict:  # most often: a short text or number of the message
            found: Any = view.get(name)
            kind = type(found)
            if kind is int and -_SAFE < found < _SAFE:
                return str(found)
            if kind is str and not (html and _SPECIAL.search(found)):
                return str(found)
        found = value(stack)
        if found is None or found is UNDEFINED:
            return ""
        if html and not is_number(found):
            return to_text(found).translate(_HTML)
        return to_text(found)

    return variable


def _section(
    name: str, inner: tuple[_Part, ...], look_up: LookUp, *, json: bool, inverted: bool
) -> _Part:
    value = _value(name, look_up, json=json)

    def write(stack: _Stack) -> str:
        return "".join([part(stack) for part in inner])

    def section(stack: _Stack) -> str:
        found = value(stack)
        if not truthy(found):
            return ""
        if isinstance(found, (list, tuple)):
            return "".join([write((item, *stack)) for item in found])
        return write(stack if found is True else (found, *stack))

    def otherwise(stack: _Stack) -> str:
        found = value(stack)
        return write(stack) if not truthy(found) or found == [] else ""

    return otherwise if inverted else section


__all__ = ("LookUp", "compile_template")
