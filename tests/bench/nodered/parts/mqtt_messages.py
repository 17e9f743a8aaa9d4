"""mqtt in, function, mqtt out, between the clients of mosquitto."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from nodered.contest import Contest, Contestant, rows_of
from nodered.flow_files import Flow, names, read, with_broker
from nodered.rows import Row
from nodered.runtimes import HOST, Runtime, RuntimeFailedError, free_port

PAUSE_S = 0.4
"""From the start of the subscriber to the first message: mosquitto's client gives no sign."""

LIMIT_S = 60


def mqtt(contest: Contest) -> Iterator[Row]:
    """Messages per second, QoS 0 and 1, with and without a function node in between."""
    total = 5_000 if contest.quick else 20_000
    with _broker() as port:

        def vary(contestant: Contestant, flow: Flow) -> Flow:
            return with_broker(flow, port, contestant)

        def measure(runtime: Runtime) -> Mapping[str, float]:
            return {"": _rate(runtime.flow, port, total)}

        for name in names("mqtt-"):
            values = contest.in_turn(name, read(name), measure, vary=vary)
            yield from rows_of(name, "messages/s", values)


@contextmanager
def _broker() -> Iterator[int]:
    """Run mosquitto without limits of its queues; the port."""
    folder, port = Path(tempfile.mkdtemp(prefix="vgd-bench-")), free_port()
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} {HOST}\nallow_anonymous true\nmax_queued_messages 0\n"
        "max_inflight_messages 0\npersistence false\nlog_type error\nuser root\n",
        "utf-8",
    )
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    broker = subprocess.Popen([program, "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        time.sleep(PAUSE_S)
        yield port
    finally:
        broker.terminate()
        broker.wait()
        shutil.rmtree(folder)


def _rate(flow: Flow, port: int, total: int) -> float:
    """Return messages per second through the runtime, from the first sent to the last back."""
    source = next(entry for entry in flow if entry["type"] == "mqtt in")
    target = next(entry for entry in flow if entry["type"] == "mqtt out")
    qos, place = source["qos"], ["-h", HOST, "-p", str(port)]
    lines = "".join(f"message-{number:010}-{'0123456789' * 4}\n" for number in range(total))
    listen = ["mosquitto_sub", *place, "-t", target["topic"], "-q", qos, "-C", str(total)]
    listener = subprocess.Popen([*listen, "-W", str(LIMIT_S)], stdout=subprocess.PIPE)
    time.sleep(PAUSE_S)
    began = ended = perf_counter()
    talk = ["mosquitto_pub", *place, "-t", source["topic"], "-q", qos, "-l"]
    talker = subprocess.Popen(talk, stdin=subprocess.PIPE)
    assert talker.stdin is not None
    assert listener.stdout is not None
    talker.stdin.write(lines.encode())
    talker.stdin.close()
    count = 0
    while chunk := listener.stdout.read1(1 << 16):
        count += chunk.count(b"\n")
        ended = perf_counter()
    talker.wait()
    listener.wait()
    if count < total:
        raise RuntimeFailedError(f"{total - count} of {total} messages did not come back")
    return total / (ended - began)


__all__ = ("mqtt",)
