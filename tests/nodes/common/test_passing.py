"""The types that only pass messages on: what they hear and where they stand is the engine's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]


@pytest.mark.parametrize("type", ["junction", "catch", "complete", "status", "link in"])
def test_a_message_goes_on_as_it_is(play: Play, type: str) -> None:
    assert play(type, {}, {"payload": 1, "_msgid": "m"}).outputs == [
        [{"payload": 1, "_msgid": "m"}]
    ]


def test_a_return_without_a_call_is_warned_of(play: Play) -> None:
    outcome = play("link out", {"mode": "return"}, {"payload": 1})
    assert "Missing return node information" in str(outcome.events)


def test_a_comment_does_nothing(play: Play) -> None:
    outcome = play("comment", {"info": "text"}, {"payload": 1})
    assert (outcome.outputs, outcome.errors) == ([], [])
