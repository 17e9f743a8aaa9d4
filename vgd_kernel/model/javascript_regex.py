"""JavaScript's regular expressions and replacement texts, carried out by Python's `re`."""

from __future__ import annotations

import re
from collections.abc import Callable

from vgd_kernel.model.errors import ThrownError

_SPACE = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CLASSES = {
    "d": "0-9",
    "w": "A-Za-z0-9_",
    "s": _SPACE,
}
_QUANTIFIER = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
_ESCAPED_CODE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})")
_NAMED_GROUP = re.compile(r"\(\?<[^=!]")
_NAMED_REFERENCE = re.compile(r"\\k<([^>]+)>")
_REASONS = {
    "missing ), unterminated subpattern": "Unterminated group",
    "unbalanced parenthesis": "Unmatched ')'",
    "nothing to repeat": "Nothing to repeat",
    "multiple repeat": "Nothing to repeat",
    "unterminated character set": "Unterminated character class",
    "bad character range": "Range out of order in character class",
    "bad escape (end of pattern)": "\\ at end of pattern",
    "min repeat greater than max repeat": "numbers out of order in {} quantifier",
    "unknown extension": "Invalid group",
    "unexpected end of pattern": "Invalid group",
    "unknown group name": "Invalid named reference",
    "redefinition of group name": "Duplicate capture group name",
    "missing >": "Invalid capture group name",
    "missing group name": "Invalid capture group name",
    "bad character in group name": "Invalid capture group name",
}
"""What V8 says (right) where Python says what stands on the left."""

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
    if character in "nrtvf" or character.isdigit():
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
            code = _ESCAPED_CODE.match(source, index)
            parts.append(code[0] if code else _in_class(source[index + 1]))
            index += len(code[0]) if code else 2
            continue
        special = character in "[&|~" or (character == "-" == source[index - 1])
        parts.append("\\" + character if special else character)
        index += 1
    if index >= len(source):
        raise re.error("unterminated character set")
    return "".join(parts) + "]", index + 1


def _in_class(character: str) -> str:
    if character in "DWS":
        return "\\" + character
    if character in _CLASSES:
        return _CLASSES[character]
    return r"\b" if character == "b" else _escape(character)


def translate(source: str) -> str:
    r"""Return a JavaScript pattern in Python's syntax.

    >>> translate(r"(?<year>\d+)/$")
    '(?P<year>[0-9]+)/\\Z'
    """
    parts: list[str] = []
    index = 0
    has_names = "(?<" in source and _NAMED_GROUP.search(source) is not None
    while index < len(source):
        character = source[index]
        if character == "\\" and index + 1 < len(source):
            named = _NAMED_REFERENCE.match(source, index) if has_names else None
            if named:
                parts.append(f"(?P={named[1]})")
                index += len(named[0])
                continue
            code = _ESCAPED_CODE.match(source, index)
            parts.append(code[0] if code else _escape_outside(source[index + 1]))
            index += len(code[0]) if code else 2
        elif character == "{" and not _QUANTIFIER.match(source, index):
            parts.append(r"\{")
            index += 1
        elif character == "[":
            text, index = _translate_class(source, index)
            parts.append(text)
        elif source.startswith("(?<", index) and source[index + 3 : index + 4] not in ("=", "!"):
            parts.append("(?P<")
            index += 3
        elif character == "(" and source[index + 1 : index + 2] == "?":
            if source[index + 2 : index + 3] not in (":", "=", "!", "<"):
                raise re.error("unknown extension")
            parts.append("(")
            index += 1
        else:
            parts.append(r"\Z" if character == "$" else character)
            index += 1
    return "".join(parts)


def compile_regex(source: str, *, ignore_case: bool = False, flags: str = "") -> re.Pattern[str]:
    """Return a compiled JavaScript pattern.

    Args:
        source: The pattern.
        ignore_case: Letters of either case match.
        flags: Further flags, for the text of an error.

    Raises:
        ThrownError: The pattern is wrong; says why, in V8's words.
    """
    try:
        return re.compile(translate(source), re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError, RecursionError) as error:
        said = error.msg if isinstance(error, re.error) else str(error)
        reason = next((text for start, text in _REASONS.items() if said.startswith(start)), said)
        raise ThrownError(
            f"Invalid regular expression: /{source}/{'i' if ignore_case else ''}{flags}: {reason}",
            kind="SyntaxError",
            advice="expected a JavaScript pattern. Escape special characters by a backslash.",
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
