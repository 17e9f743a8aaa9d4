"""XML as an object: an element is an object of lists of elements, or a text.

The mapping is the one that flows of Node-RED expect; see `_xml_options.READING`. Documents are
read without a document type: entities that one declares are refused, nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

from vgd_kernel.model.errors import ExpressionError

_NAME = "#name"
_CDATA = "#cdata"
_DECLARATION = re.compile(r"\A<\?xml.*?\?>", re.DOTALL)


def read_xml(text: str, options: Mapping[str, Any]) -> Any:
    """Return the object of a document, None when there is only space.

    Args:
        text: The document.
        options: All of `_xml_options.READING`.

    Raises:
        ExpressionError: Not XML; says where.
    """
    text = _DECLARATION.sub(_blanked, text.removeprefix("\ufeff").lstrip())
    if not text:
        return None
    builder = _Builder(options)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.specified_attributes = True
    parser.StartElementHandler = builder.open
    parser.EndElementHandler = builder.close
    parser.CharacterDataHandler = builder.text
    parser.StartCdataSectionHandler = builder.cdata
    parser.EntityDeclHandler = _refuse_entity
    parser.SkippedEntityHandler = _refuse_entity
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        if not builder.finished:
            reason = expat.ErrorString(error.code)
            raise ExpressionError(
                f"not XML: {reason} at line {error.lineno}, column {error.offset + 1}; expected a "
                "well-formed document. Mend the text."
            ) from None
    except UnicodeEncodeError:
        raise ExpressionError("not XML: half a character; expected text. Mend it.") from None
    return builder.result


def _blanked(declaration: re.Match[str]) -> str:
    """Return spaces: the text is decoded, so what its declaration says means nothing any more."""
    return re.sub(r"[^\n]", " ", declaration[0])


def _refuse_entity(name: str, *details: Any) -> None:
    raise ExpressionError(
        f"not XML: the entity {name!r} of a document type; expected a document without. Write the "
        "character itself."
    )


class _Builder:
    """Builds the object while the document is read.

    Attributes:
        result: The object of the root element.
        finished: The root element is closed.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._attributes: str = options["attrkey"]
        self._characters: str = options["charkey"]
        self._children: str = options["childkey"]
        self._ordered = options["explicitChildren"] and options["preserveChildrenOrder"]
        self._stack: list[dict[str, Any]] = []
        self.result: Any = None
        self.finished = False

    def open(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        element: dict[str, Any] = {self._characters: ""}
        if attributes and not self._options["ignoreAttrs"]:
            if self._options["mergeAttrs"]:
                for key, value in attributes.items():
                    self._put(element, key, value)
            else:
                element[self._attributes] = dict(attributes)
        element[_NAME] = name.lower() if self._options["normalizeTags"] else name
        self._stack.append(element)

    def text(self, text: str) -> None:
        """Add text to the innermost element."""
        if not self._stack:
            return
        element = self._stack[-1]
        element[self._characters] += text
        options = self._options
        shows = options["includeWhiteChars"] or text.strip()
        if self._ordered and options["charsAsChildren"] and shows:
            shown = _normalized(text) if options["normalize"] else text
            child = {_NAME: "__text__", self._characters: shown}
            element.setdefault(self._children, []).append(child)

    def cdata(self) -> None:
        """Note that the innermost element has text even when that is only space."""
        if self._stack:
            self._stack[-1][_CDATA] = True

    def close(self, name: str) -> None:
        """End the innermost element and put it into the one around it."""
        element = self._stack.pop()
        name = element[_NAME]
        if not self._ordered:
            del element[_NAME]
        value = self._value(element, kept=element.pop(_CDATA, False))
        around = self._stack[-1] if self._stack else None
        sorts = self._options["explicitChildren"] and not self._options["mergeAttrs"]
        if sorts and isinstance(value, dict):
            value = self._with_children(value, around)
        if around is not None:
            self._put(around, name, value)
        else:
            self.result = {name: value} if self._options["explicitRoot"] else value
            self.finished = True

    def _value(self, element: dict[str, Any], *, kept: bool) -> Any:
        options, key = self._options, self._characters
        text = element[key]
        if not text.strip() and not kept:
            del element[key]
            if element:
                return element
            return options["emptyTag"] if options["emptyTag"] != "" else text
        if options["trim"]:
            text = text.strip()
        element[key] = _normalized(text) if options["normalize"] else text
        return self._bare(element)

    def _bare(self, element: dict[str, Any]) -> Any:
        """Return the text of an element that holds nothing else."""
        if element.keys() == {self._characters} and not self._options["explicitCharkey"]:
            return element[self._characters]
        return element

    def _with_children(self, value: dict[str, Any], around: dict[str, Any] | None) -> Any:
        """Move child elements below their own key, or into the ordered list of the parent."""
        if self._ordered:
            if around is None:
                return value
            around.setdefault(self._children, []).append(dict(value))
            del value[_NAME]
            return self._bare(value)
        outer = {}
        for key in (self._attributes, self._characters):
            keeps = key == self._attributes or not self._options["charsAsChildren"]
            if keeps and key in value:
                outer[key] = value.pop(key)
        if value:
            outer[self._children] = value
        return outer

    def _put(self, element: dict[str, Any], key: str, value: Any) -> None:
        if key not in element:
            element[key] = [value] if self._options["explicitArray"] else value
        elif isinstance(element[key], list):
            element[key].append(value)
        else:
            element[key] = [element[key], value]


def _normalized(text: str) -> str:
    return re.sub(r"\s{2,}", " ", text).strip()


__all__ = ("read_xml",)
