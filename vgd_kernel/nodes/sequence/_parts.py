"""What split and join share: separators as the author writes them."""

from __future__ import annotations

import re

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "e": "e", "f": "\f", "0": "\0"}


def unescape(text: str) -> str:
    """Return a separator with its escapes (line break, tab, zero, …) as those characters."""
    return re.sub(r"\\([nrtef0])", lambda match: _ESCAPES[match[1]], text)


__all__ = ("unescape",)
