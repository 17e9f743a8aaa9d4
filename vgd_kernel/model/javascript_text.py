"""Texts by UTF-16 code units, as JavaScript counts and cuts them.

A character beyond U+FFFF is two units there, so a text that is cut at a fixed length may be cut
through the middle of one; each half is then a lone surrogate.
"""

from __future__ import annotations


def code_units(text: str) -> str:
    """Return a text with one character per code unit: pairs of surrogates for large characters.

    >>> len(code_units("a\U0001f600"))
    3
    """
    if text.isascii() or max(text) <= "\uffff":
        return text
    return "".join(map(_pair, text))


def _pair(character: str) -> str:
    if character <= "\uffff":
        return character
    offset = ord(character) - 0x10000
    return chr(0xD800 + (offset >> 10)) + chr(0xDC00 + (offset & 0x3FF))


def from_code_units(units: str) -> str:
    """Return the text of code units; a half without its other half stays.

    >>> from_code_units(code_units("a\U0001f600")) == "a\U0001f600"
    True
    """
    if units.isascii() or not any("\ud800" <= unit <= "\udfff" for unit in units):
        return units
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


__all__ = ("code_units", "from_code_units")
