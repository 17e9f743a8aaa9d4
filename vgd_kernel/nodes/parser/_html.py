"""Finding elements in HTML and giving their content, in the forms that flows expect."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from vgd_kernel.model.errors import ExpressionError

_POSITION = re.compile(
    r"(.*):(first|last|even|odd|(?:eq|lt|gt)\(\s*(-?[0-9]+)\s*\))\s*\Z", re.DOTALL
)
_CONTAINS = re.compile(r""":contains\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)""")
_BARE_VALUE = re.compile(r"""\[\s*([\w:-]+)\s*([~|^$*]?=)\s*([^\]"'\s]+)\s*\]""")
_NAMED_SETS = (
    (re.compile(r":header\b"), ":is(h1, h2, h3, h4, h5, h6)"),
    (re.compile(r":input\b"), ":is(input, select, textarea, button)"),
    (re.compile(r":parent\b"), ":not(:empty)"),
)
_SPECIAL = re.compile("[&<>\"'\u0080-\U0010ffff]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
_SILENT = frozenset({"script", "style"})


def select(document: str, selector: str) -> list[Any]:
    """Return the elements of a document that a selector finds, in document order.

    Besides CSS the selector may hold ``:contains(text)`` and end with ``:first``, ``:last``,
    ``:eq(n)``, ``:lt(n)``, ``:gt(n)``, ``:even`` or ``:odd``.

    Raises:
        ExpressionError: The selector is wrong.
    """
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # heavy: only html nodes

    if not selector.strip():
        return []
    position = _POSITION.match(selector)
    css = _CONTAINS.sub(_lexbor_contains, position[1] if position else selector)
    css = _BARE_VALUE.sub(r'[\1\2"\3"]', css)
    for pattern, meaning in _NAMED_SETS:
        css = pattern.sub(meaning, css)
    try:
        found = LexborHTMLParser(document or "<html></html>").css(css.strip() or "*")
    except SelectolaxError:
        raise ExpressionError(
            f"selector {selector!r}: it cannot be read; expected a CSS selector such as "
            "ul > li.item. Mend the selector."
        ) from None
    return _at(found, position[2], position[3]) if position else found


def _lexbor_contains(match: re.Match[str]) -> str:
    text = next(group for group in match.groups() if group is not None).strip()
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f':lexbor-contains("{escaped}")'


def _at(found: list[Any], word: str, number: str | None) -> list[Any]:
    index = int(number or 0)
    kind = word.partition("(")[0]
    if kind in ("first", "last", "eq"):
        index = -1 if kind == "last" else index
        return found[index:][:1] if -len(found) <= index < len(found) else []
    slices = {
        "even": slice(0, None, 2),
        "odd": slice(1, None, 2),
        "lt": slice(0, index),
        "gt": slice(index + 1, None),
    }
    return found[slices[kind]]


def attributes(element: Any) -> dict[str, str]:
    """Return the attributes of an element; those without a value are empty."""
    return {key: value or "" for key, value in element.attributes.items()}


def inner_html(element: Any) -> str:
    """Return the content of an element as HTML."""
    return (element.inner_html or "").strip()


def text(element: Any) -> str:
    """Return the text of an element and all in it, but for scripts and styles."""
    pieces: list[str] = []
    if element.tag not in _SILENT:
        _walk(
            element,
            lambda node: pieces.append(node.text_content or "") if node.is_text_node else None,
            silent=_SILENT,
        )
    return "".join(pieces)


def inner_xml(element: Any) -> str:
    """Return the content of an element as XML: all tags closed, other letters as references.

    The content is read once more, as a piece of HTML: what stands in a script becomes elements,
    and of a whole document the outer elements fall away. Source: Node-RED, html node.
    """
    if element.tag == "html":
        return "".join(inner_xml(part) for part in element.iter())
    if element.tag in _SILENT:
        from selectolax.lexbor import LexborHTMLParser

        element = LexborHTMLParser(f"<body>{element.text_content or element.text()}").body
    pieces: list[str] = []

    def begin(node: Any) -> None:
        if node.is_text_node:
            pieces.append(_escaped(node.text_content or ""))
        elif node.is_comment_node:
            pieces.append(node.html or "")
        else:
            named = "".join(f' {k}="{_escaped(v)}"' for k, v in attributes(node).items())
            pieces.append(f"<{node.tag}{named}{'' if node.child else '/'}>")

    def end(node: Any) -> None:
        if node.child:
            pieces.append(f"</{node.tag}>")

    _walk(element, begin, end)
    return "".join(pieces).strip()


def _walk(
    element: Any,
    begin: Callable[[Any], None],
    end: Callable[[Any], None] | None = None,
    *,
    silent: frozenset[str] = frozenset(),
) -> None:
    """Visit all that is in an element; by a stack of its own, for pages may be nested deeply."""
    stack = [(element.child, None)]
    while stack:
        node, opened = stack.pop()
        if opened is not None and end is not None:
            end(opened)
        if node is None:
            continue
        begin(node)
        stack.append((node.next, node if node.is_element_node else None))
        if node.is_element_node and node.tag not in silent:
            stack.append((node.child, None))


def _escaped(value: str) -> str:
    return _SPECIAL.sub(lambda match: _NAMED.get(match[0]) or f"&#x{ord(match[0]):X};", value)


__all__ = ("attributes", "inner_html", "inner_xml", "select", "text")
