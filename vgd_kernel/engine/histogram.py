"""A histogram of durations whose buckets grow with the value, as HdrHistogram's do.

Each power of two of nanoseconds is cut into 8 buckets, so a quantile is off by at most 6.25 %,
and microseconds to hours need some hundred buckets, of which only those that were hit take
memory. Source: G. Tene, HdrHistogram ("log-linear" buckets).
"""

from __future__ import annotations

_STEPS = 8
"""Buckets per power of two."""

_BITS = 4
"""Bits of the smallest value that is cut into `_STEPS`: below 16 ns a bucket is 1 ns wide."""


class Histogram:
    """Counts of durations.

    Attributes:
        counts: Number of the bucket to how many durations fell into it.
        total: How many durations there are.
        sum_s: Their sum in seconds.
        max_s: The longest, in seconds.
    """

    __slots__ = ("counts", "max_s", "sum_s", "total")

    def __init__(self) -> None:
        """Start empty."""
        self.counts: dict[int, int] = {}
        self.total = 0
        self.sum_s = 0.0
        self.max_s = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration; a negative one (a clock that was set back) counts as 0."""
        nanoseconds = max(0, int(seconds * 1e9))
        shift = max(0, nanoseconds.bit_length() - _BITS)
        bucket = shift * _STEPS + (nanoseconds >> shift)
        self.counts[bucket] = self.counts.get(bucket, 0) + 1
        self.total += 1
        self.sum_s += seconds
        if seconds > self.max_s:
            self.max_s = seconds

    def quantile(self, share: float) -> float:
        """Return the seconds that a share of the durations (0 to 1) does not exceed; 0 if empty.

        It is the middle of the bucket, and at most the longest duration.
        """
        wanted = share * self.total
        reached = 0
        for bucket in sorted(self.counts):
            reached += self.counts[bucket]
            if reached >= wanted:
                return min(self.max_s, _middle_s(bucket))
        return self.max_s


def _middle_s(bucket: int) -> float:
    shift = max(0, bucket // _STEPS - 1)
    low = (bucket - shift * _STEPS) << shift
    return (low + (1 << shift) / 2) / 1e9


__all__ = ("Histogram",)
