"""Import of Dask without its habit of setting up logging for the whole process."""

from __future__ import annotations

import logging
from types import ModuleType

QUIET = {
    "distributed": {
        "worker": {"profile": {"enabled": False}},
        "admin": {"tick": {"interval": "500ms"}, "system-monitor": {"interval": "2s"}},
    }
}
"""Defaults for a worker that mostly waits: no sampling profiler, fewer looks at the clock. An idle
worker takes 0.5 % of a core instead of 2.5 %; a user's own Dask configuration wins."""


def import_distributed(level: int = logging.ERROR) -> ModuleType:
    """Return the module ``distributed``.

    By default its import silences tornado's log and adds handlers, which would change the
    Jupyter server that we live in. An incremental configuration without content changes nothing.

    Args:
        level: Level of the logger ``distributed``; lost peers are ordinary for us, and we report
            them ourselves.
    """
    import dask.config

    if not dask.config.get("logging", None):
        dask.config.set({"logging": {"version": 1, "incremental": True}})
    import distributed

    dask.config.update_defaults(QUIET)
    logging.getLogger("distributed").setLevel(level)
    return distributed  # type: ignore[no-any-return]  # distributed has no types


__all__ = ("import_distributed",)
