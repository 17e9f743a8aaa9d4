"""How long a message takes."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator
from time import perf_counter, perf_counter_ns, process_time
from typing import Any

from engine.rows import BODIES, Row, chain, repeated, row, started
from vgd_kernel.model import Message

FLOWS = 1000
"""Flows that send on their own."""

INTERVAL_S = 0.1
"""Ten messages a second and flow."""

BEGIN_S = 1.0
"""When the flows begin to send: the start of all of them is over by then.

A flow whose time comes while others still start is late, and so are all that wait with it: they
would then send at one instant for ever, and the latency would be the length of that queue.
"""


async def latencies(entries: list[dict[str, Any]], last: str, total: int) -> list[float]:
    """Return microseconds from `Run.send` to the delivery at ``last``, one message at a time."""
    run = await started(entries)
    arrived = asyncio.Event()
    ends: list[int] = []

    def arrive(msg: Message) -> None:
        ends.append(perf_counter_ns())
        arrived.set()

    run.tap(last, arrive)
    taken = []
    for _ in range(total):
        began = perf_counter_ns()
        run.send("n0", {"payload": 1})
        await arrived.wait()
        arrived.clear()
        taken.append((ends.pop() - began) / 1000)
    await run.stop()
    return taken


def latency_rows(repetitions: int, scale: int) -> Iterator[Row]:
    """Measure how long one message takes through three nodes."""
    for kind, body in BODIES.items():
        entries = chain(body, 3)

        async def work(entries: list[dict[str, Any]] = entries) -> list[float]:
            return await latencies(entries, "n2", max(1000, scale // 100))

        taken = repeated(work, repetitions)
        for percent in (50, 99):
            cuts = [statistics.quantiles(each, n=100)[percent - 1] for each in taken]
            yield row(f"latency-{kind}-3-p{percent}", "us", cuts)


def many_flows_rows(repetitions: int, scale: int) -> Iterator[Row]:
    """Measure 1,000 flows at 10 messages/s each: latency of three nodes, share of a core."""
    seconds = max(1.0, scale / 250_000)
    found = repeated(lambda: _many_flows(seconds), repetitions)
    for index, (name, unit) in enumerate((("p50", "us"), ("p99", "us"), ("core", "%"))):
        yield row(f"flows-{FLOWS}-{name}", unit, [each[index] for each in found])


async def _many_flows(seconds: float) -> tuple[float, float, float]:
    """Return p50 and p99 in microseconds, and the percentage of a core."""
    run = await started([entry for number in range(FLOWS) for entry in _source(number)])
    begun: dict[str, int] = {}
    taken: list[float] = []

    def leave(msg: Message) -> None:
        begun[msg["_msgid"]] = perf_counter_ns()

    def arrive(msg: Message) -> None:
        left = begun.pop(msg["_msgid"], 0)
        if left:  # 0: it was on its way when the probes came
            taken.append((perf_counter_ns() - left) / 1000)

    await asyncio.sleep(BEGIN_S + 2 * INTERVAL_S)  # all of them send by now
    busy, began = process_time(), perf_counter()
    await asyncio.sleep(seconds)  # nothing is tapped yet: the probes would cost a third more
    share = 100 * (process_time() - busy) / (perf_counter() - began)
    for number in range(FLOWS):
        run.tap(f"e{number}", arrive)
    for number in range(FLOWS):
        run.tap(f"b{number}", leave)
    await asyncio.sleep(INTERVAL_S)
    taken.clear()
    await asyncio.sleep(seconds)
    expected = FLOWS * seconds / INTERVAL_S
    assert 0.9 * expected < len(taken) < 1.1 * expected, (len(taken), expected)
    await run.stop()
    cuts = statistics.quantiles(taken, n=100)
    return cuts[49], cuts[98], share


def _source(number: int) -> list[dict[str, Any]]:
    """Return a tab that sends on its own: inject, change, switch, Python, debug (off).

    The flows begin one after the other over one interval, as independent sources do.
    """
    rule = {"t": "gte", "v": "0", "vt": "num"}
    begin_s = BEGIN_S + INTERVAL_S * number / FLOWS
    inject = {"type": "inject", "once": True, "onceDelay": begin_s, "repeat": INTERVAL_S}
    bodies: dict[str, dict[str, Any]] = {
        "a": {**inject, "props": [{"p": "n", "v": "1", "vt": "num"}]},
        "b": BODIES["change"],
        "c": {"type": "switch", "property": "n", "propertyType": "msg", "rules": [rule]},
        "d": {"type": "function", "language": "python", "func": "msg['n'] += 1\nreturn msg"},
        "e": {"type": "debug", "active": False},
    }
    tab = f"t{number}"
    ids = [f"{letter}{number}" for letter in bodies]
    wires = [[[id]] for id in ids[1:]] + [[]]
    nodes = zip(ids, bodies.values(), wires, strict=True)
    return [
        {"id": tab, "type": "tab"},
        *({"id": id, "z": tab, **body, "wires": targets} for id, body, targets in nodes),
    ]


__all__ = ("latency_rows", "many_flows_rows")
