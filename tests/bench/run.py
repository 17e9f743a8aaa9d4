"""Measures the engine and writes a table and ``tests/bench/results/engine.json``.

    python tests/bench/run.py [--repetitions 5] [--quick] [--only TEXT] [--output FILE]

Only the public API is used: a document, the installed node types, `start`. Messages go in by
bursts of `BURST`, with all semantics on: counters, error routing, the time limit. A row is the
median of the repetitions; each repetition is a run of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, perf_counter_ns
from typing import Any

from vgd_kernel.engine import Run, start
from vgd_kernel.model import FlowDocument, Message, installed

BURST = 1000
"""Messages that are handed in at once, as a busy source does."""

RESULTS = Path(__file__).parent / "results" / "engine.json"

BODIES: dict[str, dict[str, Any]] = {
    "junction": {"type": "junction"},
    "change": {
        "type": "change",
        "rules": [{"t": "set", "p": "payload", "pt": "msg", "to": "hello", "tot": "str"}],
    },
    "python": {"type": "python", "code": "msg['payload'] = 1\nreturn msg", "outputs": 1},
}
"""What the nodes of a chain are; ``python`` is the function node with a Python body."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measured number.

    Attributes:
        name: What was measured.
        unit: Of ``value``, ``minimum`` and ``maximum``.
        value: Median of the repetitions.
        repetitions: How many there were.
        minimum: Smallest.
        maximum: Largest.
    """

    name: str
    unit: str
    value: float
    repetitions: int
    minimum: float
    maximum: float


def row(name: str, unit: str, values: list[float]) -> Row:
    """Return the row of all repetitions."""
    median = statistics.median(values)
    return Row(name, unit, median, len(values), min(values), max(values))


def chain(body: dict[str, Any], length: int) -> list[dict[str, Any]]:
    """Return a tab with nodes ``n0`` to ``n<length - 1>`` in a row."""
    ids = [f"n{index}" for index in range(length)]
    targets = [[[id]] for id in ids[1:]] + [[[]]]
    nodes = [{"id": i, "z": "t", "wires": w, **body} for i, w in zip(ids, targets, strict=True)]
    return [{"id": "t", "type": "tab", "label": "bench"}, *nodes]


async def started(entries: list[dict[str, Any]]) -> Run:
    """Return a run of a flow that has no problems."""
    run = await start(FlowDocument(entries), installed())
    assert not run.problems, run.problems
    return run


async def throughput(
    entries: list[dict[str, Any]], last: str, message: Callable[[], Message], total: int
) -> float:
    """Return messages per second through a flow; ``last`` is where all of them arrive."""
    run = await started(entries)
    send = run.send
    began = perf_counter()
    for _ in range(total // BURST):
        for _ in range(BURST):
            send("n0", message())
        await run.idle()
    seconds = perf_counter() - began
    assert run.counters()[last].received == total // BURST * BURST
    await run.stop()
    return (total // BURST * BURST) / seconds


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


def repeated(work: Callable[[], Coroutine[Any, Any, Any]], repetitions: int) -> list[Any]:
    """Return the results of some runs, each on a loop of its own."""
    return [asyncio.run(work()) for _ in range(repetitions)]


def chain_rows(repetitions: int, scale: int) -> Iterator[Row]:
    """Measure chains of 1, 10 and 50 nodes of each kind."""
    for kind, body in BODIES.items():
        for length in (1, 10, 50):
            total = max(2 * BURST, scale // length // (1 if kind == "junction" else 2))
            entries = chain(body, length)

            async def work(
                entries: list[dict[str, Any]] = entries, length: int = length, total: int = total
            ) -> float:
                return await throughput(entries, f"n{length - 1}", lambda: {"payload": 1}, total)

            values = repeated(work, repetitions)
            yield row(f"chain-{kind}-{length}", "messages/s", values)
            yield row(f"chain-{kind}-{length}", "hops/s", [value * length for value in values])


def fanout_rows(repetitions: int, scale: int) -> Iterator[Row]:
    """Measure one wire to ten, so nine clones a message."""
    ends = [f"e{index}" for index in range(10)]
    entries: list[dict[str, Any]] = [
        {"id": "t", "type": "tab"},
        {"id": "n0", "z": "t", "type": "junction", "wires": [ends]},
        *({"id": id, "z": "t", "type": "junction", "wires": [[]]} for id in ends),
    ]
    payloads: dict[str, Callable[[], Any]] = {
        "number": lambda: 1,
        "record": lambda: {"sensor": "s1", "value": 1.5, "tags": ["a", "b"], "at": {"x": 1}},
    }
    for name, payload in payloads.items():

        async def work(payload: Callable[[], Any] = payload) -> float:
            message = lambda: {"payload": payload(), "topic": "t"}  # noqa: E731
            return await throughput(entries, "e9", message, max(BURST, scale // 40))

        values = repeated(work, repetitions)
        yield row(f"fanout-10-{name}", "deliveries/s", [value * 10 for value in values])


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


def machine() -> dict[str, Any]:
    """Return what the numbers were measured on."""
    cpu = platform.processor() or platform.machine()
    facts = Path("/proc/cpuinfo")
    if facts.is_file():
        models = [line for line in facts.read_text().splitlines() if line.startswith("model name")]
        cpu = models[0].partition(":")[2].strip() if models else cpu
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        system = platform.system()
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "os": system,
    }


def commit() -> str:
    """Return the commit of the checkout, empty outside of one."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="Measure the engine.")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a tenth of the messages")
    parser.add_argument("--only", default="", help="chain, fanout or latency")
    parser.add_argument("--output", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    scale = 100_000 if chosen.quick else 1_000_000
    about = machine()
    out = sys.stdout.write
    out(", ".join(f"{key} {value}" for key, value in about.items()) + "\n\n")
    out(f"{'what':28}{'median':>14}{'minimum':>14}{'maximum':>14}  unit\n")
    rows = []
    for name, measure in (
        ("chain", chain_rows),
        ("fanout", fanout_rows),
        ("latency", latency_rows),
    ):
        if not name.startswith(chosen.only):
            continue
        for found in measure(chosen.repetitions, scale):
            rows.append(found)
            numbers = (found.value, found.minimum, found.maximum)
            digits = 1 if found.unit == "us" else 0
            columns = "".join(f"{number:14,.{digits}f}" for number in numbers)
            out(f"{found.name:28}{columns}  {found.unit}\n")
            sys.stdout.flush()
    report = {"machine": about, "commit": commit(), "rows": [asdict(found) for found in rows]}
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    out(f"\nwritten to {chosen.output}\n")


if __name__ == "__main__":
    main()
