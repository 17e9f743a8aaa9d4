"""Conformance cases as files: read them, and say what a case needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vgd_kernel.model.registry import Registry
from vgd_kernel.testing.nodered.actions import NETWORK_ACTIONS
from vgd_kernel.testing.nodered.fixtures import FIXTURES

Case = dict[str, Any]
"""A case file's content; its fields are those of the collection's README."""

BUILT_IN = frozenset({"tab", "group", "subflow", "global-config", "unknown"})
"""Entry types that need no node class; ``unknown`` swallows what it gets, as every unknown type."""

ACTIONS = frozenset({"deploy", "press", "debug-state", "write", "unlink", *NETWORK_ACTIONS})
"""Actions that the player can carry out."""


def load_cases(folder: Path) -> list[Case]:
    """Return the cases of a folder, by name.

    Raises:
        FileNotFoundError: The folder is not there or holds no case.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise FileNotFoundError(f"no case (*.json) in {folder}; expected a folder of case files")
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def missing(case: Mapping[str, Any], registry: Registry) -> str:
    """Return what a case needs that is not built here; empty when nothing."""
    types = {str(entry.get("type")) for entry in case["flow"]}
    for name in sorted(types - BUILT_IN):
        if registry.get(name) is None and not name.startswith("subflow:"):
            return f"type {name} is not built"
    for name in case.get("fixtures", []):
        if name not in FIXTURES:
            return f"fixture {name} is not built"
    for step in case.get("inject", []):
        if "do" in step and step["do"] not in ACTIONS:
            return f"action {step['do']} is not built"
    return ""


__all__ = ("ACTIONS", "Case", "load_cases", "missing")
