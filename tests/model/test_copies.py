"""Several clones at once are what single clones are."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model.copies import clones
from vgd_kernel.model.message import UNDEFINED

_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.binary())
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


def containers(value: Any) -> list[Any]:
    if not isinstance(value, (dict, list)):
        return []
    items = value.values() if isinstance(value, dict) else value
    return [value, *(found for item in items for found in containers(item))]


@given(st.dictionaries(st.text(max_size=3), _VALUES, max_size=4))
def test_clones_are_equal_and_share_no_container(msg: dict[str, Any]) -> None:
    made = clones(msg, 3)
    assert made == [msg, msg, msg]
    identities = [id(each) for one in (msg, *made) for each in containers(one)]
    shared_in_original = len({id(each) for each in containers(msg)}) < len(containers(msg))
    assert shared_in_original or len(set(identities)) == len(identities)


@pytest.mark.parametrize("records", [2, 40])
def test_a_list_of_records_is_copied_record_by_record(records: int) -> None:
    msg = {"payload": [{"k": f"k{index}", "v": index} for index in range(records)]}
    one, two = clones(msg, 2)
    one["payload"][0]["v"] = "changed"
    assert msg["payload"][0]["v"] == two["payload"][0]["v"] == 0


def test_one_record_at_two_places_stays_one_record_in_each_clone() -> None:
    record = {"a": 1}
    for msg in ({"payload": [record, record]}, {"payload": {"x": record}, "y": record}):
        one, two = clones(msg, 2)
        first, second = _places(one)
        assert first is second
        assert first is not record
        assert first is not _places(two)[0]


def _places(msg: Any) -> tuple[Any, Any]:
    payload = msg["payload"]
    return tuple(payload) if isinstance(payload, list) else (payload["x"], msg["y"])


def test_a_message_that_contains_itself_is_cloned() -> None:
    loop: dict[str, Any] = {}
    loop["self"] = loop
    for copied in clones({"payload": loop}, 2):
        assert copied["payload"]["self"] is copied["payload"]
        assert copied["payload"] is not loop


def test_other_values_follow_the_rules_of_a_single_clone() -> None:
    lock, request = threading.Lock(), object()
    moment = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    msg = {
        "payload": {"lock": lock, "array": np.zeros(2), "buffer": bytearray(b"a"), "at": moment},
        "req": request,
        "gone": UNDEFINED,
    }
    one, two = clones(msg, 2)
    assert one["req"] is request
    assert one["payload"]["lock"] is lock
    one["payload"]["array"][0] = 9
    one["payload"]["buffer"][0] = 0
    assert two["payload"]["array"][0] == msg["payload"]["array"][0] == 0
    assert two["payload"]["buffer"] == bytearray(b"a")
