"""The text of a context file."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.services.contexts.file_text import read_text, write_text

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), json_values, max_size=5))
def test_what_json_can_hold_comes_back(values):
    text, circular = write_text(values)
    assert read_text(text) == values
    assert not circular


def test_buffers_and_dates_have_the_forms_of_node_red():
    moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    text, _ = write_text({"b": b"hi", "d": moment, "n": float("nan")})
    assert read_text(text) == {
        "b": {"type": "Buffer", "data": [104, 105]},
        "d": "1970-01-01T00:00:00.000Z",
        "n": None,
    }


def test_what_contains_itself_is_left_out_there():
    value = {"x": {}}
    value["x"].update(y=value, list=[1, value["x"]])
    text, circular = write_text({"circ": value, "good": 1})
    assert read_text(text) == {"circ": {"x": {"list": [1, None]}}, "good": 1}
    assert circular


def test_a_value_that_stands_twice_is_written_twice():
    shared = [1]
    assert write_text({"a": shared, "b": [shared]})[1] is False


def test_what_is_nested_beyond_json_is_refused():
    value = []
    for _ in range(300):
        value = [value]
    with pytest.raises(ValueError, match="circular"):
        write_text({"deep": value})


@pytest.mark.parametrize("text", ["[1]", "7", "{", "nonsense", "[" * 100_000])
def test_a_text_that_is_no_object_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        read_text(text)


def test_an_empty_text_has_no_values():
    assert read_text("") == {}
