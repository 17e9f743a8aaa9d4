"""Query strings and forms as Express reads them: ``a[b]=1&c=2&c=3``; no I/O.

Source: the package qs with Express's options (depth 5, lists up to index 20, 1000 parameters).
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_plus

_DEPTH = 5
_LIST_LIMIT = 20
_PARAMETERS = 1000
_KEY = re.compile(r"\[([^\[\]]*)\]")


def parse_query(text: str, *, depth: int = _DEPTH) -> dict[str, Any]:
    """Return the values of a query string.

    >>> parse_query("a=1&b[c]=x%20y&d=1&d=2&e[]=3")
    {'a': '1', 'b': {'c': 'x y'}, 'd': ['1', '2'], 'e': ['3']}
    """
    found: dict[str, Any] = {}
    for pair in text.split("&", _PARAMETERS)[:_PARAMETERS]:
        if pair:
            split = pair.find("]=")
            at = pair.find("=") if split < 0 else split + 1
            key = pair if at < 0 else pair[:at]
            value = "" if at < 0 else unquote_plus(pair[at + 1 :])
            if key:
                put(found, unquote_plus(key), value, depth=depth)
    return {key: _listed(value) for key, value in found.items()}


def put(found: dict[str, Any], key: str, value: Any, *, depth: int = _DEPTH) -> None:
    """Put a value under a key with brackets; `parse_query` makes lists of it at the end."""
    keys = _keys(key, depth)
    here = found
    for index, name in enumerate(keys[:-1]):
        name = _free(here) if name == "" and index else name
        inner = here.get(name)
        if not isinstance(inner, dict):
            inner = here[name] = {} if inner is None else {"0": inner}
        here = inner
    last = keys[-1]
    if last == "" and len(keys) > 1:
        here[_free(here)] = value
    elif last not in here:
        here[last] = value
    elif isinstance(here[last], list):
        here[last].append(value)
    elif isinstance(here[last], dict):
        here[last][str(value)] = True
    else:
        here[last] = [here[last], value]


def _keys(key: str, depth: int) -> list[str]:
    start = key.find("[")
    if start <= 0 or not _KEY.match(key, start):
        return [key]
    keys, at = [key[:start]], start
    while len(keys) <= depth and (match := _KEY.match(key, at)):
        keys.append(match[1])
        at = match.end()
    if at < len(key):
        keys.append(key[at:])
    return keys


def _free(values: dict[str, Any]) -> str:
    numbers = [int(key) for key in values if key.isdigit()]
    return str(max(numbers, default=-1) + 1)


def _listed(value: Any) -> Any:
    """Return a value with the objects whose keys are small indexes as lists."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(item) for key, item in value.items()}
    if inner and all(key.isdigit() and int(key) <= _LIST_LIMIT for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


__all__ = ("parse_query", "put")
