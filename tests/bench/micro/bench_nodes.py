"""Each hot node: a message handed in, the node, the hop behind it; ``junction`` is the floor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from micro import BURST
from vgd_kernel.model import Message

Make = Callable[[int], Message]
ROWS = [{"a": row, "b": f"text {row}"} for row in range(10)]
CSV = "".join(f"{row['a']},{row['b']}\n" for row in ROWS)
JSON = '[{"a": 1, "b": ["x", "y"]}, {"c": null, "d": 1.5}]'
GTE = {"t": "gte", "v": "500", "vt": "num"}


def rules(**rule: Any) -> dict[str, Any]:
    return {"type": "change", "rules": [rule]}


def number(index: int) -> Message:
    return {"topic": "t", "payload": index}


def carrying(payload: Any) -> Make:
    return lambda index: {"topic": "t", "payload": payload}


def part(index: int) -> Message:
    parts = {"id": f"g{index // 10}", "type": "array", "index": index % 10, "count": 10, "len": 1}
    return {"payload": index, "parts": parts}


CSV_NODE = {"type": "csv", "spec": "rfc", "temp": "a,b", "sep": ",", "multi": "mult", "ret": "\\n"}
NODES: dict[str, tuple[dict[str, Any], Make, int]] = {
    "junction": ({"type": "junction"}, number, BURST),
    "change-set": (rules(t="set", p="payload", to="hello", tot="str"), number, BURST),
    "change-move": (rules(t="move", p="payload", to="moved", tot="msg"), number, BURST),
    "change-delete": (rules(t="delete", p="payload"), number, BURST),
    "switch": ({"type": "switch", "property": "payload", "rules": [GTE]}, number, BURST // 2),
    "range": (
        {"type": "range", "minin": 0, "maxin": 999, "minout": 0, "maxout": 1, "action": "scale"},
        number,
        BURST,
    ),
    "template": ({"type": "template", "template": "{{topic}} is {{payload}}"}, number, BURST),
    "rbe": ({"type": "rbe", "func": "rbe", "property": "payload"}, number, BURST),
    "split-of-10": ({"type": "split"}, lambda index: {"payload": list(range(10))}, BURST * 10),
    "join-of-10": ({"type": "join"}, part, BURST // 10),
    "csv-read-10-rows": (CSV_NODE, carrying(CSV), BURST),
    "csv-write-10-rows": (CSV_NODE, carrying(ROWS), BURST),
    "json-read": ({"type": "json", "action": "obj"}, carrying(JSON), BURST),
    "json-write": ({"type": "json", "action": "str"}, carrying(ROWS), BURST),
    "function-python": (
        {"type": "function", "language": "python", "func": "msg['payload'] += 1\nreturn msg"},
        number,
        BURST,
    ),
    "function-javascript-batch": (
        {"type": "function", "func": "msg.payload += 1; return msg;"},
        number,
        BURST,
    ),
}
"""Name to the node, its messages, and how many come out of a burst."""


@pytest.mark.benchmark(group="node")
@pytest.mark.parametrize("name", NODES)
def test_a_node_handles_a_burst_of_messages(measure: Any, name: str) -> None:
    body, message, out = NODES[name]
    measure([body], message, out)
