"""Config nodes: those that a node names and that are not there, and those that nobody uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vgd_kernel.model.checks.view import Entry, View, finding
from vgd_kernel.model.errors import Problem
from vgd_kernel.model.fields import has_environment
from vgd_kernel.model.node import config_references

_ALONE = frozenset({"global-config"})
"""Config nodes that no node refers to."""


def check_configs(view: View) -> Iterator[Problem]:
    """Yield references to config nodes that are missing, and config nodes without a user."""
    for entry in view.running():
        cls = view.registry.get(entry["type"])
        for name, wanted, required in config_references(cls) if cls is not None else ():
            problem = _reference(view, entry, name, wanted, required=required)
            if problem is not None:
                yield problem
    yield from _unused(view)


def _reference(
    view: View, entry: Entry, name: str, wanted: str, *, required: bool
) -> Problem | None:
    id = entry.get(name)
    if not id:
        seen = "no config node is chosen" if required else ""
    elif not isinstance(id, str) or has_environment(id):
        return None
    elif id not in view.document:
        seen = f'the config node "{id}" is not in the flow'
    elif view.document.entry(id)["type"] != wanted:
        seen = f'"{id}" is a {view.document.entry(id)["type"]} node'
    else:
        seen = ""
    if not seen:
        return None
    action = f"Choose or add a node of the type {wanted}."
    text = f"the id of a {wanted} node"
    return finding(entry, name, seen, text, action, code="missing-config", severity="error")


def _unused(view: View) -> Iterator[Problem]:
    candidates = {}
    for entry in view.running():
        cls = view.registry.get(entry["type"])
        if cls is not None and cls.spec.config and entry["type"] not in _ALONE:
            candidates[entry["id"]] = entry
    if not candidates:
        return
    used: set[str] = set()
    for entry in view.document:
        for key, value in entry.items():
            if key not in ("id", "z", "type", "wires"):
                used.update(text for text in _texts(value) if text in candidates)
    for id, entry in candidates.items():
        if id not in used:
            action = "Choose it in a node's form, or remove it."
            seen = "no node uses this config node"
            yield finding(entry, "", seen, "a node that names it", action, code="unused-config")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


__all__ = ("check_configs",)
