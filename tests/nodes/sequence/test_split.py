from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]


@pytest.mark.parametrize(
    ("config", "payload", "pieces", "type"),
    [
        ({}, "a\nb", ["a", "b"], "string"),
        ({"splt": ","}, "a,,b,", ["a", "", "b", ""], "string"),
        ({"splt": "[44]", "spltType": "bin"}, "a,b", ["a", "b"], "string"),
        ({"splt": "2", "spltType": "len"}, "abcde", ["ab", "cd", "e"], "string"),
        ({"splt": "2", "spltType": "len"}, b"abcde", [b"ab", b"cd", b"e"], "buffer"),
        ({"splt": "[0]", "spltType": "bin"}, b"a\x00b", [b"a", b"b"], "buffer"),
        ({}, [1, [2], None], [1, [2], None], "array"),
        ({"arraySplt": 2}, [1, 2, 3], [[1, 2], [3]], "array"),
        ({}, {"x": 1, "y": 2}, [1, 2], "object"),
    ],
)
def test_a_value_is_taken_apart(
    play: Play, config: dict[str, Any], payload: Any, pieces: list[Any], type: str
) -> None:
    out = play("split", config, {"payload": payload, "topic": "t"}).outputs[0]
    assert [msg["payload"] for msg in out] == pieces
    assert [msg["parts"]["index"] for msg in out] == list(range(len(pieces)))
    assert {msg["parts"]["count"] for msg in out} == {len(pieces)}
    assert {msg["parts"]["type"] for msg in out} == {type}
    assert len({msg["parts"]["id"] for msg in out}) == 1
    assert len({msg["_msgid"] for msg in out}) == len(pieces)


@pytest.mark.parametrize("msg", [{"payload": 5}, {"payload": True}, {"payload": []}, {}])
def test_what_cannot_be_split_vanishes(play: Play, msg: dict[str, Any]) -> None:
    outcome = play("split", {}, msg)
    assert (outcome.outputs, outcome.errors) == ([[]], [])


def test_the_pieces_share_nothing(play: Play) -> None:
    out = play("split", {}, {"payload": [1, 2], "more": {"list": []}}).outputs[0]
    assert out[0]["more"] is not out[1]["more"]
    assert out[0]["parts"] is not out[1]["parts"]


def test_the_key_of_an_object_may_go_to_a_property(play: Play) -> None:
    out = play("split", {"addname": "topic"}, {"payload": {"x": 1, "y": 2}}).outputs[0]
    assert [(msg["topic"], msg["parts"]["key"]) for msg in out] == [("x", "x"), ("y", "y")]


def test_a_stream_holds_back_what_is_not_ended(play: Play) -> None:
    config = {"splt": ";", "stream": True}
    out = play("split", config, {"payload": "a;b"}, {"payload": "c;"}).outputs[0]
    assert [msg["payload"] for msg in out] == ["a", "bc"]
    assert all("count" not in msg["parts"] for msg in out)


@pytest.mark.parametrize(
    "config",
    [
        {"splt": "0", "spltType": "len"},
        {"splt": "x", "spltType": "bin"},
        {"arraySplt": "-1"},
        {"property": "a b"},
    ],
)
def test_a_bad_separator_is_refused(play: Play, config: dict[str, Any]) -> None:
    with pytest.raises(NodeConfigError):
        play("split", config, {})
