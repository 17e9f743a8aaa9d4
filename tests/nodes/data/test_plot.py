from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from plotly import graph_objects

from vgd_kernel.model.events import Displayed
from vgd_kernel.nodes.data.plot import MIME
from vgd_kernel.testing import NodeOutcome

Play = Callable[..., NodeOutcome]

ROWS = [{"t": 1, "v": 3, "k": "a"}, {"t": 2, "v": 4, "k": "b"}]


@pytest.mark.parametrize("kind", ["line", "scatter", "bar", "histogram", "box", "area"])
def test_rows_are_drawn_and_the_figure_goes_on(play: Play, kind: str) -> None:
    config = {"kind": kind, "xColumn": "t", "yColumns": "v", "title": "T"}
    outcome = play("plot", config, {"payload": ROWS})
    figure = outcome.outputs[0][0]["payload"]
    shown = [event for event in outcome.events if isinstance(event, Displayed)]
    assert figure["data"]
    assert figure["layout"]["title"]["text"] == "T"
    assert shown[0].bundle[MIME]["data"] == figure["data"]
    assert "2 rows" in shown[0].bundle["text/plain"]
    assert graph_objects.Figure(figure).data[0].type == figure["data"][0]["type"]


def test_a_colour_makes_a_trace_per_value(play: Play) -> None:
    out = play("plot", {"xColumn": "t", "yColumns": "v", "color": "k"}, {"payload": ROWS}).outputs[
        0
    ]
    assert [trace["name"] for trace in out[0]["payload"]["data"]] == ["a", "b"]


def test_a_window_keeps_the_last_rows_of_a_stream(play: Play) -> None:
    outcome = play("plot", {"window": 2}, *({"payload": n} for n in range(4)))
    texts = [e.bundle["text/plain"] for e in outcome.events if isinstance(e, Displayed)]
    assert texts[-1] == "line chart of 2 rows"


@pytest.mark.parametrize(
    ("config", "payload", "text"),
    [
        ({"yColumns": "nope"}, ROWS, "no column 'nope'"),
        ({}, [{"k": "a"}], "no column with numbers"),
        ({}, None, "NoneType"),
    ],
)
def test_what_cannot_be_drawn_is_an_error(
    play: Play, config: dict[str, Any], payload: Any, text: str
) -> None:
    outcome = play("plot", config, {"payload": payload})
    assert outcome.outputs == [[]]
    assert text in outcome.errors[0]
