"""Values as bytes and back."""

import contextlib
import datetime
import enum
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.model import UNDEFINED
from vgd_kernel.services.contexts.encoding import decode, encode

surrogates = st.text(st.characters(codec=None, min_codepoint=0xD7FE, max_codepoint=0xE001))
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**80), 2**80),
    st.floats(allow_nan=False),
    st.text(),
    surrogates,
    st.binary(),
    st.datetimes(),
    st.datetimes(timezones=st.just(datetime.UTC)),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.just(UNDEFINED),
)
keys = st.one_of(st.text(), st.integers(), st.booleans(), st.tuples(st.integers(), st.text()))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(keys, inner, max_size=4),
        st.sets(st.integers() | st.text(), max_size=3),
        st.frozensets(st.text(), max_size=3),
    ),
    max_leaves=20,
)


def same(one, other):
    """Tell whether two values are equal in value and in type, at any depth."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return len(one) == len(other) and all(
            same(a, b) and same(one[a], other[b]) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@given(values)
def test_every_value_comes_back_as_it_was(value):
    assert same(decode(encode(value)), value)


def test_not_a_number_and_infinities_come_back():
    back = decode(encode([math.nan, math.inf, -math.inf, -0.0]))
    assert math.isnan(back[0])
    assert back[1:3] == [math.inf, -math.inf]
    assert math.copysign(1, back[3]) == -1


def test_a_moment_keeps_its_offset():
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=45))
    moment = datetime.datetime(2026, 1, 1, 12, tzinfo=zone)
    assert decode(encode(moment)).utcoffset() == moment.utcoffset()


class Colour(enum.IntEnum):
    RED = 3


class Special(dict):
    pass


@pytest.mark.parametrize(
    ("value", "kept"),
    [(Colour.RED, 3), (Special(a=1), {"a": 1}), (bytearray(b"x"), b"x"), (memoryview(b"y"), b"y")],
)
def test_of_a_special_type_the_plain_value_is_kept(value, kept):
    assert same(decode(encode(value)), kept)


def cyclic():
    value = []
    value.append({"again": value})
    return value


def deep():
    value = "\ud800"
    for _ in range(5000):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"a": [object()]}, "object cannot be kept"),
        (pytest.raises, "function cannot be kept"),
        (cyclic(), "contains itself"),
        ([cyclic(), "\ud800"], "contains itself"),
        (deep(), "too deeply"),
    ],
)
def test_what_has_no_bytes_is_refused(value, why):
    with pytest.raises(ValueError, match=why):
        encode(value)


@given(st.binary(max_size=40))
def test_foreign_bytes_give_a_value_or_a_value_error(data):
    with contextlib.suppress(ValueError):
        decode(data)
