"""The sort node."""

from __future__ import annotations

from typing import Any

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.nodes.sequence.sort import Sort
from vgd_kernel.testing import run_node

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    ("config", "items", "expected"),
    [
        ({}, [3, 1, 2], [1, 2, 3]),
        ({"order": "descending"}, [3, 1, 2], [3, 2, 1]),
        ({}, ["10", "9", "1"], ["1", "10", "9"]),
        ({"as_num": True}, ["10", "9", "1"], ["1", "9", "10"]),
        ({}, [], []),
        (
            {"msgKey": "age", "msgKeyType": "jsonata"},
            [{"age": 3, "n": 0}, {"age": 1}, {"age": 3, "n": 1}],
            [{"age": 1}, {"age": 3, "n": 0}, {"age": 3, "n": 1}],
        ),
    ],
)
async def test_a_list_is_sorted(config: dict[str, Any], items: list[Any], expected: Any) -> None:
    outcome = await run_node(Sort.parse({"targetType": "msg", **config}), [{"payload": items}])
    assert [msg["payload"] for msg in outcome.outputs[0]] == [expected]


async def test_what_is_no_list_is_dropped() -> None:
    outcome = await run_node(Sort(), [{"payload": "b,a"}, {}])
    assert outcome.outputs == [[]]
    assert outcome.errors == []


async def test_a_list_may_stand_in_another_property() -> None:
    outcome = await run_node(
        Sort.parse({"targetType": "msg", "target": "a.b"}), [{"a": {"b": [2, 1]}}]
    )
    assert outcome.outputs[0][0]["a"] == {"b": [1, 2]}


def sequence(values: list[Any], **extra: Any) -> list[dict[str, Any]]:
    count = len(values)
    return [
        {"payload": value, "parts": {"id": "s", "index": index, "count": count}, **extra}
        for index, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"targetType": "seq"}, [1, 2, 3]),
        ({"targetType": "seq", "order": "descending"}, [3, 2, 1]),
        ({"targetType": "seq", "seqKey": "-payload", "seqKeyType": "jsonata"}, [3, 2, 1]),
        ({"targetType": "seq", "seqKey": "topic"}, [3, 1, 2]),
    ],
)
async def test_a_sequence_is_sent_in_order(config: dict[str, Any], expected: list[int]) -> None:
    outcome = await run_node(
        Sort.parse({"targetType": "msg", **config}), sequence([3, 1, 2], topic="same")
    )
    assert [msg["payload"] for msg in outcome.outputs[0]] == expected
    assert [msg["parts"]["index"] for msg in outcome.outputs[0]] == [0, 1, 2]


async def test_an_unfinished_sequence_waits_and_others_are_dropped() -> None:
    outcome = await run_node(Sort.parse({"targetType": "seq"}), [*sequence([1, 2])[:1], {}])
    assert outcome.outputs == [[]]


async def test_a_failing_expression_is_an_error() -> None:
    config = {"msgKey": "$number(payload)", "msgKeyType": "jsonata"}
    outcome = await run_node(
        Sort.parse({"targetType": "msg", **config}), [{"payload": [{"payload": "x"}]}]
    )
    assert outcome.outputs == [[]]
    assert outcome.errors[0].startswith("Invalid JSONata expression in sort node")


async def test_a_broken_expression_is_a_problem_of_the_field() -> None:
    with pytest.raises(NodeConfigError, match="msgKey"):
        Sort.parse({"targetType": "msg", "msgKey": "((", "msgKeyType": "jsonata"})
