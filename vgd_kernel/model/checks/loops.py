"""Cycles of nodes that all hand messages on at once: nothing ever leaves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vgd_kernel.model.checks.view import View, finding
from vgd_kernel.model.errors import Problem
from vgd_kernel.model.wiring import links_of, wires_of


def check_loops(view: View) -> Iterator[Problem]:
    """Yield an error per cycle of pass-through nodes, a warning per cycle that changes messages."""
    links = links_of(view.document)
    onward: dict[str, list[str]] = {}
    changing: set[str] = set()
    for entry in view.running():
        cls = view.registry.get(entry["type"])
        if cls is not None and (cls.spec.passes_through or cls.spec.forwards):
            wired = {target for _, target in wires_of(entry)}
            onward[entry["id"]] = sorted(wired | links.get(entry["id"], set()))
            if not cls.spec.passes_through:
                changing.add(entry["id"])
    passing = {id: targets for id, targets in onward.items() if id not in changing}
    for cycle in _cycles(passing):
        yield _cycle(view, cycle, "a cycle of links that nothing leaves", endless=True)
    for cycle in _cycles(onward):
        if not changing.isdisjoint(cycle):
            seen = "a cycle in which no node waits or filters, so that messages never leave it"
            yield _cycle(view, cycle, seen, endless=False)


def _cycle(view: View, cycle: list[str], seen: str, *, endless: bool) -> Problem:
    first = view.document.entry(cycle[0])
    path = " → ".join([*cycle, cycle[0]])
    return finding(
        first,
        "links" if "links" in first else "wires",
        f"{seen}: {path}",
        "at least one node on the way that waits, filters or ends",
        "Remove one of these wires or links, or put a delay or switch node between.",
        code="link-cycle" if endless else "loop",
        severity="error" if endless else "warning",
    )


def _cycles(targets: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Yield one cycle for each group of nodes that reach each other (iterative depth-first)."""
    done: set[str] = set()
    for start in targets:
        path: list[str] = []
        position: dict[str, int] = {}
        stack: list[tuple[str, Iterator[str]]] = []
        if start not in done:
            stack.append((start, iter(targets[start])))
            position[start] = 0
            path.append(start)
        while stack:
            node, following = stack[-1]
            step = next((t for t in following if t in targets and t not in done), None)
            if step is None:
                stack.pop()
                path.pop()
                del position[node]
                done.add(node)
            elif step in position:
                yield path[position[step] :]
                done.update(path[position[step] :])
            else:
                position[step] = len(path)
                path.append(step)
                stack.append((step, iter(targets[step])))


__all__ = ("check_loops",)
