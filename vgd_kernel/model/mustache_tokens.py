"""Reads a mustache template into tokens, with mustache.js's rules for lines and its error texts.

A tag that stands alone on its line takes the line with it. Source: mustache.js 4,
``parseTemplate``.
"""

from __future__ import annotations

import re

from vgd_kernel.model.errors import ExpressionError

Token = tuple[str, str]
"""Kind and value: ``text``; ``name`` and ``&`` (unescaped); ``#``, ``^`` and ``/`` of a section."""

_KIND = re.compile(r"[#^/>{&=!]")
_ADVICE = "expected a mustache template. Close every {{tag}} and every {{#section}}."


class _Tags:
    """The patterns of the tags, which a template may change: ``{{=<% %>=}}``."""

    def __init__(self, opening: str, closing: str) -> None:
        self.opening = re.compile(re.escape(opening) + r"\s*")
        self.closing = re.compile(r"\s*" + re.escape(closing))
        self.closing_curly = re.compile(r"\s*" + re.escape("}" + closing))


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.tags = _Tags("{{", "}}")
        self.tokens: list[Token | None] = []
        self.spaces: list[int] = []  # places of the white tokens of this line
        self.has_tag = self.has_other = False
        self.sections: list[str] = []

    def read(self) -> list[Token]:
        while self.position < len(self.text):
            self.literal(self.until(self.tags.opening))
            start = self.position
            if not self.take(self.tags.opening):
                break
            self.tag(start)
        self.end_line()
        if self.sections:
            raise _error(f'Unclosed section "{self.sections[-1]}" at {self.position}')
        return _joined(self.tokens)

    def until(self, pattern: re.Pattern[str]) -> str:
        found = pattern.search(self.text, self.position)
        start, self.position = self.position, found.start() if found else len(self.text)
        return self.text[start : self.position]

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.position)
        if found is None:
            return ""
        self.position = found.end()
        return found[0]

    def literal(self, text: str) -> None:
        for character in text:
            if character.isspace():
                self.spaces.append(len(self.tokens))
            else:
                self.has_other = True
            self.tokens.append(("text", character))
            if character == "\n":
                self.end_line()

    def end_line(self) -> None:
        if self.has_tag and not self.has_other:
            for place in self.spaces:
                self.tokens[place] = None
        self.spaces.clear()
        self.has_tag = self.has_other = False

    def tag(self, start: int) -> None:
        self.has_tag = True
        kind = self.take(_KIND) or "name"
        self.take(re.compile(r"\s*"))
        if kind == "=":
            value = self.until(re.compile(r"\s*="))
            self.take(re.compile(r"\s*="))
            self.until(self.tags.closing)
        elif kind == "{":
            value = self.until(self.tags.closing_curly)
            self.take(re.compile(r"\s*\}"))
            self.until(self.tags.closing)
            kind = "&"
        else:
            value = self.until(self.tags.closing)
        if not self.take(self.tags.closing):
            raise _error(f"Unclosed tag at {self.position}")
        self.tokens.append((kind, value))
        self.note(kind, value, start)

    def note(self, kind: str, value: str, start: int) -> None:
        """Keep what a tag changes: open sections, the tags themselves."""
        if kind in ("#", "^"):
            self.sections.append(value)
        elif kind == "/":
            if not self.sections:
                raise _error(f'Unopened section "{value}" at {start}')
            opened = self.sections.pop()
            if opened != value:
                raise _error(f'Unclosed section "{opened}" at {start}')
        elif kind in ("name", "&"):
            self.has_other = True
        elif kind == "=":
            words = value.split()
            if len(words) != 2:
                raise _error(f"Invalid tags: {value}")
            self.tags = _Tags(*words)
        elif kind == ">":
            raise _error("tokens.forEach is not a function")  # Node-RED: there are no partials


def _error(text: str) -> ExpressionError:
    return ExpressionError(text, advice=_ADVICE)


def _joined(tokens: list[Token | None]) -> list[Token]:
    """Return the tokens with the characters of each text as one, without comments."""
    found: list[Token] = []
    for token in tokens:
        if token is None or token[0] in "!=":
            continue
        if token[0] == "text" and found and found[-1][0] == "text":
            found[-1] = ("text", found[-1][1] + token[1])
        else:
            found.append(token)
    return found


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a template.

    Raises:
        ExpressionError: A tag or section is not closed; says where.
    """
    return _Reader(text).read()


__all__ = ("Token", "tokenize")
