"""What is measured, by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nodered.contest import Contest
from nodered.parts.chains import burst, fanout, lap, latency, split_join
from nodered.parts.http_requests import http
from nodered.parts.many_tabs import tabs
from nodered.parts.mqtt_messages import mqtt
from nodered.parts.start_time import start
from nodered.rows import Row

PARTS: dict[str, Callable[[Contest], Iterator[Row]]] = {
    "burst": burst,
    "lap": lap,
    "fanout": fanout,
    "splitjoin": split_join,
    "lat3": latency,
    "http": http,
    "mqtt": mqtt,
    "start": start,
    "tabs": tabs,
}
"""Part to what measures it."""

__all__ = ("PARTS",)
