"""Messages per second, in bursts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from engine.rows import BODIES, BURST, Row, chain, repeated, row, started
from vgd_kernel.model import Message


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


def runtime_rows(repetitions: int, scale: int) -> Iterator[Row]:
    """Measure a runtime as it is used: ten flows of five kinds of nodes, debug nodes on."""
    tabs = [entry for number in range(10) for entry in _mixed(number)]
    rounds = max(2, scale // 50 // BURST // 10)

    async def work() -> float:
        run = await started(tabs)
        began = perf_counter()
        for _ in range(rounds):
            for _ in range(BURST):
                for number in range(10):
                    run.send(f"a{number}", {"payload": 1, "n": 1})
            await run.idle()
        seconds = perf_counter() - began
        hops = sum(node.received for node in run.counters().values())
        assert hops == rounds * BURST * 10 * 5
        await run.stop()
        return hops / seconds

    yield row("runtime-10-flows", "hops/s", repeated(work, repetitions))


def _mixed(number: int) -> list[dict[str, Any]]:
    """Return a tab: junction, change, switch, function in Python, debug that is on."""
    rule = {"t": "gte", "v": "0", "vt": "num"}
    bodies: dict[str, dict[str, Any]] = {
        "a": {"type": "junction"},
        "b": BODIES["change"],
        "c": {"type": "switch", "property": "n", "propertyType": "msg", "rules": [rule]},
        "d": {"type": "function", "language": "python", "func": "msg['n'] += 1\nreturn msg"},
        "e": {"type": "debug", "active": True, "tosidebar": True, "complete": "payload"},
    }
    tab = f"t{number}"
    ids = [f"{letter}{number}" for letter in bodies]
    wires = [[[id]] for id in ids[1:]] + [[]]
    nodes = zip(ids, bodies.values(), wires, strict=True)
    return [
        {"id": tab, "type": "tab"},
        *({"id": id, "z": tab, **body, "wires": targets} for id, body, targets in nodes),
    ]


__all__ = ("chain_rows", "fanout_rows", "runtime_rows")
