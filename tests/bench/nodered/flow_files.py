"""The flows that are measured: the files of ``flows``, and tabs in any number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent / "flows"

Flow = list[dict[str, Any]]

Worker = Literal["function", "template"]
"""The fourth node of a tab."""


def names(prefix: str) -> list[str]:
    """Return the names of the flow files that begin so: by kind, then by number."""

    def order(name: str) -> tuple[str, int, str]:
        numbers = [int(part) for part in name.split("-") if part.isdigit()]
        kind = name.rstrip("0123456789")
        return (kind, numbers[0] if numbers else 0, name)

    return sorted((path.stem for path in FOLDER.glob(f"{prefix}*.json")), key=order)


def read(name: str) -> Flow:
    """Return the entries of a flow file."""
    entries: Flow = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return entries


def with_broker(flow: Flow, port: int, place: str) -> Flow:
    """Return a flow whose broker listens at another port, its topics below a place."""
    changed: Flow = []
    for entry in flow:
        if entry["type"] == "mqtt-broker":
            changed.append(entry | {"port": str(port)})
        elif "topic" in entry and entry["type"].startswith("mqtt"):
            changed.append(entry | {"topic": f"{place}/{entry['topic']}"})
        else:
            changed.append(entry)
    return changed


def tabs(count: int, worker: Worker) -> Flow:
    """Return tabs of five nodes: inject, change, switch, function or template, debug (off)."""
    return [entry for number in range(count) for entry in _tab(number, worker)]


def _tab(number: int, worker: Worker) -> Flow:
    z = f"t{number}"

    def node(letter: str, type: str, wires: Sequence[Sequence[str]], **config: Any) -> Any:
        place = {"id": f"{z}{letter}", "type": type, "z": z, "name": "", "x": 100, "y": 100}
        return place | config | {"wires": wires}

    rule = {"t": "set", "p": "topic", "pt": "msg", "to": "x", "tot": "str"}
    works: dict[Worker, dict[str, Any]] = {
        "function": {
            "func": "msg.payload = msg.payload + 1;\nreturn msg;",
            "outputs": 1, "timeout": 0, "noerr": 0, "initialize": "", "finalize": "", "libs": [],
        },
        "template": {
            "field": "topic", "fieldType": "msg", "format": "handlebars", "syntax": "mustache",
            "template": "v={{n}}", "output": "str",
        },
    }  # fmt: skip
    return [
        {
            "id": z, "type": "tab", "label": f"Flow {number}", "disabled": False, "info": "",
            "env": [],
        },
        node(
            "a", "inject", [[f"{z}b"]], props=[{"p": "payload"}], repeat="", crontab="",
            once=False, onceDelay=0.1, topic="", payload="", payloadType="date",
        ),
        node(
            "b", "change", [[f"{z}c"]], rules=[rule], action="", property="", to="", reg=False,
            **{"from": ""},
        ),
        node(
            "c", "switch", [[f"{z}d"]], property="n", propertyType="msg",
            rules=[{"t": "gte", "v": "0", "vt": "num"}], checkall="true", repair=False, outputs=1,
        ),
        node("d", worker, [[f"{z}e"]], **works[worker]),
        node(
            "e", "debug", [], active=False, tosidebar=True, console=False, tostatus=False,
            complete="payload", targetType="msg", statusVal="", statusType="auto",
        ),
    ]  # fmt: skip


def with_change(flow: Flow, value: str) -> Flow:
    """Return tabs in which one change node sets another value."""
    changed = next(index for index, entry in enumerate(flow) if entry["type"] == "change")
    rule = flow[changed]["rules"][0] | {"to": value}
    return [*flow[:changed], flow[changed] | {"rules": [rule]}, *flow[changed + 1 :]]


__all__ = ("Flow", "names", "read", "tabs", "with_broker", "with_change")
