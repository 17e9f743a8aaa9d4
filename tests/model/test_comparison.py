"""What differs between what arrived and what a case expects."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model.cases import ALWAYS_IGNORED, Expected
from vgd_kernel.model.comparison import LONGEST, compare, differences, shown


def expect(*messages, mode="subset"):
    return Expected(node="out", messages=messages, mode=mode)


@pytest.mark.parametrize(
    ("expected", "arrived", "lines"),
    [
        (expect({"payload": 1}), [{"payload": 1.0, "topic": "t"}], ()),
        (expect({"payload": 1}), [{"payload": True}],
         ("message 1, payload: saw true, expected 1",)),
        (expect({"payload": 1}), [{}], ("message 1, payload: is missing, expected 1",)),
        (expect({"payload": 1}), [], ('message 1 is missing: expected {"payload": 1}',)),
        (expect(), [{"payload": 1}], ('message 1 is one too many: saw {"payload": 1}',)),
        (expect({"a": {"b": [1, {"c": 2}]}}), [{"a": {"b": [1, {"c": 3, "d": 4}]}}],
         ("message 1, a.b[1].c: saw 3, expected 2",)),
        (expect({"a": [1]}), [{"a": [1, 2]}], ("message 1, a: saw 2 items, expected 1",)),
        (expect({"a": {"x y": 1}}), [{"a": {"x y": 2}}],
         ('message 1, a["x y"]: saw 2, expected 1',)),
        (expect({"payload": 1}, mode="exact"), [{"payload": 1, "_msgid": "x"}], ()),
        (expect({"payload": 1}, mode="exact"), [{"payload": 1, "topic": "t"}],
         ('message 1, topic: saw "t", expected no such key',)),
        (expect({"payload": 2}, mode="contains"), [{"payload": 1}, {"payload": 2}], ()),
        (expect({"payload": 2}, {"payload": 1}, mode="contains"), [{"payload": 1}, {"payload": 2}],
         ('expected message 2, {"payload": 1}, is not among the 0 messages that arrived'
          " after message 2",)),
        (Expected(node="out", count=2), [{}, {}], ()),
        (Expected(node="out", count=2), [{}], ("saw 1 message, expected 2",)),
    ],
)  # fmt: skip
def test_a_difference_is_told_with_message_and_path(expected, arrived, lines):
    assert compare(expected, arrived, ALWAYS_IGNORED) == lines


def test_ignored_properties_do_not_count_on_either_side():
    expected = expect({"payload": {"at": 1, "n": 1}}, mode="exact")
    assert compare(expected, [{"payload": {"at": 2, "n": 1}}], ["payload.at"]) == ()
    assert (
        compare(
            expected, [{"payload": {"n": 1}}], ["payload.at", "nowhere.to.be[2]", "payload[msg.no]"]
        )
        == ()
    )


def test_values_are_compared_in_their_json_form():
    moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    arrived = [{"payload": b"hi", "at": moment, "nan": float("nan")}]
    wanted = {
        "payload": {"type": "Buffer", "data": [104, 105]},
        "at": "2026-01-01T00:00:00.000Z",
        "nan": None,
    }
    assert compare(expect(wanted, mode="exact"), arrived) == ()


def test_long_values_are_cut_and_many_differences_counted():
    assert len(shown("x" * 1000)) == LONGEST
    wanted, arrived = {str(n): 0 for n in range(20)}, {str(n): 1 for n in range(20)}
    lines = compare(expect(wanted), [arrived])
    assert lines[-1] == "message 1: 8 more differences"
    assert len(lines) == 13


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_a_value_never_differs_from_itself(value):
    assert differences(value, value, whole=True) == []


@given(JSON, JSON)
def test_values_differ_when_their_json_texts_do(one, other):
    texts = [json.dumps(value, sort_keys=True) for value in (one, other)]
    assert (differences(one, other, whole=True) == []) == (texts[0] == texts[1])
