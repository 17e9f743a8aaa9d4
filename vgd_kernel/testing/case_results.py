"""What became of test cases: per case whether it passed, and what differed."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vgd_kernel.model.message import Message


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one case.

    Attributes:
        name: Name of the case.
        failures: What differed, a line each; empty when the case passed.
        arrived: Id of each node that the case expects something of to what arrived there.
        virtual_s: How far the virtual clock went, in seconds.
        took_s: How long it really took, in seconds.
    """

    name: str
    failures: tuple[str, ...] = ()
    arrived: Mapping[str, list[Message]] = field(default_factory=dict, repr=False)
    virtual_s: float = 0.0
    took_s: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether nothing differed."""
        return not self.failures

    def to_json(self) -> dict[str, Any]:
        """Return the result as a JSON object, without the messages."""
        return {
            "name": self.name,
            "passed": self.passed,
            "failures": list(self.failures),
            "virtual_s": self.virtual_s,
            "took_s": round(self.took_s, 6),
        }

    def __str__(self) -> str:
        """Return a line for the case, and one for everything that differed."""
        mark = "✓" if self.passed else "✗"
        return "\n    ".join((f"{mark} {self.name}", *self.failures))


class CaseResults(tuple[CaseResult, ...]):
    """The results of several cases; shown as a list with marks. True when all passed."""

    __slots__ = ()

    def __new__(cls, results: Iterable[CaseResult] = ()) -> CaseResults:
        """Keep results in order."""
        return super().__new__(cls, results)

    @property
    def passed(self) -> bool:
        """Whether every case passed."""
        return all(result.passed for result in self)

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that did not pass."""
        return tuple(result for result in self if not result.passed)

    @property
    def summary(self) -> str:
        """The counts, as a line."""
        return f"{len(self) - len(self.failed)} passed, {len(self.failed)} failed"

    def __bool__(self) -> bool:
        """Tell whether every case passed, so that ``assert flow.test()`` reads as it should."""
        return self.passed

    def __repr__(self) -> str:
        """Return all lines and the counts."""
        return "\n".join((*map(str, self), self.summary))

    def _repr_html_(self) -> str:
        """Return a table for a notebook."""
        rows = "".join(
            f"<tr><td>{'✓' if result.passed else '✗'}</td><td>{html.escape(result.name)}</td>"
            f"<td><pre>{html.escape(chr(10).join(result.failures))}</pre></td></tr>"
            for result in self
        )
        return f"<table>{rows}</table><p>{self.summary}</p>"


__all__ = ("CaseResult", "CaseResults")
