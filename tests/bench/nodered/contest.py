"""The same flow on all runtimes: started together, measured in turn."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Literal
from urllib.error import URLError

from nodered.flow_files import Flow
from nodered.install import Installation
from nodered.python_bodies import with_python
from nodered.rows import Row, row
from nodered.runtimes import NodeRed, Runtime, RuntimeFailedError, Vgd

Contestant = Literal["node-red", "vgd", "vgd-python"]

Measure = Callable[[Runtime], Mapping[str, float]]
"""One repetition on one runtime: value by suffix of the row's name."""

Values = dict[Contestant, dict[str, list[float]]]
"""All repetitions by contestant and suffix."""

Vary = Callable[[Contestant, Flow], Flow]
"""Returns a contestant's own version of a flow."""

FAILURES = (RuntimeFailedError, URLError, ConnectionError, TimeoutError)
"""What a runtime that does not do what is asked raises."""


def _same(contestant: Contestant, flow: Flow) -> Flow:
    return flow


@dataclass(frozen=True, slots=True)
class Contest:
    """How to measure.

    Attributes:
        installation: Where Node-RED is.
        repetitions: Of each measurement.
        quick: Less of everything; the figures only show that it works.
        failures: What could not be measured, filled as it happens.
    """

    installation: Installation
    repetitions: int = 5
    quick: bool = False
    failures: list[str] = field(default_factory=list)

    def starters(
        self, flow: Flow, *, vary: Vary = _same, heap_mib: int = 0
    ) -> dict[Contestant, Callable[[], Runtime]]:
        """Return what starts a flow; with Python bodies too when it has function nodes.

        Args:
            flow: What all of them run.
            vary: Gives a contestant topics or ports of its own.
            heap_mib: Limit of Node.js's heap, 0 leaves it.
        """
        theirs, ours = vary("node-red", flow), vary("vgd", flow)
        found: dict[Contestant, Callable[[], Runtime]] = {
            "node-red": lambda: NodeRed(theirs, self.installation, heap_mib=heap_mib),
            "vgd": lambda: Vgd(ours),
        }
        if any(entry["type"] == "function" for entry in flow):
            python = with_python(vary("vgd-python", flow))
            found["vgd-python"] = lambda: Vgd(python)
        return found

    def fail(self, name: str, contestant: Contestant, error: Exception) -> None:
        """Note that something could not be measured."""
        self.failures.append(f"{name}, {contestant}: {error}")
        print(f"failed: {self.failures[-1]}", file=sys.stderr)

    def in_turn(self, name: str, flow: Flow, measure: Measure, *, vary: Vary = _same) -> Values:
        """Measure a flow on every runtime, one after the other, again and again.

        A runtime that fails is left out from then on. An idle one costs nothing, so all of them
        are up at once. The first round warms up and is not kept.
        """
        values: Values = {}
        with ExitStack() as stack:
            running: dict[Contestant, Runtime] = {}
            for contestant, start in self.starters(flow, vary=vary).items():
                try:
                    running[contestant] = stack.enter_context(start())
                except FAILURES as error:
                    self.fail(name, contestant, error)
            for number in range(1 + self.repetitions):
                for contestant, runtime in tuple(running.items()):
                    try:
                        found = measure(runtime)
                    except FAILURES as error:
                        del running[contestant]
                        values.pop(contestant, None)
                        self.fail(name, contestant, error)
                        continue
                    if number:
                        keep(values.setdefault(contestant, {}), found)
        return values


def keep(values: dict[str, list[float]], found: Mapping[str, float]) -> None:
    """Add one repetition."""
    for suffix, value in found.items():
        values.setdefault(suffix, []).append(value)


def rows_of(name: str, unit: str, values: Values) -> Iterator[Row]:
    """Return a row per suffix, and one more when Python bodies were measured too."""
    base = values.get("node-red", {})
    endings: dict[Contestant, str] = {"vgd": "", "vgd-python": "-python"}
    for contestant, ending in endings.items():
        for suffix, numbers in values.get(contestant, {}).items():
            if suffix in base:
                theirs, ours = statistics.median(base[suffix]), statistics.median(numbers)
                yield row(f"{name}{suffix}{ending}", unit, theirs, ours)


__all__ = ("FAILURES", "Contest", "Contestant", "Measure", "Values", "Vary", "keep", "rows_of")
