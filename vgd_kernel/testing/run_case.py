"""Test cases of a flow, played on the real engine in virtual time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from functools import partial

from vgd_kernel.app import start_run
from vgd_kernel.engine import Run, RunOptions
from vgd_kernel.model.cases import Expected, FlowCase, cases_of, find_node
from vgd_kernel.model.comparison import compare
from vgd_kernel.model.errors import FlowInvalidError, UnknownNodeError
from vgd_kernel.model.events import Event, LogRecord
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.message import Message, clone
from vgd_kernel.model.registry import Registry, installed
from vgd_kernel.model.serialise import from_jsonable
from vgd_kernel.testing.case_results import CaseResult, CaseResults
from vgd_kernel.testing.clock import EPOCH_S, VirtualClock
from vgd_kernel.testing.stub import Stub, with_stubs

GRACE_S = 0.25
"""Longest real wait for work (a thread, a request) before the next timer rings: the work may be
one that waits for that very timer, which nothing can tell from outside."""

LONGEST_S = 86_400.0
"""Virtual seconds after which a case without ``within_s`` ends although something is due."""

CASE_TIMEOUT_S = 30.0
"""Longest real time of one case."""


async def run_cases(
    document: FlowDocument,
    registry: Registry | None = None,
    *,
    only: str = "",
    timeout_s: float = CASE_TIMEOUT_S,
) -> CaseResults:
    """Play the test cases of a flow, each in a run of its own.

    Args:
        document: The flow, with its cases.
        registry: The node types; the installed ones when absent.
        only: Only cases with this text in their name.
        timeout_s: Longest real time of one case.

    Raises:
        NodeConfigError: A case is not well-formed.
    """
    wanted = [case for case in cases_of(document) if only in case.name]
    return CaseResults(
        [await run_case(document, case, registry, timeout_s=timeout_s) for case in wanted]
    )


async def run_case(
    document: FlowDocument,
    case: FlowCase,
    registry: Registry | None = None,
    *,
    timeout_s: float = CASE_TIMEOUT_S,
) -> CaseResult:
    """Play one test case; what goes wrong is in the result.

    Args:
        document: The flow.
        case: What to hand in and what to expect.
        registry: The node types; the installed ones when absent.
        timeout_s: Longest real time.
    """
    types = (registry or installed()).copy()
    types.add(Stub, replace=True)
    playing = _Playing(case, VirtualClock(EPOCH_S if case.epoch_s is None else case.epoch_s))
    started_s = time.perf_counter()
    try:
        async with asyncio.timeout(timeout_s):
            failures = await playing.play(document, types)
    except TimeoutError:
        failures = [f"still at work after {timeout_s:g} s; stub the nodes that wait for the world"]
    except (FlowInvalidError, UnknownNodeError) as error:
        failures = [f"not played: {line}" for line in str(error).splitlines()]
    return CaseResult(
        case.name,
        tuple(failures),
        playing.arrived,
        virtual_s=playing.clock.now(),
        took_s=time.perf_counter() - started_s,
    )


class _Playing:
    """One case while it is played."""

    def __init__(self, case: FlowCase, clock: VirtualClock) -> None:
        self.case = case
        self.clock = clock
        self.arrived: dict[str, list[Message]] = {}
        self.errors: list[str] = []

    async def play(self, document: FlowDocument, registry: Registry) -> list[str]:
        """Play the case and return what differed."""
        case = self.case
        given = [find_node(document, given.node) for given in case.given]
        expected = [find_node(document, expected.node) for expected in case.expect]
        stubs = {find_node(document, node): answers for node, answers in case.stub.items()}
        options = RunOptions(name=case.name, clock=self.clock, seed=0, observer=self._observe)
        run = await start_run(with_stubs(document, stubs), registry, options)
        try:
            for node in dict.fromkeys(expected):
                self.arrived[node] = []
                run.tap(node, partial(self._take, node))
            for node, step in zip(given, case.given, strict=True):
                await self._advance(run, step.after_s)
                run.inject(node, from_jsonable(step.msg))
            if case.within_s is None:
                await self._until_idle(run)
            else:
                await self._advance(run, case.within_s)
        finally:
            await run.stop()
        return [*self._differences(zip(expected, case.expect, strict=True)), *self._errors()]

    def _take(self, node: str, msg: Message) -> None:
        self.arrived[node].append(clone(msg))

    def _observe(self, event: Event) -> None:
        if isinstance(event, LogRecord) and event.level == "error":
            where = f'node "{event.node}": ' if event.node else ""
            self.errors.append(f"{where}{event.text}")

    async def _advance(self, run: Run, seconds: float) -> None:
        until_s = self.clock.now() + seconds
        await self._settle(run)
        while self.clock.ring_next(until_s):
            await self._settle(run)

    async def _until_idle(self, run: Run) -> None:
        until_s = self.clock.now() + LONGEST_S
        await self._settle(run)
        while not await run.idle(0):
            if not self.clock.ring_next(until_s):
                return
            await self._settle(run)

    async def _settle(self, run: Run) -> None:
        """Let the flow do what it can while the clock stands still."""
        await self.clock.settle()
        await run.settled(None if self.clock.next_s is None else GRACE_S)
        await self.clock.settle()

    def _differences(self, pairs: Iterable[tuple[str, Expected]]) -> list[str]:
        return [
            f'node "{expected.node}": {line}'
            for node, expected in pairs
            for line in compare(expected, self.arrived[node], self.case.ignored)
        ]

    def _errors(self) -> list[str]:
        """Return what differs between the errors that came and those that are expected."""
        left = list(self.errors)
        found = []
        for text in self.case.errors:
            match = next((error for error in left if text in error), None)
            if match is None:
                found.append(f"no error {text!r} came")
            else:
                left.remove(match)
        return [*found, *(f"an error that no catch node took: {error}" for error in left)]


__all__ = ("CASE_TIMEOUT_S", "GRACE_S", "LONGEST_S", "run_case", "run_cases")
