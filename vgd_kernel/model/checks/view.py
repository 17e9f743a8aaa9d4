"""A flow as the checks see it: entries with their parsed configs, and which of them run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vgd_kernel.model.errors import Problem, ProblemCode, Severity
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.node import Node
from vgd_kernel.model.registry import Registry
from vgd_kernel.model.wiring import is_structural

Entry = Mapping[str, Any]


class View:
    """A flow and what is known of its nodes.

    Attributes:
        document: The flow.
        registry: The node types.
        configs: Id to config of every node whose type is known and whose fields are right.
    """

    def __init__(
        self, document: FlowDocument, registry: Registry, configs: Mapping[str, Node]
    ) -> None:
        """Note which tabs are disabled."""
        self.document = document
        self.registry = registry
        self.configs = configs
        self._disabled = {entry["id"] for entry in document if entry.get("disabled") is True}

    def runs(self, entry: Entry) -> bool:
        """Tell whether an entry is a node that is not disabled, nor its tab."""
        is_node = not is_structural(entry["type"]) or entry["type"].startswith("subflow:")
        return is_node and not entry.get("d") and entry.get("z") not in self._disabled

    def running(self) -> Iterator[Entry]:
        """Yield the entries that are nodes which run."""
        return (entry for entry in self.document if self.runs(entry))

    def of_type(self, type_name: str) -> Iterator[Entry]:
        """Yield the entries of a type that run."""
        return (entry for entry in self.running() if entry["type"] == type_name)

    def calls_links_by_name(self) -> bool:
        """Tell whether some node chooses the *link in* node that it calls while the flow runs."""
        if any(entry.get("linkType") == "dynamic" for entry in self.of_type("link call")):
            return True
        return any("linkcall" in str(entry.get("func", "")) for entry in self.of_type("function"))


def finding(
    entry: Entry,
    field: str,
    seen: str,
    expected: str,
    action: str,
    *,
    code: ProblemCode,
    severity: Severity = "warning",
) -> Problem:
    """Return a finding about one field of an entry; see `Problem` for the texts."""
    return Problem(
        severity=severity,
        node=str(entry["id"]),
        type=str(entry["type"]),
        field=field,
        seen=seen,
        expected=expected,
        action=action,
        code=code,
    )


__all__ = ("Entry", "View", "finding")
