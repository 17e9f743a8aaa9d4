"""Places for nodes that have none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model.layout import FIRST_X, STEP_X, place


def node(id: str, *targets: str, **fields: object) -> dict[str, object]:
    return {"id": id, "wires": [list(targets)], **fields}


def test_nodes_stand_in_columns_along_the_wires() -> None:
    places = place([node("a", "b", "c"), node("b", "d"), node("c", "d"), node("d")])
    assert [places[id][0] for id in "abcd"] == [
        FIRST_X + column * STEP_X for column in (0, 1, 1, 2)
    ]
    assert places["b"][1] != places["c"][1]


def test_a_node_that_has_a_place_keeps_it_and_the_others_stand_below() -> None:
    places = place([node("a", "b", x=5, y=900), node("b")])
    assert places["a"] == (5, 900)
    assert places["b"][1] > 900


def test_a_loop_is_placed_too() -> None:
    places = place([node("a", "b"), node("b", "a")])
    assert len(set(places.values())) == 2


@given(st.lists(st.lists(st.integers(0, 9)), max_size=10))
def test_no_two_nodes_stand_at_one_place(wires: list[list[int]]) -> None:
    places = place([node(str(i), *map(str, targets)) for i, targets in enumerate(wires)])
    assert len(set(places.values())) == len(wires)
