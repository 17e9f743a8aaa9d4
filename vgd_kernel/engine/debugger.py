"""Breakpoints and stepping: hold messages before a node or on a wire, look, change, go on.

A breakpoint is a message hook, so it costs nothing while none is set. What it holds waits in
order with all that comes to the same place after it; the rest of the run goes on, or, with
``pause_all`` and after `Debugger.pause`, the whole queue stands still.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vgd_kernel.engine.breakpoints import Breakpoint, Held, Language, Place, compile_condition
from vgd_kernel.engine.clock import Clock
from vgd_kernel.engine.hooks import Hooks
from vgd_kernel.engine.reports import Reports
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.engine.scheduler import Scheduler
from vgd_kernel.model.errors import UnknownNodeError
from vgd_kernel.model.events import BreakpointHit
from vgd_kernel.model.hooks import ReceiveEvent, SendEvent
from vgd_kernel.model.message import Message, clone

LABEL = "vgd-debugger"


@dataclass(slots=True)
class _Due:
    """What the queue takes for a timer that is due."""

    call: Callable[..., None]
    args: tuple[Any, ...] = ()
    cancelled: bool = False


class Debugger:
    """The breakpoints of one run and what they hold. All calls on the run's loop."""

    def __init__(
        self,
        hooks: Hooks,
        nodes: Mapping[str, RunningNode],
        scheduler: Scheduler,
        reports: Reports,
        clock: Clock,
        fire: Callable[[RunningNode], Callable[[Any], None]],
    ) -> None:
        """Start without breakpoints.

        Args:
            hooks: Of the run.
            nodes: Its nodes, by id.
            scheduler: Its queue.
            reports: Take the events.
            clock: Its clock.
            fire: Makes the function that queues due calls of a node.
        """
        self._fire = fire
        self._hooks = hooks
        self._nodes = nodes
        self._scheduler = scheduler
        self._reports = reports
        self._clock = clock
        self._numbers = itertools.count(1)
        self._breakpoints: dict[int, tuple[Breakpoint, Callable[[Message], bool]]] = {}
        self._held: dict[int, Held] = {}

    @property
    def paused(self) -> bool:
        """Whether the whole run stands still."""
        return self._scheduler.paused

    @property
    def breakpoints(self) -> tuple[Breakpoint, ...]:
        """What is set, in order."""
        return tuple(point for point, _ in self._breakpoints.values())

    def held(self) -> tuple[Held, ...]:
        """Return what is held, oldest first."""
        return tuple(self._held.values())

    def add(
        self,
        node: str,
        *,
        source: str = "",
        port: int = 0,
        condition: str = "",
        language: Language = "python",
        pause_all: bool = False,
    ) -> Breakpoint:
        """Hold messages before a node; with a source only those on the wire from there.

        Args:
            node: Id of the node.
            source: Id of the node at the start of a wire.
            port: Number of its output.
            condition: Hold when this expression over ``msg`` is true: Python
                (``msg["payload"] > 3``) or JSONata (``payload > 3``).
            language: Of the condition.
            pause_all: Let the whole run stand still on a hit.

        Raises:
            UnknownNodeError: No such node runs, or no such wire.
            ExpressionError: The condition does not parse.
        """
        start = self._nodes.get(source)
        wires = start.plan.wires[port] if start and 0 <= port < len(start.plan.wires) else ()
        if node not in self._nodes or (source and node not in wires):
            what = f'no wire from "{source}" (output {port}) to "{node}"' if source else ""
            raise UnknownNodeError(
                f"{what or f'no node {node!r}'} in this run; expected ids of a running node or "
                "of both ends of a wire."
            )
        number = next(self._numbers)
        point = Breakpoint(number, node, source, port, condition, language, pause_all)
        holds = compile_condition(condition, language)
        if not self._breakpoints and not self._held:
            self._hooks.add(f"preDeliver.{LABEL}", self._on_wire)
            self._hooks.add(f"onReceive.{LABEL}", self._on_node)
        self._breakpoints[number] = (point, holds)
        self._scheduler.careful = True
        return point

    def remove(self, id: int) -> None:
        """Remove a breakpoint and let what it holds go on; harmless when it is gone."""
        gone = self._breakpoints.pop(id, None)
        if gone is not None and all(point.place != gone[0].place for point in self.breakpoints):
            for held in self._at(gone[0].place):
                self._release(held)
        self._rest()

    def clear(self) -> None:
        """Remove all breakpoints, let everything go on."""
        self._breakpoints.clear()
        self.resume()

    def edit(self, id: int, msg: Message) -> None:
        """Put another message in the place of a held one.

        Raises:
            KeyError: Nothing with this number is held.
        """
        self._held[id].event.msg = msg

    def drop(self, id: int) -> None:
        """Throw a held message away.

        Raises:
            KeyError: Nothing with this number is held.
        """
        self._held.pop(id).go_on(False)
        self._rest()

    def pause(self) -> None:
        """Let the whole run stand still, within 128 deliveries; with breakpoints after the next."""
        self._scheduler.paused = True

    def step(self) -> bool:
        """Let the oldest held message go on, or handle the next one of a paused queue.

        Returns:
            False when there is neither.
        """
        held = next(iter(self._held.values()), None)
        if held is not None:
            self._release(held)
        elif not self.paused or not self._scheduler.pending:
            return False
        if self.paused:
            self._scheduler.step(newest=held is not None)
        return True

    def resume(self) -> None:
        """Let everything go on; the breakpoints stay."""
        for held in self.held():
            self._release(held)
        self._scheduler.resume()
        self._rest()

    def _at(self, place: Place) -> list[Held]:
        return [held for held in self._held.values() if held.place == place]

    def _release(self, held: Held) -> None:
        """Queue what is left of a message's way, so that it has the guards of a handler."""
        del self._held[held.id]
        node = self._nodes[held.place[0] or held.place[2]]
        self._fire(node)(_Due(held.go_on))

    def _rest(self) -> None:
        if not self._breakpoints and not self._held and self._hooks.has(f"onReceive.{LABEL}"):
            self._hooks.remove(f"*.{LABEL}")
            self._scheduler.careful = False

    def _on_wire(self, event: SendEvent, done: Callable[..., None]) -> None:
        self._meet((event.source.id, event.source.port, event.destination.id), event, done)

    def _on_node(self, event: ReceiveEvent, done: Callable[..., None]) -> None:
        self._meet(("", 0, event.destination.id), event, done)

    def _meet(
        self, place: Place, event: SendEvent | ReceiveEvent, done: Callable[..., None]
    ) -> None:
        hit = None
        for point, holds in self._breakpoints.values():
            if point.place == place and holds(event.msg):
                hit = point
                break
        if hit is None and not self._at(place):
            done()
            return
        number, time_s = next(self._numbers), self._clock.time()
        self._held[number] = Held(number, place, time_s, event, done)
        if hit is not None:
            source, port, node = place
            told = BreakpointHit(node, source, port, number, clone(event.msg), time_s)
            self._reports.tell(told)
            if hit.pause_all:
                self.pause()


__all__ = ("Debugger",)
