"""What the micro-benchmarks share: a flow that runs, measured in bursts of fresh messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from micro import BURST
from vgd_kernel.engine import RunOptions, start
from vgd_kernel.model import FlowDocument, Message, installed
from vgd_kernel.model.services import JavaScriptFactory
from vgd_kernel.services.sandbox import MiniRacerFactory

Burst = Callable[..., None]


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Return a loop that runs only while something is measured."""
    with asyncio.Runner() as runner:
        yield runner.get_loop()


@pytest.fixture
def measure(benchmark: Any, loop: asyncio.AbstractEventLoop, pytestconfig: Any) -> Burst:
    """Return what measures a chain of nodes from the message handed in to the last hop."""

    def measured(
        bodies: list[dict[str, Any]], message: Callable[[int], Message], out: int = BURST
    ) -> None:
        """Measure bursts through nodes in a row.

        Args:
            bodies: The nodes, without ids and wires.
            message: Makes the message of a number, 0 to ``BURST - 1``, anew for each burst.
            out: Messages that arrive behind the last node for each burst.
        """
        services = {JavaScriptFactory: MiniRacerFactory()}
        document = FlowDocument(_in_a_row(bodies))
        run = loop.run_until_complete(start(document, installed(), RunOptions(services=services)))
        assert not run.problems, run.problems
        bursts = 0

        def fresh() -> tuple[tuple[list[Message]], dict[str, Any]]:
            nonlocal bursts
            bursts += 1
            return ([message(number) for number in range(BURST)],), {}

        def play(messages: list[Message]) -> None:
            send = run.send
            for msg in messages:
                send("n0", msg)
            loop.run_until_complete(run.idle())

        rounds = pytestconfig.getoption("benchmark_min_rounds")
        benchmark.extra_info["per"] = BURST
        try:
            benchmark.pedantic(play, setup=fresh, rounds=rounds, warmup_rounds=2)
            assert run.counters()["end"].received == bursts * out
        finally:
            loop.run_until_complete(run.stop())

    return measured


def _in_a_row(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a tab with nodes ``n0``, ``n1``, … and the junction ``end`` behind them."""
    ids = [*(f"n{index}" for index in range(len(bodies))), "end"]
    nodes = [
        {"id": id, "z": "t", **body, "wires": [[after]]}
        for id, body, after in zip(ids, bodies, ids[1:], strict=False)
    ]
    end = {"id": "end", "z": "t", "type": "junction", "wires": [[]]}
    return [{"id": "t", "type": "tab", "label": "bench"}, *nodes, end]
