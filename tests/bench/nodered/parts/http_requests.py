"""http in, function, http response, under wrk."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping

from nodered.contest import Contest, rows_of
from nodered.flow_files import read
from nodered.rows import Row
from nodered.runtimes import HOST, Runtime, RuntimeFailedError

_MICROSECONDS = {"us": 1.0, "ms": 1e3, "s": 1e6}


def http(contest: Contest) -> Iterator[Row]:
    """Requests per second and the 99th percentile, at 1, 10 and 50 connections."""
    seconds = 1 if contest.quick else 4

    for connections in (1, 10, 50):

        def measure(runtime: Runtime, connections: int = connections) -> Mapping[str, float]:
            return _wrk(runtime, connections, seconds)

        values = contest.in_turn(f"http-{connections}", read("http"), measure)
        for suffix, unit in (("", "requests/s"), ("-p99", "us")):
            chosen = {
                contestant: {suffix: found[suffix]}
                for contestant, found in values.items()
                if suffix in found
            }
            yield from rows_of(f"http-{connections}", unit, chosen)


def _wrk(runtime: Runtime, connections: int, seconds: int) -> dict[str, float]:
    url = f"http://{HOST}:{runtime.port}/bench?q=1"
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    slow = re.search(r"\s99%\s+([\d.]+)(us|ms|s)", said)
    if rate is None or slow is None or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeFailedError(f"wrk said: {said}")
    return {"": float(rate[1]), "-p99": float(slow[1]) * _MICROSECONDS[slow[2]]}


__all__ = ("http",)
