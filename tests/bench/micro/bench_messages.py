"""The hop and the clone."""

from __future__ import annotations

from typing import Any

import pytest

from vgd_kernel.model.message import clone

HOPS = 50


def record(number: int) -> dict[str, Any]:
    """Return what a sensor tells."""
    return {"sensor": f"s{number}", "value": 1.5, "tags": ["a", "b"], "at": {"x": 1, "y": 2}}


MESSAGES: dict[str, Any] = {
    "small": {"_msgid": "m", "topic": "t", "payload": 1},
    "middle": {"_msgid": "m", "topic": "t", "payload": record(1)},
    "large": {"_msgid": "m", "topic": "t", "payload": [record(number) for number in range(100)]},
}


@pytest.mark.benchmark(group="hop")
def test_a_message_goes_from_node_to_node(measure: Any, benchmark: Any) -> None:
    measure([{"type": "junction"}] * HOPS, lambda number: {"payload": number})
    benchmark.extra_info["per"] *= HOPS


@pytest.mark.benchmark(group="clone")
@pytest.mark.parametrize("size", MESSAGES)
def test_a_message_is_cloned_for_a_second_wire(benchmark: Any, size: str) -> None:
    assert benchmark(clone, MESSAGES[size]) == MESSAGES[size]
