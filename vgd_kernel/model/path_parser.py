"""Reads property paths, with Node-RED's rules and its words for what is wrong.

Its rules are wider than its editor lets through: ``a[0]b`` is ``a``, ``0``, ``b``. Texts of errors
are those that flows see in ``msg.error.message``. Source: Node-RED,
``normalisePropertyExpression``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vgd_kernel.model.errors import ThrownError

ADVICE = 'expected a path such as payload.items[0]["a name"]. Mend the path.'
"""What an author should write in place of a path that is wrong."""

_AFTER_DOT = re.compile(r"[a-zA-Z0-9$_]")
_AFTER_BRACKET = re.compile(r"[\"'0-9]")
_DIGITS = re.compile(r"[0-9]+\Z")
_NESTED = re.compile(r"msg[.\[]")


@dataclass(frozen=True, slots=True)
class Reference:
    """A key that stands in the message: ``[msg.topic]``.

    Attributes:
        keys: Path into the message; its value is the key.
        position: Where it starts in the text of the path, for the texts of errors.
    """

    keys: tuple[str | int | Reference, ...]
    position: int

    def error(self) -> ThrownError:
        """Return the error of a key that the message does not have."""
        return _error(f"Invalid expression started at position {self.position}", prefix="")


Key = str | int | Reference
"""One step of a path."""

Path = tuple[Key, ...]
"""A parsed path."""


def _error(text: str, *, prefix: str = "Invalid property expression: ") -> ThrownError:
    return ThrownError(prefix + text, code="INVALID_EXPR", advice=ADVICE)


def _unexpected(seen: str, position: int) -> ThrownError:
    return _error(f"unexpected {seen} at position {position}")


def _array_expression(position: int) -> ThrownError:
    return _error(f"unexpected array expression at position {position}")


class _Parser:
    """Reads one path, character by character; ``start`` is where the unread key begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.keys: list[Key] = []
        self.position = self.start = 0
        self.in_brackets = False

    def parse(self) -> Path:
        if not self.text:
            raise _error("zero-length")
        while self.position < len(self.text):
            character = self.text[self.position]
            if character in "'\"":
                self._quoted(character)
            elif character == ".":
                self._dot()
            elif character == "[":
                self._open()
            elif character == "]":
                self._close()
            elif character == " ":
                raise _unexpected("' '", self.position)
            self.position += 1
        if self.in_brackets:
            raise _error("unterminated expression")
        if self.start < len(self.text):
            self.keys.append(self.text[self.start :])
        return tuple(self.keys)

    def _following(self) -> str:
        return self.text[self.position + 1 : self.position + 2]

    def _require_following(self) -> None:
        if not self._following():
            raise _error("unterminated expression")

    def _quoted(self, quote: str) -> None:
        if self.position != self.start:
            raise _unexpected(quote, self.position)
        start = self.position + 1
        end = self.text.find(quote, start)
        if end < 0:
            raise _error("unterminated expression")
        if end == start:
            raise _error(f"zero-length string at position {start}")
        self.keys.append(self.text[start:end])
        self.position = end
        following = self._following()
        if self.in_brackets and following != "]":
            raise _array_expression(start)
        if not self.in_brackets and following and following not in "[.":
            raise _error(f"unexpected {following} expression at position {end + 1}")
        self.start = end + 1

    def _dot(self) -> None:
        if self.position == 0:
            raise _unexpected(".", 0)
        if self.start != self.position:
            name = self.text[self.start : self.position]
            self.keys.append(int(name) if _DIGITS.match(name) else name)
        self._require_following()
        if not _AFTER_DOT.match(self._following()):
            raise _unexpected(self._following(), self.position + 1)
        self.start = self.position + 1

    def _open(self) -> None:
        if self.position == 0:
            raise _unexpected("[", 0)
        if self.start != self.position:
            self.keys.append(self.text[self.start : self.position])
        self._require_following()
        if _NESTED.match(self.text, self.position + 1):
            self._reference()
            return
        if not _AFTER_BRACKET.match(self._following()):
            raise _unexpected(self._following(), self.position + 1)
        self.start = self.position + 1
        self.in_brackets = True

    def _reference(self) -> None:
        begin, depth = self.position + 1, 1
        for index in range(begin, len(self.text)):
            depth += {"[": 1, "]": -1}.get(self.text[index], 0)
            if depth == 0:
                inner = self.text[begin:index].removeprefix("msg.")
                try:
                    self.keys.append(Reference(parse_path(inner), begin))
                except ThrownError:
                    raise Reference((), begin).error() from None
                self.in_brackets = False
                self.position, self.start = index, index + 1
                return
        raise _error(f"unmatched '[' at position {self.position}")

    def _close(self) -> None:
        if not self.in_brackets:
            raise _unexpected("]", self.position)
        if self.start != self.position:
            number = self.text[self.start : self.position]
            if not _DIGITS.match(number):
                raise _array_expression(self.start)
            self.keys.append(int(number))
        self.start = self.position + 1
        self.in_brackets = False


def parse_path(text: str) -> Path:
    """Return a path as its keys.

    Raises:
        ThrownError: With Node-RED's text; names the position.
    """
    return _Parser(text).parse()


__all__ = ("Key", "Path", "Reference", "parse_path")
