"""Flows that time themselves: a generator, what is measured, and a counter that stops the clock.

The last node puts ``{"ms": …, "n": …}`` into the global context value ``bench``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from nodered.contest import Contest, rows_of
from nodered.flow_files import names, read
from nodered.rows import Row
from nodered.runtimes import Runtime

FANOUT = 10
"""Wires of the fan-out."""


def _timed(
    contest: Contest, prefix: str, unit: str, per_round: Callable[[str], int]
) -> Iterator[Row]:
    """Yield a row per flow file: what is handled in one round, times rounds per second."""
    for name in names(prefix):
        each = per_round(name)

        def measure(runtime: Runtime, each: int = each) -> Mapping[str, float]:
            found = runtime.measure()
            return {"": found["n"] * each * 1000 / max(found["ms"], 1)}

        yield from rows_of(name, unit, contest.in_turn(name, read(name), measure))


def _hops(name: str) -> int:
    """Return what one message costs: each node of the chain and the counter receive it."""
    return int(name.rsplit("-", 1)[1]) + 1


def burst(contest: Contest) -> Iterator[Row]:
    """All messages at once through a chain."""
    yield from _timed(contest, "burst-", "hops/s", _hops)


def lap(contest: Contest) -> Iterator[Row]:
    """One message in flight, round and round."""
    yield from _timed(contest, "lap-", "hops/s", _hops)


def fanout(contest: Contest) -> Iterator[Row]:
    """One wire to ten: nine clones a message."""
    yield from _timed(contest, "fanout-", "messages/s", lambda name: FANOUT)


def split_join(contest: Contest) -> Iterator[Row]:
    """Lists taken apart and put together."""

    def items(name: str) -> int:
        found = re.search(r"\d+", name)
        assert found is not None
        return int(found[0])

    yield from _timed(contest, "splitjoin-", "items/s", items)


def latency(contest: Contest) -> Iterator[Row]:
    """Three nodes, one message in flight, timed inside by a clock of microseconds."""

    def measure(runtime: Runtime) -> Mapping[str, float]:
        found = runtime.measure()
        return {"-p50": found["p50_us"], "-p99": found["p99_us"]}

    yield from rows_of("lat3", "us", contest.in_turn("lat3", read("lat3"), measure))


__all__ = ("burst", "fanout", "lap", "latency", "split_join")
