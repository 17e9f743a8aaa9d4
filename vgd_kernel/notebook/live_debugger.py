"""Breakpoints and stepping of a live run, from a notebook cell."""

from __future__ import annotations

from typing import Any

from vgd_kernel.engine.breakpoints import Breakpoint, Held
from vgd_kernel.engine.debugger import Debugger
from vgd_kernel.model.message import Message
from vgd_kernel.notebook.loop import engine_loop


class LiveDebugger:
    """The debugger of a run, called on the run's thread; see `Debugger` for every method."""

    def __init__(self, debugger: Debugger) -> None:
        """Wrap the debugger of a run."""
        self._debugger = debugger

    @property
    def paused(self) -> bool:
        """Whether the whole run stands still."""
        return self._debugger.paused

    @property
    def breakpoints(self) -> tuple[Breakpoint, ...]:
        """What is set, in order."""
        return engine_loop().call(lambda: self._debugger.breakpoints)

    def held(self) -> tuple[Held, ...]:
        """Return what is held, oldest first."""
        return engine_loop().call(self._debugger.held)

    def add(self, node: str, **choices: Any) -> Breakpoint:
        """Hold messages before a node.

        Args:
            node: Id of the node.
            choices: ``source`` and ``port`` of a wire, ``condition`` and its ``language``,
                ``pause_all``.

        Raises:
            UnknownNodeError: No such node runs, or no such wire.
            ExpressionError: The condition does not parse.
        """
        return engine_loop().call(lambda: self._debugger.add(node, **choices))

    def remove(self, id: int) -> None:
        """Remove a breakpoint and let what it holds go on."""
        engine_loop().call(self._debugger.remove, id)

    def clear(self) -> None:
        """Remove all breakpoints, let everything go on."""
        engine_loop().call(self._debugger.clear)

    def edit(self, id: int, msg: Message) -> None:
        """Put another message in the place of a held one."""
        engine_loop().call(self._debugger.edit, id, msg)

    def drop(self, id: int) -> None:
        """Throw a held message away."""
        engine_loop().call(self._debugger.drop, id)

    def pause(self) -> None:
        """Let the whole run stand still."""
        engine_loop().call(self._debugger.pause)

    def step(self) -> bool:
        """Let one message go on; False when none waits."""
        return engine_loop().call(self._debugger.step)

    def resume(self) -> None:
        """Let everything go on; the breakpoints stay."""
        engine_loop().call(self._debugger.resume)


__all__ = ("LiveDebugger",)
