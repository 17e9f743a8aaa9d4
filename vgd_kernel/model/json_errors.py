"""What V8 says about a text that is not JSON; flows compare and show these texts."""

from __future__ import annotations

import re

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_DIGITS = re.compile(r"[0-9]*")
_LITERALS = {"t": "true", "f": "false", "n": "null"}
_NO_JSON = frozenset({"NaN", "Infinity", "undefined", "[object Object]"})
"""What JavaScript writes for values that have no JSON; V8 names no token of these."""

_CONTEXT = 10
"""Characters on each side that are shown of a long text."""


class _StopError(Exception):
    """Reading ends here; the text says why."""


class _Reader:
    """Reads a text as JSON up to its first fault."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def fault(self) -> str:
        try:
            self.value()
            self.space()
            if self.position < len(self.text):
                self.stop("Unexpected non-whitespace character after JSON")
        except _StopError as stop:
            return str(stop)
        except RecursionError:
            return "Maximum call stack size exceeded"
        return ""

    @property
    def next(self) -> str:
        return self.text[self.position : self.position + 1]

    def space(self) -> str:
        match = _SPACE.match(self.text, self.position)
        assert match is not None, "the pattern matches nothing too"
        self.position = match.end()
        return self.next

    def stop(self, reason: str) -> None:
        """End with a reason and the place."""
        before = self.text[: self.position]
        line = len(re.findall(r"\r\n|\n|\r", before)) + 1
        column = len(re.split(r"\r\n|\n|\r", before)[-1]) + 1
        where = f"at position {self.position} (line {line} column {column})"
        joiner = " " if reason.endswith("JSON") else " in JSON "
        raise _StopError(f"{reason}{joiner}{where}")

    def unexpected(self, expected: str = "") -> None:
        """End at a token that does not belong here; V8 names what is wanted only inside of data."""
        character = self.next
        if expected:
            self.stop(f"Expected {expected}")
        if not character:
            raise _StopError("Unexpected end of JSON input")
        if character == '"':
            self.stop("Unexpected string")
        if character.isdecimal() or character == "-":
            self.stop("Unexpected number")
        if self.text in _NO_JSON:
            raise _StopError(f'"{self.text}" is not valid JSON')
        raise _StopError(f"Unexpected token '{character}', {self.excerpt()} is not valid JSON")

    def excerpt(self) -> str:
        text, position = self.text, self.position
        if len(text) <= 2 * _CONTEXT:
            return f'"{text}"'
        start, end = position - _CONTEXT, position + _CONTEXT
        if position < _CONTEXT:
            return f'"{text[:end]}"...'
        if position >= len(text) - _CONTEXT:
            return f'..."{text[start:]}"'
        return f'..."{text[start:end]}"...'

    def value(self) -> None:
        character = self.space()
        if character == "{":
            self.object()
        elif character == "[":
            self.list()
        elif character == '"':
            self.string()
        elif character and (character in "0123456789-"):
            self.number()
        else:
            for wanted in _LITERALS.get(character, "\0"):
                if self.next != wanted:
                    self.unexpected()
                self.position += 1

    def object(self) -> None:
        self.position += 1
        wanted = "property name or '}'"
        if self.space() == "}":
            self.position += 1
            return
        while True:
            if self.space() != '"':
                self.unexpected(wanted)
            self.string()
            if self.space() != ":":
                self.unexpected("':' after property name")
            self.position += 1
            self.value()
            if self.space() == "}":
                self.position += 1
                return
            if self.next != ",":
                self.unexpected("',' or '}' after property value")
            self.position += 1
            wanted = "double-quoted property name"

    def list(self) -> None:
        self.position += 1
        if self.space() == "]":
            self.position += 1
            return
        while True:
            self.value()
            if self.space() == "]":
                self.position += 1
                return
            if self.next != ",":
                self.unexpected("',' or ']' after array element")
            self.position += 1

    def string(self) -> None:
        self.position += 1
        while True:
            plain = _PLAIN.match(self.text, self.position)
            assert plain is not None, "the pattern matches nothing too"
            self.position = plain.end()
            character = self.next
            if not character:
                self.stop("Unterminated string")
            self.position += 1
            if character == '"':
                return
            if character != "\\":
                self.position -= 1
                self.stop("Bad control character in string literal")
            self.escape()

    def escape(self) -> None:
        character = self.next
        if not character:
            raise _StopError("Unexpected end of JSON input")
        if character == "u":
            for _ in range(4):
                self.position += 1
                if not self.next or self.next not in "0123456789abcdefABCDEF":
                    self.stop("Bad Unicode escape")
        elif character not in '"\\/bfnrt':
            self.stop("Bad escaped character")
        self.position += 1

    def digits(self) -> bool:
        match = _DIGITS.match(self.text, self.position)
        assert match is not None, "the pattern matches nothing too"
        found = match.end() > self.position
        self.position = match.end()
        return found

    def number(self) -> None:
        if self.next == "-":
            self.position += 1
            if not self.next.isdecimal():
                self.stop("No number after minus sign")
        if self.next == "0":
            self.position += 1
            if self.next.isdecimal():
                self.stop("Unexpected number")
        else:
            self.digits()
        if self.next == ".":
            self.position += 1
            if not self.digits():
                self.stop("Unterminated fractional number")
        if self.next and self.next in "eE":
            self.position += 1
            if self.next and self.next in "+-":
                self.position += 1
            if not self.digits():
                self.stop("Exponent part is missing a number")


def json_error(text: str) -> str:
    """Return what V8 says about a text that is not JSON.

    >>> json_error("{bad")
    "Expected property name or '}' in JSON at position 1 (line 1 column 2)"
    """
    return _Reader(text).fault() or "not JSON"


__all__ = ("json_error",)
