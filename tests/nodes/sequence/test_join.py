from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]


def parts(index: int, count: int, **more: Any) -> dict[str, Any]:
    return {"parts": {"id": "g", "index": index, "count": count, **more}}


@pytest.mark.parametrize(
    ("pieces", "more", "result"),
    [
        (["a", "b"], {"type": "string", "ch": "-"}, "a-b"),
        ([b"a", b"b"], {"type": "buffer", "ch": [0]}, b"a\x00b"),
        ([1, None], {"type": "array", "len": 1}, [1, None]),
        ([[1, 2], [3]], {"type": "array", "len": 2}, [1, 2, 3]),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_a_split_sequence_is_undone_in_any_order(
    play: Play, pieces: list[Any], more: dict[str, Any], result: Any, backwards: bool
) -> None:
    msgs = [{"payload": p, **parts(i, len(pieces), **more)} for i, p in enumerate(pieces)]
    out = play("join", {}, *(reversed(msgs) if backwards else msgs)).outputs[0]
    assert [msg["payload"] for msg in out] == [result]
    assert "parts" not in out[0]


@pytest.mark.parametrize(
    ("config", "result"),
    [
        ({"build": "array", "count": "2"}, [1, 2]),
        ({"build": "string", "joiner": "+", "count": "2"}, "1+2"),
        ({"build": "object", "key": "topic", "count": "2"}, {"a": 1, "b": 2}),
    ],
)
def test_so_many_messages_are_built_into_one(
    play: Play, config: dict[str, Any], result: Any
) -> None:
    msgs = [{"payload": 1, "topic": "a"}, {"payload": 2, "topic": "b"}]
    out = play("join", {"mode": "custom", **config}, *msgs).outputs[0]
    assert [msg["payload"] for msg in out] == [result]


def test_objects_are_merged(play: Play) -> None:
    msgs = [{"payload": {"a": 1}}, {"payload": {"b": 2}, "complete": True}]
    out = play("join", {"mode": "custom", "build": "merged"}, *msgs).outputs[0]
    assert [msg["payload"] for msg in out] == [{"a": 1, "b": 2}]


def test_a_group_is_sent_when_its_time_is_over(play: Play) -> None:
    config = {"mode": "custom", "build": "array", "timeout": "2"}
    msgs = [{"payload": 1}, {"payload": 2}]
    assert play("join", config, *msgs, advance_s=1.9).outputs == [[]]
    out = play("join", config, *msgs, advance_s=2.1).outputs[0]
    assert [msg["payload"] for msg in out] == [[1, 2]]


def test_a_reset_forgets_the_group(play: Play) -> None:
    msgs = [{"payload": 1}, {"reset": True}, {"payload": 2}, {"payload": 3}]
    out = play("join", {"mode": "custom", "build": "array", "count": "2"}, *msgs).outputs[0]
    assert [msg["payload"] for msg in out] == [[2, 3]]


@pytest.mark.parametrize(("right", "result"), [(False, "abc"), (True, "cba")])
def test_a_sequence_is_folded_by_an_expression(play: Play, right: bool, result: str) -> None:
    config = {
        "mode": "reduce",
        "reduceExp": "$A & payload",
        "reduceInit": "",
        "reduceInitType": "str",
        "reduceRight": right,
        "reduceFixup": "$A & $string($N)",
    }
    msgs = [{"payload": letter, **parts(i, 3)} for i, letter in enumerate("abc")]
    out = play("join", config, *msgs).outputs[0]
    assert [msg["payload"] for msg in out] == [result + "3"]


def test_a_message_without_parts_is_warned_of(play: Play) -> None:
    outcome = play("join", {}, {"payload": 1})
    assert "cannot join in 'auto' mode" in str(outcome.events)


def test_a_bad_expression_is_refused(play: Play) -> None:
    with pytest.raises(NodeConfigError, match="reduceExp"):
        play("join", {"mode": "reduce", "reduceExp": "1 +"}, {})
