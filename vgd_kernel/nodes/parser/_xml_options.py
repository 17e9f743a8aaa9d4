"""How XML is mapped to objects; the names of the options are those that flows use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vgd_kernel.model.javascript_values import truthy

READING: Mapping[str, Any] = {
    "attrkey": "$",
    "charkey": "_",
    "childkey": "$$",
    "explicitCharkey": False,
    "explicitArray": True,
    "explicitRoot": True,
    "explicitChildren": False,
    "preserveChildrenOrder": False,
    "charsAsChildren": False,
    "includeWhiteChars": False,
    "ignoreAttrs": False,
    "mergeAttrs": False,
    "normalizeTags": False,
    "normalize": False,
    "trim": False,
    "emptyTag": "",
}
"""Options of reading and what they are when the message does not set them."""

WRITING: Mapping[str, Any] = {
    "attrkey": "$",
    "charkey": "_",
    "rootName": "root",
    "headless": False,
    "cdata": False,
    "renderOpts": {"pretty": True, "indent": "  ", "newline": "\n"},
    "xmldec": {"version": "1.0", "encoding": "UTF-8", "standalone": True},
}
"""Options of writing and what they are when the message sets others."""


def merged(defaults: Mapping[str, Any], own: Any) -> dict[str, Any]:
    """Return options with those of a message on top; unknown ones have no effect."""
    options = dict(defaults)
    for key, value in own.items() if isinstance(own, Mapping) else ():
        if key in defaults:
            options[key] = truthy(value) if isinstance(defaults[key], bool) else value
    return options


__all__ = ("READING", "WRITING", "merged")
