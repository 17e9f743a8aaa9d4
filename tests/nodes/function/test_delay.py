from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]

RATE = {"pauseType": "rate", "rate": "1", "rateUnits": "second"}


def payloads(outcome: NodeOutcome, port: int = 0) -> list[Any]:
    return [msg.get("payload") for msg in outcome.outputs[port]]


@pytest.mark.parametrize(
    ("config", "advance_s", "sent"),
    [
        ({"timeout": "5"}, 4.9, []),
        ({"timeout": "5"}, 5.1, [1, 2]),
        ({"timeout": "2", "timeoutUnits": "minutes"}, 121, [1, 2]),
        ({"pauseType": "delayv", "timeout": "5"}, 0.3, [2]),
        ({"pauseType": "random", "randomFirst": "1", "randomLast": "2"}, 0.9, []),
        ({"pauseType": "random", "randomFirst": "1", "randomLast": "2"}, 2.1, [1, 2]),
        (RATE, 0.5, [1]),
        (RATE, 1.5, [1, 2]),
        ({**RATE, "drop": True}, 5, [1]),
        ({"pauseType": "burst", "rate": "1"}, 0, [1]),
    ],
)
def test_messages_wait_as_long_as_the_mode_says(
    play: Play, config: dict[str, Any], advance_s: float, sent: list[int]
) -> None:
    outcome = play(
        "delay", config, {"payload": 1}, {"payload": 2, "delay": 200}, advance_s=advance_s
    )
    assert sorted(payloads(outcome)) == sent


def test_a_flush_sends_what_waits_and_a_reset_forgets_it(play: Play) -> None:
    msgs = [{"payload": 1}, {"payload": 2}, {"flush": 1}, {"reset": True}]
    outcome = play("delay", {"timeout": "5"}, *msgs, advance_s=10)
    assert payloads(outcome) == [1]


def test_a_message_to_the_front_overtakes_the_queue(play: Play) -> None:
    msgs = [{"payload": 1}, {"payload": 2}, {"payload": 3, "toFront": True}]
    assert payloads(play("delay", RATE, *msgs, advance_s=3)) == [1, 3, 2]


def test_what_is_too_much_leaves_by_the_second_output(play: Play) -> None:
    config = {**RATE, "drop": True, "outputs": 2}
    outcome = play("delay", config, {"payload": 1}, {"payload": 2})
    assert (payloads(outcome, 0), payloads(outcome, 1)) == ([1], [2])


def test_a_message_may_set_the_rate_when_that_is_allowed(play: Play) -> None:
    msgs = [{"payload": n, "rate": 100} for n in range(4)]
    assert payloads(play("delay", {**RATE, "allowrate": True}, *msgs, advance_s=0.35)) == [
        0,
        1,
        2,
        3,
    ]


@pytest.mark.parametrize(
    ("mode", "advance_s", "sent"),
    [("queue", 1.1, [3]), ("queue", 2.1, [3, 2]), ("timed", 1.1, [3, 2])],
)
def test_the_last_message_of_each_topic_waits_its_turn(
    play: Play, mode: str, advance_s: float, sent: list[int]
) -> None:
    msgs = [
        {"topic": "a", "payload": 1},
        {"topic": "b", "payload": 2},
        {"topic": "a", "payload": 3},
    ]
    config = {**RATE, "pauseType": mode}
    assert payloads(play("delay", config, *msgs, advance_s=advance_s)) == sent


@pytest.mark.parametrize("config", [{"timeout": "-1"}, {"timeout": "soon"}, {"pauseType": "nap"}])
def test_a_bad_time_is_refused(play: Play, config: dict[str, Any]) -> None:
    with pytest.raises(NodeConfigError):
        play("delay", config, {})
