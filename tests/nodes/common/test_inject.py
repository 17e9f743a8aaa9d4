from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]


def one(kind: str, value: Any) -> dict[str, Any]:
    return {"props": [{"p": "payload", "v": value, "vt": kind}]}


@pytest.mark.parametrize(
    ("kind", "value", "payload"),
    [
        ("str", "text", "text"),
        ("num", "12.50", 12.5),
        ("bool", "true", True),
        ("json", '{"a":[1]}', {"a": [1]}),
        ("bin", "[222,173]", b"\xde\xad"),
        ("date", "", 1_767_225_600_000),
        ("date", "iso", "2026-01-01T00:00:00.000Z"),
        ("date", "object", datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)),
        ("jsonata", "1 + 2", 3),
        ("env", "Hi ${WHO}!", "Hi Ada!"),
        ("global", "seed", 42),
    ],
)
def test_a_press_sends_the_typed_value(play: Play, kind: str, value: Any, payload: Any) -> None:
    outcome = play(
        "inject", one(kind, value), {}, environment={"WHO": "Ada"}, global_context={"seed": 42}
    )
    assert [msg["payload"] for msg in outcome.outputs[0]] == [payload]


@pytest.mark.parametrize(
    "config",
    [
        {"payload": "5", "payloadType": "num", "topic": "t"},
        {
            "payload": "5", "payloadType": "num", "topic": "t",
            "props": [{"p": "payload"}, {"p": "topic", "vt": "str"}],
        },
        {"props": [{"p": "payload", "v": "5", "vt": "num"}, {"p": "topic", "v": "t", "vt": "str"}]},
    ],
)  # fmt: skip
def test_old_and_new_forms_say_the_same(play: Play, config: dict[str, Any]) -> None:
    out = play("inject", config, {}).outputs[0]
    assert [(msg["payload"], msg["topic"]) for msg in out] == [(5, "t")]


@pytest.mark.parametrize(
    ("config", "advance_s", "count"),
    [
        ({"once": True}, 0.05, 0),
        ({"once": True}, 0.2, 1),
        ({"repeat": "10"}, 35, 3),
        ({"once": True, "onceDelay": "1", "repeat": "2"}, 6, 3),
        ({"crontab": "*/5 * * * *"}, 899, 2),
        ({"crontab": "*/10 * * * * *"}, 35, 3),
    ],
)
def test_messages_come_when_they_are_due(
    play: Play, config: dict[str, Any], advance_s: float, count: int
) -> None:
    outcome = play("inject", {**one("str", "x"), **config}, advance_s=advance_s)
    assert len(outcome.outputs[0]) == count
    assert len({msg["_msgid"] for msg in outcome.outputs[0]}) == count


def test_a_failing_expression_is_an_error_and_sends_nothing(play: Play) -> None:
    outcome = play("inject", one("jsonata", '$number("x")'), {})
    assert outcome.outputs == [[]]
    assert outcome.errors


@pytest.mark.parametrize(
    ("config", "field"),
    [
        (one("jsonata", "1 +"), "props.0"),
        (one("json", "{"), "props.0"),
        ({"repeat": "soon"}, "repeat"),
        ({"repeat": "99999999"}, "repeat"),
        ({"crontab": "61 * * * *"}, "crontab"),
        ({"props": [{"p": "a b", "v": "", "vt": "str"}]}, "props.0.p"),
    ],
)
def test_a_bad_field_is_named(play: Play, config: dict[str, Any], field: str) -> None:
    with pytest.raises(NodeConfigError) as caught:
        play("inject", config, {})
    assert caught.value.problems[0].field == field
