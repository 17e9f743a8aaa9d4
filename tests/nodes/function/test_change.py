from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]


def rule(**fields: Any) -> dict[str, Any]:
    return {"rules": [fields]}


@pytest.mark.parametrize(
    ("config", "msg", "after"),
    [
        (rule(t="set", p="payload", to="x", tot="str"), {}, {"payload": "x"}),
        (rule(t="set", p="a.b", to="5", tot="num"), {}, {"a": {"b": 5}}),
        (rule(t="set", p="a", to='{"b":[1]}', tot="json"), {}, {"a": {"b": [1]}}),
        (rule(t="set", p="a", to="[1,255]", tot="bin"), {}, {"a": b"\x01\xff"}),
        (rule(t="set", p="a", to="TRUE", tot="bool"), {}, {"a": True}),
        (rule(t="set", p="a", to="x.y", tot="msg"), {"x": {"y": 1}}, {"x": {"y": 1}, "a": 1}),
        (rule(t="set", p="a", to="x.y", tot="msg"), {"a": 7}, {"a": 7}),
        (rule(t="set", p="a", to="gone", tot="msg"), {"a": 7}, {}),
        (
            rule(t="set", p="a", to="payload * 2", tot="jsonata"),
            {"payload": 4},
            {"payload": 4, "a": 8},
        ),
        (rule(t="set", p="a", to="WHO", tot="env"), {}, {"a": "Ada"}),
        (rule(t="set", p="a", to="seed", tot="global"), {}, {"a": 42}),
        (rule(t="set", p="a", to="msg.x"), {"x": 1}, {"x": 1, "a": 1}),
        (rule(t="change", p="a", **{"from": "o"}, to="0"), {"a": "foo"}, {"a": "f00"}),
        (
            rule(t="change", p="a", **{"from": "(f)o"}, fromt="re", to="$1-"),
            {"a": "foo"},
            {"a": "f-o"},
        ),
        (
            rule(t="change", p="a", **{"from": "(f)o"}, re=True, to="$1-"),
            {"a": "foo"},
            {"a": "f-o"},
        ),
        (rule(t="change", p="a", **{"from": "1"}, fromt="num", to="one"), {"a": 1}, {"a": "one"}),
        (rule(t="change", p="a", **{"from": "1"}, fromt="num", to="one"), {"a": 12}, {"a": 12}),
        (rule(t="delete", p="a.b"), {"a": {"b": 1, "c": 2}}, {"a": {"c": 2}}),
        (rule(t="move", p="a", to="b.c", tot="msg"), {"a": 1}, {"b": {"c": 1}}),
        (rule(t="move", p="a.b", to="a", tot="msg"), {"a": {"b": 3}}, {"a": 3}),
        (rule(t="move", p="a", to="a.b", tot="msg"), {"a": 3}, {"a": {"b": 3}}),
        ({"action": "replace", "property": "payload", "to": "n"}, {}, {"payload": "n"}),
        ({"rules": []}, {"a": 1}, {"a": 1}),
    ],
)
def test_a_rule_changes_the_message(
    play: Play, config: dict[str, Any], msg: dict[str, Any], after: dict[str, Any]
) -> None:
    outcome = play(
        "change",
        config,
        {"_msgid": "m", **msg},
        environment={"WHO": "Ada"},
        global_context={"seed": 42},
    )
    assert outcome.outputs == [[{"_msgid": "m", **after}]]
    assert outcome.errors == []


def test_rules_are_carried_out_in_order_and_context_is_a_target(play: Play) -> None:
    rules = [
        {"t": "set", "p": "a.b", "pt": "flow", "to": "payload", "tot": "msg"},
        {"t": "set", "p": "payload", "pt": "msg", "to": "a", "tot": "flow"},
    ]
    outcome = play("change", {"rules": rules}, {"payload": 3})
    assert outcome.outputs[0][0]["payload"] == {"b": 3}


@pytest.mark.parametrize(("deep", "shared"), [(False, True), (True, False)])
def test_a_value_is_the_same_object_unless_copied_deeply(
    play: Play, deep: bool, shared: bool
) -> None:
    config = rule(t="set", p="b", to="a", tot="msg", dc=deep)
    msg = play("change", config, {"a": {"v": 1}}).outputs[0][0]
    assert (msg["a"] is msg["b"]) is shared


def test_a_failing_expression_ends_the_message_with_an_error(play: Play) -> None:
    outcome = play("change", rule(t="set", p="a", to="$number(b)", tot="jsonata"), {"b": "x"})
    assert outcome.outputs == [[]]
    assert "Invalid JSONata expression" in outcome.errors[0]


def test_a_property_below_a_text_is_not_set_but_the_message_goes_on(play: Play) -> None:
    outcome = play("change", rule(t="set", p="a.b", to="1"), {"a": "text", "_msgid": "m"})
    assert outcome.outputs == [[{"a": "text", "_msgid": "m"}]]
    assert "Cannot set property of non-object type: a.b" in str(outcome.events)


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({"t": "set", "p": "a b"}, "Invalid property expression"),
        ({"t": "set", "p": "a", "to": "{", "tot": "json"}, "in JSON at position"),
        ({"t": "set", "p": "a", "to": "1 +", "tot": "jsonata"}, "JSONata"),
        ({"t": "change", "p": "a", "from": "(", "fromt": "re", "to": ""}, "regular expression"),
        ({"t": "explode", "p": "a"}, "set"),
    ],
)
def test_a_bad_rule_is_named_before_the_start(
    play: Play, fields: dict[str, Any], seen: str
) -> None:
    with pytest.raises(NodeConfigError, match=seen) as caught:
        play("change", {"rules": [fields]}, {})
    assert caught.value.problems[0].field.startswith("rules.0")
