"""From nothing to the first message."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from nodered.contest import FAILURES, Contest, Values, keep, rows_of
from nodered.flow_files import read
from nodered.rows import Row
from nodered.runtimes import Runtime


def start(contest: Contest) -> Iterator[Row]:
    """Seconds from the start of the process until a request went through the flow."""
    values: Values = {}
    starters = contest.starters(read("http"))
    for number in range(1 + contest.repetitions):  # the first one warms the disk's cache
        for contestant, begin in tuple(starters.items()):
            try:
                taken = _first_answer(begin())
            except FAILURES as error:
                del starters[contestant]
                values.pop(contestant, None)
                contest.fail("start", contestant, error)
                continue
            if number:
                keep(values.setdefault(contestant, {}), {"": taken})
    yield from rows_of("start", "s", values)


def _first_answer(runtime: Runtime) -> float:
    try:
        runtime.until(lambda: b'"ok":true' in runtime.request("GET", "/bench?q=1"))
        return perf_counter() - runtime.began
    finally:
        runtime.stop()


__all__ = ("start",)
