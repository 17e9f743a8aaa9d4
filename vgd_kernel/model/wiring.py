"""How the entries of a flow hang together: wires, links, and what is no node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vgd_kernel.model.flow import FlowDocument

STRUCTURAL_TYPES = frozenset({"tab", "group", "subflow"})
"""Entries that are no nodes."""


def is_structural(type_name: str) -> bool:
    """Tell whether entries of a type are no nodes of the registry (tabs, groups, subflows)."""
    return type_name in STRUCTURAL_TYPES or type_name.startswith("subflow:")


def wires_of(entry: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Yield (port, target id) for every well-formed wire of an entry."""
    wires = entry.get("wires")
    for port, targets in enumerate(wires if isinstance(wires, list) else ()):
        for target in targets if isinstance(targets, list) else ():
            if isinstance(target, str):
                yield port, target


def links_of(document: FlowDocument) -> dict[str, set[str]]:
    """Return the virtual wires: id of each ``link out`` to the ids of its ``link in`` nodes.

    A link counts when either end declares it, as in Node-RED.
    """
    found: dict[str, set[str]] = {}
    for entry in document:
        links = entry.get("links")
        for other in links if isinstance(links, list) else ():
            if entry["type"] == "link out" and entry.get("mode", "link") == "link":
                found.setdefault(entry["id"], set()).add(str(other))
            elif entry["type"] == "link in" and other in document:
                source = document.entry(str(other))
                if source["type"] == "link out" and source.get("mode", "link") == "link":
                    found.setdefault(source["id"], set()).add(entry["id"])
    return found


__all__ = ("STRUCTURAL_TYPES", "is_structural", "links_of", "wires_of")
