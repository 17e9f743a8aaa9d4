r"""Express's paths: ``/a/:name``, ``:name?``, ``:name(\d+)``, ``*``, ``(group)``; no I/O.

Source: path-to-regexp 0.1, which Express 4 and so Node-RED use.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from vgd_kernel.model.errors import FlowError

Match = Callable[[str], dict[str, str] | None]
"""Give the parameters of a path that matches, else None."""

_TOKEN = re.compile(r"(\\.)|(/)?(\.)?:(\w+)(\((?:\\.|[^()\\])+\))?(\*)?(\?)?|([/.])|(\*)|(.)")
_QUOTED = frozenset("^$|[]{}\\")


def compile_route(url: str) -> Match:
    """Return the function that matches paths with a pattern.

    >>> match = compile_route("/hold/:area/item")
    >>> match("/HOLD/north%20side/item/"), match("/hold/x")
    ({'area': 'north side'}, None)

    Raises:
        FlowError: The pattern is wrong.
    """
    names: list[str] = []
    pattern = "".join(_part(token, names) for token in _TOKEN.finditer(url.rstrip("/")))
    try:
        compiled = re.compile(pattern + "/?", re.IGNORECASE)
    except re.error as error:
        raise FlowError(
            f'the URL "{url}" is no path pattern: {error}; expected a path such as /a/:name. '
            "Correct the URL of the node."
        ) from None
    names.extend(str(number) for number in range(compiled.groups - len(names)))

    def match(path: str) -> dict[str, str] | None:
        found = compiled.fullmatch(path)
        if found is None:
            return None
        if not names:
            return {}
        values = zip(names, found.groups(), strict=False)
        return {name: unquote(value) for name, value in values if value is not None}

    return match


def _part(token: re.Match[str], names: list[str]) -> str:
    escaped, slash, dot, name, capture, star, optional, separator, any_, other = token.groups()
    if escaped:
        return str(escaped)
    if name:
        names.append(name)
        inner = capture or ("([^/.]+?)" if dot else "([^/]+?)")
        tail = "((?:[/.].+?)?)" if star else ""
        before = re.escape((slash or "") + (dot or ""))
        if star:
            names.append("0")
        if optional:
            return f"(?:{before}{inner}{tail})?"
        return before + inner + tail
    if separator:
        return re.escape(separator)
    if any_:
        names.append(str(sum(known.isdigit() for known in names)))
        return "(.*)"
    return "\\" + other if other in _QUOTED else str(other)


__all__ = ("Match", "compile_route")
