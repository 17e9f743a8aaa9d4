"""Settings of the cluster service."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ClusterSettings(BaseModel):
    """Which workers run deployments, and when one of them counts as lost."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    scheduler: str = ""
    """Address of an existing Dask scheduler (``tcp://host:port``); empty starts an own cluster."""
    workers: int = Field(default=2, ge=0, le=64)
    """Worker processes of the own cluster."""
    silent_after_s: float = Field(default=2.0, gt=0.5)
    """A worker whose pulse is not heard for this long is lost (a killed one is noticed at once)."""
    orphan_timeout_s: float = Field(default=60.0, gt=0)
    """Workers of the own cluster end when no server has spoken to them for this long."""
    look_every_s: float = Field(default=0.5, gt=0)
    """How often the Dask scheduler is asked which workers there are."""


__all__ = ("ClusterSettings",)
