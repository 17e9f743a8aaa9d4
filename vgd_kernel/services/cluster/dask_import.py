"""Import of Dask without its habit of setting up logging for the whole process."""

from __future__ import annotations

import logging
from types import ModuleType


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

    logging.getLogger("distributed").setLevel(level)
    return distributed  # type: ignore[no-any-return]  # distributed has no types


__all__ = ("import_distributed",)
