"""Many small flows: how long a deploy takes, what a tab weighs, what one change costs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from statistics import median

from nodered.contest import FAILURES, Contest, Values, keep, rows_of
from nodered.flow_files import Worker, with_change
from nodered.flow_files import tabs as make_tabs
from nodered.rows import Row
from nodered.runtimes import Runtime

SIZES: tuple[tuple[Worker, tuple[int, ...]], ...] = (
    ("function", (100, 1000, 5000)),
    ("template", (100, 1000)),
)
"""Kind of the fourth node to the numbers of tabs."""

SETTLE_S = 3.0
"""After the start, until the memory is read; both have swept by then."""

HEAP_MIB = 12_000
"""Node.js's limit, so that 25,000 nodes do not run into it."""


def tabs(contest: Contest) -> Iterator[Row]:
    """Time of a full deploy, of one changed node, and memory, each over new processes."""
    for worker, sizes in SIZES:
        alone = _measured(contest, 1, worker, deploys=False)
        for count in sizes[:1] if contest.quick else sizes:
            values = _measured(contest, count, worker, deploys=True)
            for contestant, found in values.items():
                base = median(alone[contestant]["-memory"]) if contestant in alone else 0.0
                found["-memory"] = [
                    max(each - base, 0.001) * 1024 / (count - 1) for each in found["-memory"]
                ]
            for suffix, unit in (("-deploy", "s"), ("-one-node", "s"), ("-memory", "KiB/tab")):
                chosen: Values = {who: {suffix: found[suffix]} for who, found in values.items()}
                yield from rows_of(f"tabs-{count}-{worker}", unit, chosen)


def _measured(contest: Contest, count: int, worker: Worker, *, deploys: bool) -> Values:
    """Return the repetitions, the runtimes in turn; memory in MiB of the whole process."""
    flow = make_tabs(count, worker)
    starters = contest.starters(flow, heap_mib=HEAP_MIB)
    values: Values = {}
    for number in range(contest.repetitions):
        for contestant, begin in tuple(starters.items()):
            try:
                found = _one(begin, number, deploys=deploys)
            except FAILURES as error:
                del starters[contestant]
                values.pop(contestant, None)
                contest.fail(f"tabs-{count}-{worker}", contestant, error)
                continue
            keep(values.setdefault(contestant, {}), found)
    return values


def _one(begin: Callable[[], Runtime], number: int, *, deploys: bool) -> dict[str, float]:
    with begin() as runtime:
        time.sleep(SETTLE_S)
        found = {"-memory": runtime.memory_mib()}
        if deploys:
            for suffix, kind in (("-deploy", "full"), ("-one-node", "nodes")):
                changed = with_change(runtime.flow, f"{kind}{number}")
                found[suffix] = runtime.deploy(json.dumps(changed).encode(), kind)
    return found


__all__ = ("tabs",)
