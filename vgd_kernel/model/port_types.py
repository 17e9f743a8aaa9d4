"""Types of what nodes take and give, as far as they are certain; what is not said is any type.

A port's type is a mapping from message property to the type names that it may have. A property
that is written ``=field`` is the one whose name stands in that field of the node. Type names are
JSON Schema's (``string``, ``number``, ``boolean``, ``null``, ``array``, ``object``) and ``buffer``
and ``table`` (a DataFrame).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ByField:
    """Types that depend on a field of the node.

    Attributes:
        field: Name of the field, as in the flow file.
        cases: Value of the field to types; any type for a value that is not here.
    """

    field: str
    cases: Mapping[str, tuple[str, ...]]


PortType = tuple[str, ...] | ByField
Shape = Mapping[str, PortType]
"""Property to its types."""


def resolve(shape: Shape, raw: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the types of the properties of a node, those that depend on its fields included.

    Args:
        shape: What the node type says.
        raw: The node's config, keys as in the flow file.
    """
    found = {}
    for key, types in shape.items():
        name = key
        if key.startswith("="):
            name = str(raw.get(key[1:], ""))
            if raw.get(f"{key[1:]}Type", "msg") != "msg" or not name.isidentifier():
                continue
        if isinstance(types, ByField):
            types = types.cases.get(str(raw.get(types.field)), ())
        if types:
            found[name] = types
    return found


def describe_shape(shape: Shape) -> dict[str, Any]:
    """Return a shape as JSON: ``{"type": [...]}`` or ``{"byField": ..., "cases": {...}}``."""
    return {
        key: {
            "byField": types.field,
            "cases": {value: {"type": list(names)} for value, names in types.cases.items()},
        }
        if isinstance(types, ByField)
        else {"type": list(types)}
        for key, types in shape.items()
    }


__all__ = ("ByField", "PortType", "Shape", "describe_shape", "resolve")
