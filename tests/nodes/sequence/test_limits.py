"""How many messages the sequence nodes keep back."""

from __future__ import annotations

from typing import Any

import pytest

from vgd_kernel.engine import RunOptions
from vgd_kernel.model import Node
from vgd_kernel.model.services import FlowLimits
from vgd_kernel.nodes.sequence.batch import Batch
from vgd_kernel.nodes.sequence.join import Join
from vgd_kernel.nodes.sequence.sort import Sort
from vgd_kernel.testing import run_node

LIMITED = RunOptions(services={FlowLimits: FlowLimits(kept_messages=2)})
REDUCE = Join.parse({"mode": "reduce", "reduceExp": "$A", "reduceInitType": "num"})
CONCAT = Batch.parse({"mode": "concat", "topics": [{"topic": "a"}, {"topic": "b"}]})


def piece(number: int, id: str = "x") -> dict[str, Any]:
    return {
        "payload": number, "topic": "a", "_msgid": str(number),
        "parts": {"id": id, "index": number, "count": 9},
    }  # fmt: skip


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("node", "error"),
    [
        (REDUCE, "too many pending messages in join node"),
        (Sort.parse({"targetType": "seq"}), "Too many pending messages in sort node"),
        (Batch.parse({"count": "9"}), "too many pending messages in batch node"),
        (CONCAT, "too many pending messages in batch node"),
    ],
)
async def test_a_node_that_keeps_too_many_messages_drops_them_with_an_error(
    node: Node, error: str
) -> None:
    outcome = await run_node(node, [piece(0), piece(1), piece(2)], options=LIMITED)
    assert outcome.errors == [error]
    assert outcome.outputs == [[]]


@pytest.mark.asyncio
async def test_a_sort_node_drops_the_oldest_sequence() -> None:
    first = [{**piece(0, "old"), "parts": {"id": "old", "index": 0, "count": 9}}]
    second = [
        {"payload": number, "parts": {"id": "new", "index": number, "count": 3}}
        for number in (2, 1, 0)
    ]
    node = Sort.parse({"targetType": "seq"})
    outcome = await run_node(node, [*first, *second], options=LIMITED)
    assert [msg["payload"] for msg in outcome.outputs[0]] == [0, 1, 2]
    assert len(outcome.errors) == 1
