"""The json node."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from vgd_kernel.nodes.parser.json import Json
from vgd_kernel.testing import run_node

pytestmark = pytest.mark.asyncio

ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)


@pytest.mark.parametrize(
    ("config", "value", "expected"),
    [
        ({}, '{"a":[1,2.5,null]}', {"a": [1, 2.5, None]}),
        ({}, b'{"a":1}', {"a": 1}),
        ({}, {"a": [1.0, b"x"]}, '{"a":[1,{"type":"Buffer","data":[120]}]}'),
        ({}, None, "null"),
        ({}, True, "true"),
        ({}, 1.5, "1.5"),
        (
            {},
            [datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)],
            '["2026-01-01T00:00:00.000Z"]',
        ),
        ({"pretty": True}, {"a": [1]}, '{\n    "a": [\n        1\n    ]\n}'),
        ({"action": "obj"}, {"a": 1}, {"a": 1}),
        ({"action": "obj"}, "[1]", [1]),
        ({"action": "str"}, "not json", "not json"),
        ({"action": "str"}, [1], "[1]"),
    ],
)
async def test_a_value_is_converted(config: dict[str, Any], value: Any, expected: Any) -> None:
    outcome = await run_node(Json.parse(config), [{"payload": value}])
    assert [msg["payload"] for msg in outcome.outputs[0]] == [expected]


@pytest.mark.parametrize("text", ['{"a":}', "", "NaN", "[1] x", "[" * 100_000])
async def test_bad_text_is_an_error(text: str) -> None:
    outcome = await run_node(Json(), [{"payload": text}])
    assert outcome.outputs == [[]]
    assert "JSON" in outcome.errors[0] or "call stack" in outcome.errors[0]


async def test_a_value_that_contains_itself_is_an_error() -> None:
    outcome = await run_node(Json(), [{"payload": {"a": ENDLESS}}])
    assert outcome.errors == ["Failed to convert payload"]


async def test_a_message_without_the_property_passes() -> None:
    outcome = await run_node(Json.parse({"property": "a"}), [{"payload": 1}])
    assert outcome.outputs[0][0]["payload"] == 1


SCHEMA = {
    "type": "object",
    "required": ["n"],
    "properties": {"n": {"type": "integer", "minimum": 1}},
}


@pytest.mark.parametrize(
    ("config", "value", "expected"),
    [
        ({}, '{"n":1}', {"n": 1}),
        ({}, {"n": 1}, '{"n":1}'),
        ({"action": "str"}, '{"n":1}', '{"n":1}'),
        ({"action": "obj"}, {"n": 1}, {"n": 1}),
    ],
)
async def test_a_valid_value_loses_its_schema(
    config: dict[str, Any], value: Any, expected: Any
) -> None:
    outcome = await run_node(Json.parse(config), [{"payload": value, "schema": SCHEMA}])
    [msg] = outcome.outputs[0]
    assert msg["payload"] == expected
    assert "schema" not in msg


@pytest.mark.parametrize(
    ("schema", "value", "text"),
    [
        (SCHEMA, {"n": 0}, "data/n must be >= 1"),
        (SCHEMA, {}, "data must have required property 'n'"),
        ({"type": "array"}, {}, "data must be array"),
        ({"maxLength": 2}, "abc", "data must NOT have more than 2 characters"),
        ({"items": {"enum": [1]}}, [1, 2], "data/1 must be equal to one of the allowed values"),
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"b": 1},
            "data must NOT have additional properties",
        ),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
            1,
            "data must be string, data must be null, data must match a schema in anyOf",
        ),
    ],
)
async def test_an_invalid_value_is_an_error(schema: Any, value: Any, text: str) -> None:
    outcome = await run_node(Json(), [{"payload": json.dumps(value), "schema": schema}])
    assert outcome.errors == [f"JSON Schema error: {text}"]


@pytest.mark.parametrize(
    "schema", [{"type": "nothing"}, {"$ref": "https://example.org/schema.json"}]
)
async def test_a_schema_that_cannot_be_used_is_an_error(schema: Any) -> None:
    outcome = await run_node(Json(), [{"payload": "1", "schema": schema}])
    assert outcome.outputs == [[]]
    assert outcome.errors == ["JSON Schema error: failed to compile schema"]
