from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vgd_kernel.model.errors import NodeConfigError
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]

ROWS = [{"day": "2026-01-01", "price": "1.5"}, {"day": "2026-01-02", "price": "2"}]


@pytest.mark.parametrize(
    "payload",
    [
        ROWS,
        {"day": ["2026-01-01", "2026-01-02"], "price": ["1.5", "2"]},
        "day,price\n2026-01-01,1.5\n2026-01-02,2\n",
    ],
)
def test_rows_columns_and_csv_become_a_table(play: Play, payload: Any) -> None:
    config = {"types": "price: float, day: date", "index": "day"}
    frame = play("dataframe", config, {"payload": payload}).outputs[0][0]["payload"]
    assert list(frame["price"]) == [1.5, 2.0]
    assert [str(day.date()) for day in frame.index] == ["2026-01-01", "2026-01-02"]


def test_a_table_becomes_rows_with_plain_values(play: Play) -> None:
    config = {"mode": "rows", "types": "price: float", "columns": "price"}
    out = play("dataframe", config, {"payload": [*ROWS, {"day": "x", "price": None}]}).outputs[0]
    assert out[0]["payload"] == [{"price": 1.5}, {"price": 2.0}, {"price": None}]
    assert type(out[0]["payload"][0]["price"]) is float


@pytest.mark.parametrize(
    ("count", "last"), [("2", {"payload": ROWS[1]}), ("", {"payload": ROWS[1], "complete": True})]
)
def test_messages_are_collected_until_the_table_is_full(
    play: Play, count: str, last: dict[str, Any]
) -> None:
    out = play("dataframe", {"mode": "collect", "count": count}, {"payload": ROWS[0]}, last)
    assert [msg["payload"].to_dict("records") for msg in out.outputs[0]] == [ROWS]


@pytest.mark.parametrize(
    ("config", "payload", "text"),
    [
        ({}, 5, "saw a int"),
        ({"columns": "x"}, ROWS, "no column 'x'"),
        ({"types": "day: float"}, ROWS, "column 'day'"),
    ],
)
def test_what_is_no_such_table_is_an_error(
    play: Play, config: dict[str, Any], payload: Any, text: str
) -> None:
    outcome = play("dataframe", config, {"payload": payload})
    assert outcome.outputs == [[]]
    assert text in outcome.errors[0]


def test_an_unknown_column_type_is_refused(play: Play) -> None:
    with pytest.raises(NodeConfigError, match="types"):
        play("dataframe", {"types": "price: money"}, {})
