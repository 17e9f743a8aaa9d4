"""Durations in buckets that grow with the value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vgd_kernel.engine.histogram import Histogram

PRECISION = 1 / 16
"""Half of a bucket, as part of the value."""


def filled(*seconds):
    histogram = Histogram()
    for each in seconds:
        histogram.add(each)
    return histogram


def test_an_empty_histogram_has_quantiles_of_zero():
    assert Histogram().quantile(0.99) == 0.0


def test_sum_count_and_maximum_are_exact():
    histogram = filled(0.25, 0.5, 2.0)
    assert (histogram.total, histogram.sum_s, histogram.max_s) == (3, 2.75, 2.0)


@given(st.lists(st.floats(1e-9, 1e5), min_size=1, max_size=200), st.floats(0.001, 1.0))
def test_a_quantile_is_within_half_a_bucket_of_the_exact_one(seconds, share):
    ordered = sorted(seconds)
    rank = next(n for n in range(1, len(ordered) + 1) if n >= share * len(ordered))
    exact = ordered[rank - 1]
    assert filled(*seconds).quantile(share) == pytest.approx(exact, rel=PRECISION, abs=1e-9)


def test_half_and_nearly_all_are_told_apart():
    histogram = filled(*[0.001] * 98, 0.5, 0.5)
    assert histogram.quantile(0.5) == pytest.approx(0.001, rel=PRECISION)
    assert histogram.quantile(0.99) == pytest.approx(0.5, rel=PRECISION)


def test_a_clock_that_was_set_back_counts_as_nothing():
    assert filled(-1.0).quantile(1.0) == 0.0


def test_only_buckets_that_were_hit_take_memory():
    assert len(filled(*[1e-6] * 100, *[3600.0] * 100).counts) == 2
