"""The batch node."""

from __future__ import annotations

from typing import Any

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.nodes.sequence.batch import Batch
from vgd_kernel.testing import NodeOutcome, run_node

pytestmark = pytest.mark.asyncio


def groups(outcome: NodeOutcome) -> list[list[Any]]:
    found: list[list[Any]] = []
    for msg in outcome.outputs[0]:
        if msg["parts"]["index"] == 0:
            found.append([])
        found[-1].append(msg["payload"])
        assert msg["parts"]["index"] == len(found[-1]) - 1
        assert msg["parts"]["count"] >= len(found[-1])
    return found


def numbers(count: int) -> list[dict[str, Any]]:
    return [{"_msgid": f"m{number}", "payload": number} for number in range(count)]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"count": 2}, [[0, 1], [2, 3]]),
        ({"count": "3", "overlap": 1}, [[0, 1, 2], [2, 3, 4]]),
        ({"count": ""}, [[0], [1], [2], [3], [4]]),
    ],
)
async def test_so_many_messages_are_a_group(config: dict[str, Any], expected: Any) -> None:
    outcome = await run_node(Batch.parse(config), numbers(5))
    assert groups(outcome) == expected


async def test_a_group_is_named_after_its_first_message() -> None:
    outcome = await run_node(Batch.parse({"count": 2}), numbers(2))
    assert [msg["parts"]["id"] for msg in outcome.outputs[0]] == ["m0", "m0"]


async def test_reset_forgets_what_waits() -> None:
    outcome = await run_node(Batch.parse({"count": 2}), [{"payload": 9}, {"reset": 1}, *numbers(2)])
    assert groups(outcome) == [[0, 1]]


async def test_the_end_of_a_sequence_ends_the_group() -> None:
    msgs = [{"payload": n, "parts": {"id": "s", "index": n, "count": 3}} for n in range(3)]
    outcome = await run_node(Batch.parse({"count": 10, "honourParts": True}), msgs)
    assert groups(outcome) == [[0, 1, 2]]


async def test_what_came_within_an_interval_is_a_group() -> None:
    config = {"mode": "interval", "interval": "5"}
    outcome = await run_node(Batch.parse(config), numbers(3), advance_s=11)
    assert groups(outcome) == [[0, 1, 2]]


async def test_an_empty_interval_may_send_an_empty_message() -> None:
    config = {"mode": "interval", "interval": 5, "allowEmptySequence": True}
    outcome = await run_node(Batch.parse(config), [], advance_s=11)
    assert groups(outcome) == [[None], [None]]


async def test_without_an_interval_nothing_is_sent() -> None:
    outcome = await run_node(Batch.parse({"mode": "interval"}), numbers(2), advance_s=60)
    assert outcome.outputs == [[]]


async def test_sequences_are_put_together_by_topic() -> None:
    config = {"mode": "concat", "topics": [{"topic": "b"}, {"topic": "a"}]}
    msgs = [
        {"topic": t, "payload": f"{t}{n}", "parts": {"id": t, "index": n, "count": 2}}
        for n in range(2)
        for t in ("a", "b", "other")
    ]
    outcome = await run_node(Batch.parse(config), msgs)
    assert groups(outcome) == [["b0", "b1", "a0", "a1"]]


async def test_a_message_of_a_topic_without_parts_is_an_error() -> None:
    config = {"mode": "concat", "topics": [{"topic": "a"}]}
    outcome = await run_node(Batch.parse(config), [{"topic": "a"}, {"topic": "b"}])
    assert outcome.errors == ["no parts property in message"]


async def test_an_overlap_must_be_smaller_than_the_count() -> None:
    with pytest.raises(NodeConfigError, match="an overlap below the count"):
        Batch.parse({"count": 2, "overlap": 2})
