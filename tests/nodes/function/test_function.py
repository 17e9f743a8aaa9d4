from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from vgd_kernel.model.errors import FlowInvalidError, NodeConfigError
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]

BUFFERS = "Buffer.concat([Buffer.from([1]), Buffer.from('Ag==', 'base64')])"
MOMENT = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
LATER = MOMENT + datetime.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("func", "payload", "result"),
    [
        ("msg.payload += 1; return msg;", 1, 2),
        ("return {payload: msg.payload.toUpperCase()};", "é", "É"),
        ("msg.payload = msg.payload.toString('hex'); return msg;", b"\x00\xff", "00ff"),
        ("msg.payload = Buffer.from('héllo'); return msg;", 0, "héllo".encode()),
        (f"msg.payload = {BUFFERS}; return msg;", 0, b"\x01\x02"),
        ("msg.payload = new Date(msg.payload.getTime() + 1000); return msg;", MOMENT, LATER),
        ("msg.payload = [1/0, -1/0].map(String).join(); return msg;", 0, "Infinity,-Infinity"),
        ("msg.payload = 1/0; return msg;", 0, float("inf")),
        ("msg.payload = [global.get('seed'), env.get('WHO')]; return msg;", 0, [42, "Ada"]),
        ("const k = 'W' + 'HO'; msg.payload = env.get(k); return msg;", 0, "Ada"),
        ("flow.set('a.b[1]', 5); msg.payload = flow.get('a'); return msg;", 0, {"b": [None, 5]}),
        ("msg.payload = RED.util.cloneMessage({a: [1]}); return msg;", 0, {"a": [1]}),
        ("msg.payload = new URL('http://h:81/p?q=1').searchParams.get('q'); return msg;", 0, "1"),
        ("msg.payload = util.format('%s-%d', 'a', 2); return msg;", 0, "a-2"),
        ("await new Promise(r => setTimeout(r, 9)); msg.payload = 'x'; return msg;", 0, "x"),
        ("setTimeout(() => node.send({payload: 'timer'}), 20);", 0, "timer"),
    ],
)  # fmt: skip
def test_javascript_gets_a_message_and_returns_one(
    play: Play, func: str, payload: Any, result: Any
) -> None:
    outcome = play(
        "function",
        {"func": func},
        {"payload": payload, "_msgid": "m"},
        advance_s=1,
        environment={"WHO": "Ada"},
        global_context={"seed": 42},
    )
    assert outcome.errors == []
    assert [msg["payload"] for msg in outcome.outputs[0]] == [result]
    assert outcome.outputs[0][0]["_msgid"] == "m"


@pytest.mark.parametrize(
    ("func", "text"),
    [
        ("throw new TypeError('boo');", "TypeError: boo"),
        ("\nnothing.there();", "ReferenceError: nothing is not defined (line 2, col 1)"),
        ("throw 'text';", "text"),
        ("return 5;", "type number"),
        ("node.error('own', msg);", "own"),
    ],
)
def test_what_javascript_throws_is_an_error_of_the_node(play: Play, func: str, text: str) -> None:
    outcome = play("function", {"func": func}, {"payload": 1}, advance_s=0.1)
    assert text in outcome.errors[0]


def test_a_mutated_context_object_stays_mutated_without_set(play: Play) -> None:
    func = """
        const list = context.get('list') || [];
        list.push(msg.payload);
        if (list.length === 1) context.set('list', list);
        return {payload: list};
    """
    outcome = play("function", {"func": func}, {"payload": 1}, {"payload": 2}, advance_s=0.1)
    assert [msg["payload"] for msg in outcome.outputs[0]] == [[1], [1, 2]]


def test_a_loop_is_ended_and_the_next_message_goes_on(play: Play) -> None:
    func = "while (msg.payload === 0) {} return msg;"
    outcome = play(
        "function", {"func": func, "timeout": 0.2}, {"payload": 0}, {"payload": 1}, advance_s=0.1
    )
    assert [msg["payload"] for msg in outcome.outputs[0]] == [1]
    assert "longer than 0.2 s" in outcome.errors[0]


def test_setup_comes_first_and_cleanup_last(play: Play) -> None:
    config = {
        "func": "return {payload: context.get('base') + msg.payload};",
        "initialize": "await new Promise(r => setTimeout(r, 100)); context.set('base', 10);",
        "finalize": "node.status({text: 'closed'});",
    }
    outcome = play("function", config, {"payload": 1}, advance_s=1)
    assert [msg["payload"] for msg in outcome.outputs[0]] == [11]
    assert [status.text for status in outcome.statuses] == ["closed"]


def test_a_syntax_error_of_javascript_names_the_line_at_the_start(play: Play) -> None:
    with pytest.raises(FlowInvalidError, match="line 2") as caught:
        play("function", {"func": "let a = 1;\nlet = = 2;"}, {})
    assert caught.value.problems[0].field == "func"


def test_a_module_of_node_js_is_refused_by_name(play: Play) -> None:
    with pytest.raises(NodeConfigError, match="'fs'"):
        play("function", {"libs": [{"var": "fs", "module": "fs"}]}, {})


def test_the_same_node_takes_python(play: Play) -> None:
    config = {
        "language": "python",
        "initialize": "context.set('base', 1)",
        "func": "return {'payload': context.get('base') + msg['payload']}",
    }
    outcome = play("function", config, {"payload": 1})
    assert [msg["payload"] for msg in outcome.outputs[0]] == [2]


def test_an_empty_body_sends_nothing(play: Play) -> None:
    outcome = play("function", {"func": "", "timeout": ""}, {"payload": 1}, advance_s=0.1)
    assert (outcome.outputs, outcome.errors) == ([[]], [])
