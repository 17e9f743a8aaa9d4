from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vgd_kernel.model import UNDEFINED
from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]


@pytest.mark.parametrize(
    ("rule", "yes", "no"),
    [
        ({"t": "eq", "v": "10", "vt": "num"}, [10, "10", "10.0"], [11, None, UNDEFINED]),
        ({"t": "eq", "v": "a"}, ["a"], ["b", 1]),
        ({"t": "neq", "v": "1", "vt": "num"}, [2, "x"], [1, True, "1"]),
        ({"t": "lt", "v": "5", "vt": "num"}, [4, "4", None], [5, 6, "x"]),
        ({"t": "lte", "v": "5", "vt": "num"}, [5, 4.5], [6, "x"]),
        ({"t": "gt", "v": "5", "vt": "num"}, [6], [5, "5", "x"]),
        ({"t": "gte", "v": "b", "vt": "str"}, ["b", "c"], ["a"]),
        ({"t": "btwn", "v": "1", "vt": "num", "v2": "3", "v2t": "num"}, [1, 2, 3], [0, 4]),
        ({"t": "btwn", "v": "3", "vt": "num", "v2": "1", "v2t": "num"}, [2], [4]),
        ({"t": "cont", "v": "ell"}, ["hello"], ["help", 5]),
        ({"t": "regex", "v": "^A", "case": True}, ["abc"], ["cab"]),
        ({"t": "true"}, [True], [1, "true"]),
        ({"t": "false"}, [False], [0, None]),
        ({"t": "null"}, [None, UNDEFINED], [0, ""]),
        ({"t": "nnull"}, [0, ""], [None, UNDEFINED]),
        ({"t": "empty"}, ["", [], {}, b""], [0, None, "a", UNDEFINED]),
        ({"t": "nempty"}, ["a", [0], {"a": 1}], [0, None, "", UNDEFINED]),
        ({"t": "istype", "v": "string", "vt": "string"}, ["a"], [1, [], b"x"]),
        ({"t": "istype", "v": "number", "vt": "number"}, [1, 1.5], [float("nan"), "1", True]),
        ({"t": "istype", "v": "array", "vt": "array"}, [[1]], [{}, "a"]),
        ({"t": "istype", "v": "buffer", "vt": "buffer"}, [b"x"], ["x"]),
        ({"t": "istype", "v": "json", "vt": "json"}, ["[1]", "5"], ["{", "x"]),
        ({"t": "istype", "v": "object", "vt": "object"}, [{}], [[], None, b""]),
        ({"t": "istype", "v": "undefined", "vt": "undefined"}, [UNDEFINED], [None, 0]),
        ({"t": "istype", "v": "null", "vt": "null"}, [None], [UNDEFINED, 0]),
        ({"t": "hask", "v": "k"}, [{"k": None}], [{"j": 1}, None, 5]),
        ({"t": "jsonata_exp", "v": "payload > 3", "vt": "jsonata"}, [4], [2]),
        ({"t": "eq", "v": "limit", "vt": "msg"}, [7], [8]),
    ],
)
def test_a_rule_matches_as_javascript_compares(
    play: Play, rule: dict[str, Any], yes: list[Any], no: list[Any]
) -> None:
    values = [*yes, *no]
    msgs = [
        {"n": number, "limit": 7, **({} if value is UNDEFINED else {"payload": value})}
        for number, value in enumerate(values)
    ]
    outcome = play("switch", {"rules": [rule]}, *msgs)
    assert [msg["n"] for msg in outcome.outputs[0]] == list(range(len(yes)))


def test_otherwise_takes_what_no_rule_took(play: Play) -> None:
    rules = [{"t": "eq", "v": "1", "vt": "num"}, {"t": "else"}]
    outcome = play("switch", {"rules": rules}, {"payload": 1}, {"payload": 2})
    assert [[msg["payload"] for msg in port] for port in outcome.outputs] == [[1], [2]]


@pytest.mark.parametrize(("checkall", "second"), [("true", [5]), ("false", [])])
def test_all_rules_are_checked_unless_the_first_match_ends_it(
    play: Play, checkall: str, second: list[int]
) -> None:
    rules = [{"t": "gt", "v": "1", "vt": "num"}, {"t": "gt", "v": "2", "vt": "num"}]
    outcome = play("switch", {"rules": rules, "checkall": checkall}, {"payload": 5})
    assert [msg["payload"] for msg in outcome.outputs[1]] == second


def test_the_previous_value_is_the_one_of_the_message_before(play: Play) -> None:
    rules = [{"t": "gt", "v": "", "vt": "prev"}]
    outcome = play("switch", {"rules": rules}, *({"payload": n} for n in (1, 3, 2, 5)))
    assert [msg["payload"] for msg in outcome.outputs[0]] == [1, 3, 5]


def test_head_needs_parts_and_says_so(play: Play) -> None:
    outcome = play("switch", {"rules": [{"t": "head", "v": "1", "vt": "num"}]}, {"payload": 1})
    assert outcome.outputs == [[]]
    assert "index" in outcome.errors[0]


def test_recreated_sequences_are_numbered_per_output(play: Play) -> None:
    rules = [{"t": "eq", "v": "a"}, {"t": "else"}]
    msgs = [
        {"payload": value, "parts": {"id": "p", "index": index, "count": 3}}
        for index, value in enumerate("aba")
    ]
    outcome = play("switch", {"rules": rules, "repair": True}, *msgs)
    found = [
        [(m["payload"], m["parts"]["index"], m["parts"]["count"]) for m in p]
        for p in outcome.outputs
    ]
    assert found == [[("a", 0, 2), ("a", 1, 2)], [("b", 0, 1)]]


@pytest.mark.parametrize(
    "config",
    [
        {"property": "a b"},
        {"property": "1 +", "propertyType": "jsonata"},
        {"rules": [{"t": "regex", "v": "("}]},
        {"rules": [{"t": "jsonata_exp", "v": "1 +", "vt": "jsonata"}]},
        {"rules": [{"t": "like"}]},
    ],
)
def test_a_bad_rule_keeps_the_node_from_starting(play: Play, config: dict[str, Any]) -> None:
    with pytest.raises(NodeConfigError):
        play("switch", config, {})
