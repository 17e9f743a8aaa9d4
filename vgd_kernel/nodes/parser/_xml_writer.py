"""An object as XML, in the form that flows of Node-RED expect."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from vgd_kernel.model import UNDEFINED
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.javascript_values import to_text, truthy

_FIRST = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LEGAL_NAME = re.compile(f"[{_FIRST}][{_FIRST}\\-.0-9\u00b7\u0300-\u036f\u203f\u2040]*\\Z")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class _Element:
    """An element: its attributes, its texts and elements in order."""

    __slots__ = ("attributes", "content", "name")

    def __init__(self, name: str) -> None:
        if not _LEGAL_NAME.match(name):
            raise ExpressionError(f"Invalid character in name {name!r}")
        self.name = name
        self.attributes: dict[str, str] = {}
        self.content: list[_Element | str] = []


class XmlWriter:
    """Writes objects with one set of options (all of `_xml_options.WRITING`)."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """Take the options."""
        self._options = options
        layout = options["renderOpts"] if isinstance(options["renderOpts"], Mapping) else {}
        pretty = truthy(layout.get("pretty", False))
        self._newline = to_text(layout.get("newline", "\n")) if pretty else ""
        self._indent = to_text(layout.get("indent", "  ")) if pretty else ""

    def write(self, value: Any) -> str:
        """Return an object as a document.

        Raises:
            ExpressionError: A name or a character that XML does not allow.
        """
        name = to_text(self._options["rootName"])
        if isinstance(value, Mapping) and len(value) == 1 and name == "root":
            [(name, value)] = value.items()
        root = _Element(to_text(name))
        self._fill(root, value)
        text = "" if self._options["headless"] else self._declaration() + self._newline
        return text + self._rendered(root, 0).removesuffix(self._newline)

    def _declaration(self) -> str:
        found = self._options["xmldec"]
        declared: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
        text = f'<?xml version="{to_text(declared.get("version", "1.0"))}"'
        if declared.get("encoding") is not None:
            text += f' encoding="{to_text(declared["encoding"])}"'
        if declared.get("standalone") is not None:
            text += f' standalone="{"yes" if truthy(declared["standalone"]) else "no"}"'
        return text + "?>"

    def _fill(self, element: _Element, value: Any) -> None:
        if value is None or isinstance(value, datetime.datetime):
            return
        if isinstance(value, list):
            for item in value:
                for key, child in _items(item):
                    self._add(element, key, child)
        elif isinstance(value, Mapping):
            for key, child in value.items():
                self._entry(element, to_text(key), child)
        else:
            element.content.append(self._text(value))

    def _entry(self, element: _Element, key: str, child: Any) -> None:
        if key == self._options["attrkey"]:
            for name, value in child.items() if isinstance(child, Mapping) else ():
                if value is not None and value is not UNDEFINED:
                    element.attributes[_Element(to_text(name)).name] = _attribute(to_text(value))
        elif key == self._options["charkey"]:
            element.content.append(self._text(child))
        else:
            for item in child if isinstance(child, list) else [child]:
                self._add(element, key, item)

    def _add(self, element: _Element, key: str, value: Any) -> None:
        inner = _Element(key)
        element.content.append(inner)
        self._fill(inner, None if value is UNDEFINED else value)

    def _text(self, value: Any) -> str:
        text = to_text(value)
        if self._options["cdata"] and isinstance(value, str) and re.search("[&<>]", text):
            return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>", 1) + "]]>"
        text = _checked(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return text.replace("\r", "&#xD;")

    def _rendered(self, element: _Element, level: int) -> str:
        indent, newline = self._indent * level, self._newline
        tag = element.name + "".join(f' {k}="{v}"' for k, v in element.attributes.items())
        if not any(element.content):
            return f"{indent}<{tag}/>{newline}"
        if len(element.content) == 1 and isinstance(element.content[0], str):
            return f"{indent}<{tag}>{element.content[0]}</{element.name}>{newline}"
        inner = "".join(
            f"{indent}{self._indent}{item}{newline}"
            if isinstance(item, str)
            else self._rendered(item, level + 1)
            for item in element.content
        )
        return f"{indent}<{tag}>{newline}{inner}{indent}</{element.name}>{newline}"


def _items(item: Any) -> list[tuple[str, Any]]:
    if isinstance(item, Mapping):
        return [(to_text(key), value) for key, value in item.items()]
    if isinstance(item, (str, list)):
        return [(str(index), value) for index, value in enumerate(item)]
    return []


def _checked(text: str) -> str:
    found = _ILLEGAL.search(text)
    if found:
        raise ExpressionError(f"Invalid character in string: {text} at index {found.start()}")
    return text


def _attribute(text: str) -> str:
    for character, escaped in (
        ("&", "&amp;"), ("<", "&lt;"), ('"', "&quot;"), ("\t", "&#x9;"), ("\n", "&#xA;"),
        ("\r", "&#xD;"),
    ):  # fmt: skip
        text = text.replace(character, escaped)
    return _checked(text)


__all__ = ("XmlWriter",)
