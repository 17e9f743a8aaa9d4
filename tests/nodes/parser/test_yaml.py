"""The yaml node."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model.yaml_text import parse_yaml
from vgd_kernel.nodes.parser._yaml_writer import dump_yaml
from vgd_kernel.nodes.parser.yaml import Yaml
from vgd_kernel.testing import NodeOutcome, run_node

SHARED = {"x": 1}
LONG = "many words make a line that is longer than what a terminal of old could show at once"


async def run(value: Any) -> NodeOutcome:
    return await run_node(Yaml(), [{"payload": value}])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a: [1, yes, 0o17]", {"a": [1, "yes", 15]}),
        ("- 1\n- b: ~\n", [1, {"b": None}]),
        ({"a": {"b": [1, "two", {"c": None}]}}, "a:\n  b:\n    - 1\n    - two\n    - c: null\n"),
        ([[1], [], {}], "- - 1\n- []\n- {}\n"),
        (
            {"s": ["yes", "12", "a: b", "it's", ""]},
            "s:\n  - 'yes'\n  - '12'\n  - 'a: b'\n  - it's\n  - ''\n",
        ),
        ({"t": "a\nb\n"}, "t: |\n  a\n  b\n"),
        ({"t": "\ta"}, 't: "\\ta"\n'),
        ({"l": LONG}, "l: >-\n  " + LONG.replace(" at", "\n  at") + "\n"),
        ([SHARED, SHARED], "- &ref_0\n  x: 1\n- *ref_0\n"),
        ({"b": b"hi"}, "b: !!binary aGk=\n"),
        (
            {"d": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)},
            "d: 2026-01-01T00:00:00.000Z\n",
        ),
        (None, "null\n"),
    ],
)
async def test_a_value_is_converted(value: Any, expected: Any) -> None:
    outcome = await run(value)
    assert [msg["payload"] for msg in outcome.outputs[0]] == [expected]


@pytest.mark.asyncio
async def test_an_empty_text_is_no_value() -> None:
    [msg] = (await run("")).outputs[0]
    assert "payload" not in msg


@pytest.mark.asyncio
async def test_bad_text_is_an_error() -> None:
    outcome = await run("a: [1")
    assert outcome.outputs == [[]]
    assert outcome.errors[0].startswith("not YAML")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("value", "text"),
    [(5, "Ignored unsupported payload type"), (b"a: 1", "Ignored non-object payload")],
)
async def test_other_values_are_dropped_with_a_warning(value: Any, text: str) -> None:
    outcome = await run(value)
    assert outcome.outputs == [[]]
    assert [event.to_json()["text"] for event in outcome.events] == [text]


@pytest.mark.asyncio
async def test_what_cannot_be_written_is_an_error() -> None:
    assert (await run({"a": {1, 2}})).errors == ["Failed to convert payload"]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    ["yes", "1e3", "a: b", "- x", "a #b", " a", "a ", "a\n\nb\n\n", "x " * 60, "  a\nb", "\n"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_reads_back_the_same(value: Any) -> None:
    assert parse_yaml(dump_yaml(value)) == value
