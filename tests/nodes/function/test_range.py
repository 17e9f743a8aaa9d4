"""The range node."""

from __future__ import annotations

import math
from typing import Any

import pytest

from vgd_kernel.nodes.function.range import Range
from vgd_kernel.testing import run_node

pytestmark = pytest.mark.asyncio

BOUNDS = {"minin": "0", "maxin": "10", "minout": "0", "maxout": "100"}


async def mapped(value: Any, **config: Any) -> list[Any]:
    outcome = await run_node(Range.parse({**BOUNDS, **config}), [{"payload": value}])
    return [msg["payload"] for msg in outcome.outputs[0]]


@pytest.mark.parametrize(
    ("action", "value", "expected"),
    [
        ("scale", 5, [50]),
        ("scale", "2.5", [25]),
        ("scale", 12, [120]),
        ("clamp", 12, [100]),
        ("clamp", -1, [0]),
        ("drop", 12, []),
        ("drop", 10, [100]),
        ("roll", 12, [20]),
        ("roll", -1, [90]),
        ("scale", "x", []),
        ("scale", True, [10]),
    ],
)
async def test_a_number_is_mapped(action: str, value: Any, expected: list[Any]) -> None:
    assert await mapped(value, action=action) == expected


async def test_a_backward_range_swaps_both_sides() -> None:
    assert await mapped(2, minin="10", maxin="0") == [80]


@pytest.mark.parametrize(("value", "expected"), [(0.25, 3), (0.24, 2), (-0.25, -2)])
async def test_halves_are_rounded_up(value: float, expected: int) -> None:
    assert await mapped(value, round=True) == [expected]


async def test_rounding_pulls_the_output_range_to_whole_numbers() -> None:
    assert await mapped(10, minout="0.5", maxout="9.5", round=True) == [9]


async def test_an_empty_input_range_gives_what_javascript_gives() -> None:
    [value] = await mapped(5, minin="5", maxin="5")
    assert math.isnan(value)
    assert await mapped(6, minin="5", maxin="5") == [math.inf]
    [rolled] = await mapped(6, minin="5", maxin="5", action="roll")
    assert math.isnan(rolled)


async def test_a_message_without_the_property_passes() -> None:
    outcome = await run_node(Range.parse(BOUNDS), [{"topic": "t"}])
    assert [msg["topic"] for msg in outcome.outputs[0]] == ["t"]


async def test_what_is_no_number_is_noted_in_the_log() -> None:
    outcome = await run_node(Range.parse(BOUNDS), [{"payload": {"a": 1}}])
    assert [event.to_json()["text"] for event in outcome.events] == [
        "Not a number: [object Object]"
    ]


async def test_a_missing_parent_is_an_error() -> None:
    outcome = await run_node(Range.parse({**BOUNDS, "property": "a.b"}), [{"payload": 1}])
    assert outcome.outputs == [[]]
    assert "reading 'b'" in outcome.errors[0]
