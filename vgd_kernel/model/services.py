"""Protocols of the world that a node may ask for by ``ctx.service(PROTOCOL)``.

The implementations live in `vgd_kernel.services`; `vgd_kernel.app` joins them to a run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from vgd_kernel.model.errors import PlatformError


@dataclass(frozen=True, slots=True)
class NotebookResult:
    """What came of one execution of a notebook.

    Attributes:
        output: The executed copy.
        results: Values that the notebook recorded with ``vgd_kernel.result(name, value)``.
        duration_s: Wall-clock seconds.
    """

    output: Path
    results: dict[str, Any] = field(default_factory=dict)
    duration_s: float = 0.0


@runtime_checkable
class NotebookRunner(Protocol):
    """Executes notebooks with parameters (papermill), in a process of their own."""

    async def run(
        self, notebook: Path, parameters: Mapping[str, Any], *, output: Path | None = None
    ) -> NotebookResult:
        """Execute a notebook; cancelling the call ends the notebook's kernel.

        Args:
            notebook: The ``.ipynb`` to execute.
            parameters: Values for its cell tagged ``parameters``.
            output: Where the executed copy goes; beside the notebook, in ``runs/``, when absent.

        Raises:
            FlowError: No such file, not a notebook, or a cell raised (names the cell and error).
        """


@runtime_checkable
class JavaScript(Protocol):
    """An isolated JavaScript engine (one isolate, shared by the function nodes of a flow)."""

    def evaluate(self, source: str, *, timeout_s: float = 10.0) -> Any:
        """Evaluate a script and return its value (JSON types).

        Raises:
            ExpressionError: A syntax error or an exception, with line.
            NodeTimeoutError: It took longer than ``timeout_s``.
        """

    def enter(self, text: bytes, *, timeout_s: float = 10.0, settle: bool = False) -> bytes:
        """Hand a text (UTF-8) to the function ``__host.enter`` and return the text it gives.

        Args:
            text: What it gets.
            timeout_s: Longest time.
            settle: Promises may be at work: what counts is the text of ``__host.settle``, called
                after microtasks have run.

        Raises:
            NodeTimeoutError: It took longer, or needed too much memory.
        """

    def close(self) -> None:
        """Free the isolate."""


@runtime_checkable
class JavaScriptFactory(Protocol):
    """Makes isolates; a service that a node asks for once per flow."""

    def isolate(self, key: str) -> JavaScript:
        """Return the isolate of a key (the flow's id), made when it is not there yet."""


@dataclass(frozen=True, slots=True)
class FlowLimits:
    """What all nodes of a run share of the platform's settings.

    Attributes:
        kept_messages: Most messages that a node keeps back (join, sort, batch, …); 0: any number.
        file_folder: Folder that file names without a leading ``/`` start from; empty: where the
            process runs.
    """

    kept_messages: int = 0
    file_folder: str = ""

    def has_room(self, kept: int) -> bool:
        """Tell whether a node may keep so many messages."""
        return not self.kept_messages or kept <= self.kept_messages


def limits_of(service: Callable[[type[FlowLimits]], FlowLimits]) -> FlowLimits:
    """Return the limits of a run, the defaults where it was started without.

    Args:
        service: ``ctx.service``.
    """
    try:
        return service(FlowLimits)
    except PlatformError:
        return FlowLimits()


__all__ = (
    "FlowLimits",
    "JavaScript",
    "JavaScriptFactory",
    "NotebookResult",
    "NotebookRunner",
    "limits_of",
)
