"""Wires that carry what their target cannot take."""

from __future__ import annotations

from collections.abc import Iterator

from vgd_kernel.model.checks.view import View, finding
from vgd_kernel.model.errors import Problem
from vgd_kernel.model.port_types import resolve
from vgd_kernel.model.wiring import links_of, wires_of

DEPTH = 50
"""Nodes that a type is followed back through; beyond, it counts as unknown."""


def check_types(view: View) -> Iterator[Problem]:
    """Yield a finding for each wire whose types, as far as they are known, cannot fit."""
    types = _Types(view)
    for entry in view.running():
        for port, target in wires_of(entry):
            for name, wanted in types.accepted(target).items():
                given = types.given(entry["id"], name)
                if given and given.isdisjoint(wanted):
                    kind = view.document.entry(target)["type"]
                    yield finding(
                        entry,
                        f"wires.{port}",
                        f'the wire to "{target}" ({kind}) brings msg.{name} as '
                        f"{' or '.join(sorted(given))}",
                        " or ".join(wanted),
                        "Convert it on the way, or wire it to another node.",
                        code="type-mismatch",
                        severity="error",
                    )


class _Types:
    """What nodes take and give; what was worked out is kept."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._accepted: dict[str, dict[str, tuple[str, ...]]] = {}
        self._given: dict[tuple[str, str], frozenset[str]] = {}
        self._before: dict[str, list[str]] = {}
        self._called = view.calls_links_by_name() or any(True for _ in view.of_type("link call"))
        links = links_of(view.document)
        for entry in view.running():
            for target in {target for _, target in wires_of(entry)} | links.get(entry["id"], set()):
                self._before.setdefault(target, []).append(entry["id"])

    def accepted(self, id: str) -> dict[str, tuple[str, ...]]:
        """Return the types that a node takes, by property."""
        if id not in self._accepted:
            config = self._view.configs.get(id)
            shape = config.spec.accepts if config is not None else {}
            runs = id in self._view.document and self._view.runs(self._view.document.entry(id))
            known = config is not None and shape and runs
            self._accepted[id] = resolve(shape, config.to_raw()) if known and config else {}
        return self._accepted[id]

    def given(self, id: str, name: str, depth: int = 0) -> frozenset[str]:
        """Return the types that a property has behind a node; empty when they are unknown."""
        key = (id, name)
        if key not in self._given:
            self._given[key] = frozenset()  # within a cycle
            self._given[key] = self._find(id, name, depth)
        return self._given[key]

    def _find(self, id: str, name: str, depth: int) -> frozenset[str]:
        config = self._view.configs.get(id)
        if config is None:
            return frozenset()
        spec = config.spec
        if spec.gives:
            own = resolve(spec.gives, config.to_raw())
            if name in own:
                return frozenset(own[name])
            if any(key in (name, f"={name}") or key.startswith("=") for key in spec.gives):
                return frozenset()
        before = self._before.get(id, [])
        open_end = spec.type == "link in" and self._called
        if not (spec.keeps or spec.passes_through) or open_end or depth > DEPTH or not before:
            return frozenset()
        found = [self.given(source, name, depth + 1) for source in before]
        return frozenset().union(*found) if all(found) else frozenset()


__all__ = ("DEPTH", "check_types")
