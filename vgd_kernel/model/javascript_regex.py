"""JavaScript's regular expressions and replacement texts, carried out by Python's `re`."""

from __future__ import annotations

import re
from collections.abc import Callable

from vgd_kernel.model.errors import ExpressionError

_SPACE = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CLASSES = {
    "d": "0-9",
    "w": "A-Za-z0-9_",
    "s": _SPACE,
}
_REPLACEMENT = re.compile(r"\$(\$|&|`|'|[0-9]{1,2}|<[^>]*>)")


def _escape_outside(character: str) -> str:
    if character in _CLASSES:
        return f"[{_CLASSES[character]}]"
    if character.lower() in _CLASSES:
        return f"[^{_CLASSES[character.lower()]}]"
    if character in "bB":
        return f"(?a:\\{character})"
    return _escape(character)


def _escape(character: str) -> str:
    if character == "0":
        return r"\x00"
    if character in "nrtvfxu" or character.isdigit():
        return "\\" + character
    return re.escape(character)


def _translate_class(source: str, start: int) -> tuple[str, int]:
    """Return Python's form of the class that opens at ``start``, and the position behind it."""
    if source.startswith("[^]", start):
        return r"[\s\S]", start + 3
    if source.startswith("[]", start):
        return "(?!)", start + 2
    parts, index = ["["], start + 1
    if source.startswith("^", index):
        parts.append("^")
        index += 1
    while index < len(source) and source[index] != "]":
        character = source[index]
        if character == "\\" and index + 1 < len(source):
            following = source[index + 1]
            if following in "DWS":
                parts.append("\\" + following)
            else:
                parts.append(_CLASSES.get(following) or _in_class(following))
            index += 2
            continue
        parts.append("\\" + character if character in "[&|~" else character)
        index += 1
    return "".join(parts) + "]", index + 1


def _in_class(character: str) -> str:
    return r"\b" if character == "b" else _escape(character)


def translate(source: str) -> str:
    r"""Return a JavaScript pattern in Python's syntax.

    >>> translate(r"(?<year>\d+)/$")
    '(?P<year>[0-9]+)/\\Z'
    """
    parts: list[str] = []
    index = 0
    while index < len(source):
        character = source[index]
        if character == "\\" and index + 1 < len(source):
            named = re.match(r"\\k<([^>]+)>", source[index:])
            if named:
                parts.append(f"(?P={named[1]})")
                index += len(named[0])
                continue
            parts.append(_escape_outside(source[index + 1]))
            index += 2
        elif character == "[":
            text, index = _translate_class(source, index)
            parts.append(text)
        elif source.startswith("(?<", index) and source[index + 3 : index + 4] not in ("=", "!"):
            parts.append("(?P<")
            index += 3
        else:
            parts.append(r"\Z" if character == "$" else character)
            index += 1
    return "".join(parts)


def compile_regex(source: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """Return a compiled JavaScript pattern.

    Raises:
        ExpressionError: The pattern is wrong; says where.
    """
    try:
        return re.compile(translate(source), re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError) as error:
        raise ExpressionError(
            f"Invalid regular expression: /{source}/: {error}; expected a JavaScript pattern. "
            "Escape special characters by a backslash."
        ) from None


def replacer(text: str) -> Callable[[re.Match[str]], str]:
    """Return what replaces a match by JavaScript's replacement text (``$1``, ``$&``, ``$$``)."""
    if "$" not in text:
        return lambda match: text

    def expand(match: re.Match[str]) -> str:
        def one(mark: re.Match[str]) -> str:
            code = mark[1]
            if code == "$":
                return "$"
            if code == "&":
                return match[0]
            if code == "`":
                return match.string[: match.start()]
            if code == "'":
                return match.string[match.end() :]
            if code[0] == "<":
                names = match.re.groupindex
                return (match[code[1:-1]] or "") if code[1:-1] in names else mark[0]
            return _numbered(match, code, mark[0])

        return _REPLACEMENT.sub(one, text)

    return expand


def _numbered(match: re.Match[str], digits: str, literal: str) -> str:
    """Return the group of ``$12``: two digits when there are that many groups, else one."""
    for length in (2, 1):
        number = int(digits[:length])
        if len(digits) >= length and 1 <= number <= match.re.groups:
            return (match[number] or "") + digits[length:]
    return literal


__all__ = ("compile_regex", "replacer", "translate")
