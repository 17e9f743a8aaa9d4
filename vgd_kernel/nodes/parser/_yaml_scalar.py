"""How a text is written in YAML: plain, quoted, or as a block.

Source: YAML 1.2, chapter 7 (flow scalars) and 8 (block scalars); the choice between them is that
of the library that Node-RED uses.
"""

from __future__ import annotations

import re

from vgd_kernel.model.yaml_text import reads_as_text

INDENT = 2
"""Spaces of one level; what Node-RED writes."""

WIDTH = 80
"""Characters of a line, before deeper levels narrow it."""

NARROWEST = 40
"""Lines are not made narrower than this by indentation."""

_OLD_BOOLEAN = re.compile(r"(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)\Z")
_OLD_TIME = re.compile(r"[-+]?[0-9_]+(:[0-9_]+)+(\.[0-9_]*)?\Z")
_UNPRINTABLE = re.compile(
    "[^ -~\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_BAD_FIRST = frozenset(" -?:,[]{}#&*!|=>'\"%@`\n")
_NOT_PLAIN = re.compile(r":( |\Z|\n)|(?:\A| )#")
_ESCAPES = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f",
    "\r": "\\r", "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\xa0": "\\_",
    "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip


def write_text(text: str, level: int, *, is_key: bool = False) -> str:
    """Return a text as YAML.

    Args:
        text: Anything.
        level: Depth of nesting, 0 at the root.
        is_key: It stands before a colon, so must stay on one line.
    """
    if not text:
        return "''"
    if _OLD_BOOLEAN.match(text) or _OLD_TIME.match(text):
        return f"'{text}'"
    indent = INDENT * max(1, level)
    width = max(NARROWEST, WIDTH - indent)
    bare = text if is_key else text.replace("\n", "")
    if _UNPRINTABLE.search(bare):
        return _double(text)
    lines = text.split("\n")
    folds = not is_key and any(len(line) > width and line[0] != " " for line in lines)
    if len(lines) == 1 and not folds:
        if _is_plain(text) and reads_as_text(text):
            return text
        return "'" + text.replace("'", "''") + "'"
    body = _fold(lines, width) if folds else text
    return (">" if folds else "|") + _header(text) + _indented(body, indent)


def _is_plain(text: str) -> bool:
    return text[0] not in _BAD_FIRST and text[-1] not in " :" and not _NOT_PLAIN.search(text)


def _double(text: str) -> str:
    return '"' + "".join(_escape(character) for character in text) + '"'


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if not _UNPRINTABLE.match(character):
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}"


def _header(text: str) -> str:
    """Return what follows ``|``: the indentation when it cannot be seen, and how it ends."""
    shown = str(INDENT) if re.match(r"\n* ", text) else ""
    if not text.endswith("\n"):
        return f"{shown}-\n"
    return f"{shown}+\n" if text == "\n" or text.endswith("\n\n") else f"{shown}\n"


def _indented(text: str, indent: int) -> str:
    lines = text.removesuffix("\n").split("\n")
    return "\n".join(" " * indent + line if line else line for line in lines)


def _fold(lines: list[str], width: int) -> str:
    """Break long lines at spaces; a line break of the text becomes an empty line."""
    result = _fold_line(lines[0], width)
    before_is_indented = lines[0] == "" or lines[0][0] == " "
    gap = ""
    for line in lines[1:]:
        gap += "\n"
        if not line:
            continue
        indented = line[0] == " "
        result += gap + ("" if before_is_indented or indented else "\n") + _fold_line(line, width)
        before_is_indented, gap = indented, ""
    return result + gap


def _fold_line(line: str, width: int) -> str:
    if not line or line[0] == " ":
        return line
    pieces, start, current = [], 0, 0
    for match in re.finditer(r" (?=[^ ])", line):
        if match.start() - start > width:
            end = current if current > start else match.start()
            pieces.append(line[start:end])
            start = end + 1
        current = match.start()
    if len(line) - start > width and current > start:
        pieces += [line[start:current], line[current + 1 :]]
    else:
        pieces.append(line[start:])
    return "\n".join(pieces)


__all__ = ("INDENT", "write_text")
