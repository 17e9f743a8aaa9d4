"""Entries as no editor writes them: whatever stands in a field, the runtime goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vgd_kernel.engine import RunOptions, start
from vgd_kernel.model import FlowDocument
from vgd_kernel.model.events import Event, LogRecord
from vgd_kernel.model.registry import installed
from vgd_kernel.testing import VirtualClock

TYPES = (
    "inject", "debug", "complete", "catch", "status", "link in", "link out", "link call",
    "junction", "comment", "switch", "change", "range", "template", "delay", "trigger", "rbe",
)  # fmt: skip
WORDS = st.sampled_from(
    ["", "msg", "flow", "jsonata", "num", "json", "re", "payload", "a[", "true", "1", "-1", "x %"]
)
SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-9, 9) | WORDS
RULES = st.dictionaries(
    st.sampled_from(["t", "p", "pt", "to", "tot", "v", "vt", "v2", "from", "fromt", "re"]), SCALARS
)
VALUES = SCALARS | st.lists(SCALARS | RULES, max_size=3) | RULES


BUGS = ("AttributeError", "IndexError", "KeyError", "OverflowError", "TypeError", "ValueError")
"""How a log line begins when a node did not foresee a value: errors of flows begin otherwise."""


async def _play(entry: dict[str, Any], payload: Any) -> tuple[int, list[str]]:
    """Send a message to the node and one past it; return how many went past, and what was told."""
    told: list[str] = []

    def observe(event: Event) -> None:
        if isinstance(event, LogRecord):
            told.append(event.text)

    beside = {"id": "beside", "type": "junction", "z": "t", "wires": [["end"]]}
    end = {"id": "end", "type": "comment", "z": "t", "wires": []}
    tab = {"id": "t", "type": "tab", "label": ""}
    node = {**entry, "id": "odd", "z": "t", "wires": [["end"]]}
    options = RunOptions(clock=VirtualClock(), observer=observe)
    run = await start(FlowDocument([tab, node, beside, end]), installed(), options)
    if "odd" in run.counters():
        for _ in range(2):
            run.send("odd", {"payload": payload, "topic": "t"})
    before = run.counters()["end"].received
    run.send("beside", {"payload": 1})
    for _ in range(5):
        await asyncio.sleep(0)
    passed = run.counters()["end"].received - before
    await run.stop()
    return passed, told


@pytest.mark.parametrize("type_name", TYPES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_node_with_any_config_leaves_the_rest_running(
    type_name: str, data: st.DataObject
) -> None:
    cls = installed().get(type_name)
    assert cls is not None
    names = [field.alias or name for name, field in cls.model_fields.items()]
    fields = data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=6))
    payload = data.draw(VALUES)
    passed, told = asyncio.run(_play({**fields, "type": type_name}, payload))
    assert passed >= 1
    assert [text for text in told if text.startswith(BUGS)] == []
