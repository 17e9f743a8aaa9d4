"""Holding back the garbage collector while a flow is made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Hold back the garbage collector: it would walk a growing flow again and again, in vain."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


YOUNG_OBJECTS = 20_000
"""Objects that are made before the collector looks at them: a burst of messages is no garbage."""


def spare_collector() -> None:
    """Keep the collector away from what is there now, and let it look at new things less often.

    For a process that only runs flows, after they were started: what stays there for long is
    looked at no more (a full collection takes tens of milliseconds with 25,000 nodes).
    """
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 10, 10)


__all__ = ("spare_collector", "without_collector")
