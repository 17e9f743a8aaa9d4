from __future__ import annotations

from collections.abc import Callable

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]


@pytest.mark.parametrize(
    ("code", "payloads"),
    [
        ("return msg", [1]),
        ("msg['payload'] += 1\nreturn msg", [2]),
        ("return {'payload': msg['payload'] * 10}", [10]),
        ("return None", []),
        ("", []),
        ("def handle(msg):\n    return {'payload': 'h'}", ["h"]),
        ("import asyncio\nawait asyncio.sleep(0)\nmsg['payload'] = 'later'\nreturn msg", ["later"]),
        ("node.send({'payload': 'first'})\nreturn {'payload': 'second'}", ["first", "second"]),
        ("new = {'payload': []}\nnode.send(new)\nnew['payload'].append(1)", [[]]),
        ("new = {'payload': []}\nnode.send(new, clone=False)\nnew['payload'].append(1)", [[1]]),
        ("state['n'] = state.get('n', 0) + 1\nreturn {'payload': state['n']}", [1]),
        ("flow.set('a.b', 4)\nreturn {'payload': flow['a.b'] + global_.get('seed')}", [46]),
        (
            "flow.set(['a', 'b'], [1, 2])\nreturn {'payload': flow.get(['a', 'no', 'b'], 0)}",
            [[1, 0, 2]],
        ),
        ("flow.set('#:(x)::a', 1)\nreturn {'payload': flow.get('a', store='x')}", [1]),
        ("return {'payload': env('WHO')}", ["Ada"]),
        ("text = '''a\n  b'''\nreturn {'payload': text}", ["a\n  b"]),
    ],
)
def test_code_gets_a_message_and_returns_one(play: Play, code: str, payloads: list[object]) -> None:
    outcome = play(
        "python",
        {"code": code},
        {"payload": 1, "_msgid": "m"},
        environment={"WHO": "Ada"},
        global_context={"seed": 42},
    )
    assert outcome.errors == []
    assert [msg["payload"] for msg in outcome.outputs[0]] == payloads


def test_a_new_message_gets_the_id_of_the_old_one(play: Play) -> None:
    outcome = play("python", {"code": "return [[{}, {}]]"}, {"_msgid": "m"})
    assert [msg["_msgid"] for msg in outcome.outputs[0]] == ["m", "m"]


def test_a_list_is_a_message_per_output(play: Play) -> None:
    code = "return [None, {'payload': 2}, [{'payload': 3}, {'payload': 4}]]"
    outcome = play("python", {"code": code, "outputs": 3}, {})
    assert [[m["payload"] for m in port] for port in outcome.outputs] == [[], [2], [3, 4]]


@pytest.mark.parametrize(
    ("code", "text"),
    [("return 1 / 0", "ZeroDivisionError"), ("return 5", "type int"), ("node.error('no')", "no")],
)
def test_an_error_of_the_code_is_an_error_of_the_node(play: Play, code: str, text: str) -> None:
    outcome = play("python", {"code": code}, {"payload": 1})
    assert text in outcome.errors[0]


def test_a_syntax_error_names_field_and_line(play: Play) -> None:
    with pytest.raises(NodeConfigError, match="line 2") as caught:
        play("python", {"code": "x = 1\nif x\n    return msg"}, {})
    assert caught.value.problems[0].field == "code"


def test_close_listeners_are_called_at_the_stop(play: Play) -> None:
    code = "node.on('close', lambda: node.status('closed'))\nreturn msg"
    outcome = play("python", {"code": code}, {})
    assert [status.text for status in outcome.statuses] == ["closed"]
