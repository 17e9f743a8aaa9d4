"""Micro-benchmarks by pytest-benchmark: the hop, the clone, each typed input, each hot node.

The files are called ``bench_*.py``, so that a test run does not collect them.
"""

BURST = 1000
"""Messages that are handed in at once, as a busy source does."""

__all__ = ("BURST",)
