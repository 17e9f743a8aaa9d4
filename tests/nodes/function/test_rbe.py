"""The filter node."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.nodes.function.rbe import Rbe
from vgd_kernel.testing import run_node

pytestmark = pytest.mark.asyncio

DAY = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


async def passed(values: list[Any], **config: Any) -> list[Any]:
    outcome = await run_node(Rbe.parse(config), [{"payload": value} for value in values])
    return [msg["payload"] for msg in outcome.outputs[0]]


@pytest.mark.parametrize(
    ("config", "values", "expected"),
    [
        ({"func": "rbe"}, [1, 1, "1", 2, 2, 1], [1, "1", 2, 1]),
        ({"func": "rbei"}, [1, 1, 2], [2]),
        ({"func": "rbe"}, [{"a": [1, b"x"]}, {"a": [1, b"x"]}, {"a": [1]}], 2),
        ({"func": "rbe"}, [{}, None, None, [], [1]], [None, [], [1]]),
        ({"func": "rbe"}, [{"d": DAY}, {"d": DAY + datetime.timedelta(1)}], [{"d": DAY}]),
        ({"func": "rbe"}, [True, 1, "", 0], [True, 1, "", 0]),
        ({"func": "deadband", "gap": "5"}, [0, 5, 5.1, 1, 0], [0, 5.1, 0]),
        ({"func": "deadbandEq", "gap": "5"}, [0, 4, 5], [0, 5]),
        ({"func": "deadband", "gap": "10%"}, [100, 109, 111, 122], [100, 111]),
        ({"func": "deadband", "gap": "2", "inout": "in"}, [0, 2, 4, 6], [0]),
        ({"func": "narrowband", "gap": "5"}, [0, 100, 5, 10], [0, 5, 10]),
        ({"func": "narrowbandEq", "gap": "5"}, [0, 5, 4], [0, 4]),
        ({"func": "narrowband", "gap": "5", "start": "50"}, [0, 52], [52]),
        ({"func": "deadband", "gap": "1"}, ["3.5 V", "5 V"], ["3.5 V", "5 V"]),
    ],
)
async def test_what_passes(config: dict[str, Any], values: list[Any], expected: Any) -> None:
    result = await passed(values, **config)
    assert len(result) == expected if isinstance(expected, int) else result == expected


async def topics(msgs: list[dict[str, Any]], **config: Any) -> list[int]:
    numbered = [{**msg, "number": number} for number, msg in enumerate(msgs)]
    outcome = await run_node(Rbe.parse(config), numbered)
    return [msg["number"] for msg in outcome.outputs[0]]


async def test_each_topic_is_kept_apart() -> None:
    msgs = [{"topic": name, "payload": 1} for name in ("a", "b", "a")]
    assert await topics(msgs) == [0, 1]
    assert await topics(msgs, septopics=False) == [0]


async def test_the_topic_may_stand_in_another_property() -> None:
    msgs = [{"sensor": {"id": name}, "payload": 1} for name in ("a", "b", "a")]
    assert await topics([*msgs, {"payload": 1}], topi="sensor.id") == [0, 1, 3]


async def test_reset_forgets_its_topic_or_all() -> None:
    first = [{"topic": "a", "payload": 1}, {"topic": "b", "payload": 1}]
    assert await topics([*first, {"topic": "a", "reset": True}, *first]) == [0, 1, 3]
    assert await topics([*first, {"reset": True}, *first]) == [0, 1, 3, 4]


async def test_a_reset_message_with_a_value_passes_itself() -> None:
    assert await topics([{"payload": 1}, {"payload": 1, "reset": 1}, {"payload": 1}]) == [0, 1]


async def test_no_number_is_a_warning_and_no_value_is_nothing() -> None:
    outcome = await run_node(Rbe.parse({"func": "deadband"}), [{"payload": "x"}, {"other": 1}])
    assert outcome.outputs == [[]]
    assert [event.to_json()["text"] for event in outcome.events] == ["no number found in payload"]


async def test_a_gap_is_a_number_or_a_percentage() -> None:
    with pytest.raises(NodeConfigError, match="gap is 'wide'"):
        Rbe.parse({"gap": "wide"})
