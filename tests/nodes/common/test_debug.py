from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.model.events import DebugMessage, LogRecord
from vgd_kernel.model.message import UNDEFINED
from vgd_kernel.nodes.common.debug import TOGGLE, Debug
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]

MSG = {"payload": {"a": 2, "b": "x"}, "topic": "t", "_msgid": "m"}


def shown(outcome: NodeOutcome) -> list[tuple[str, Any]]:
    return [(e.property, e.value) for e in outcome.events if isinstance(e, DebugMessage)]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, [("payload", {"a": 2, "b": "x"})]),
        ({"complete": "payload.a"}, [("payload.a", 2)]),
        ({"complete": "no.such"}, [("no.such", UNDEFINED)]),
        ({"complete": "true", "targetType": "full"}, [("msg", MSG)]),
        ({"complete": True}, [("msg", MSG)]),
        ({"complete": "payload.a * 2", "targetType": "jsonata"}, [("payload.a * 2", 4)]),
        ({"active": False}, []),
        ({"tosidebar": False}, []),
    ],
)
def test_the_panel_shows_what_was_asked_for(
    play: Play, config: dict[str, Any], expected: list[Any]
) -> None:
    assert shown(play("debug", config, dict(MSG))) == expected


def test_the_toggle_switches_the_panel(play: Play) -> None:
    msgs = [{"payload": 1}, {TOGGLE: False}, {"payload": 2}, {TOGGLE: True}, {"payload": 3}]
    assert [value for _, value in shown(play("debug", {}, *msgs))] == [1, 3]


def test_the_log_takes_the_value_as_a_person_reads_it(play: Play) -> None:
    outcome = play("debug", {"console": True, "active": False}, {"payload": {"a": [1, "b"]}})
    logs = [event.text for event in outcome.events if isinstance(event, LogRecord)]
    assert logs == ["\n{ a: [ 1, 'b' ] }"]


@pytest.mark.parametrize(
    ("config", "payload", "text"),
    [
        ({}, "short", "short"),
        ({}, "x" * 40, "x" * 32 + "..."),
        ({}, {"fill": "red", "shape": "dot", "text": "own"}, "own"),
        ({"statusType": "msg", "statusVal": "topic"}, 1, "t"),
        ({"statusType": "jsonata", "statusVal": "payload + 1"}, 1, "2"),
        ({"statusType": "counter"}, 1, "1"),
    ],
)
def test_the_status_shows_the_value(
    play: Play, config: dict[str, Any], payload: Any, text: str
) -> None:
    msg = {"payload": payload, "topic": "t"}
    outcome = play("debug", {"tostatus": True, **config}, msg, advance_s=1)
    *_, shown, cleared = [status.text for status in outcome.statuses]
    assert (shown, cleared) == (text, "")  # the stop clears it


@pytest.mark.parametrize(
    "config", [{"complete": "a b"}, {"complete": "1 +", "targetType": "jsonata"}]
)
def test_a_bad_path_or_expression_is_refused(play: Play, config: dict[str, Any]) -> None:
    with pytest.raises(NodeConfigError, match="complete"):
        play("debug", config, {})


@pytest.mark.parametrize(("written", "read"), [("false", False), ("true", True), (False, False)])
def test_the_console_of_older_flows_is_a_text(written: object, read: object) -> None:
    assert Debug.parse({"id": "d", "console": written}).console is read
