"""Settings of the schedule service."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ScheduleSettings(BaseModel):
    """How jobs are run."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    jobs_at_once: int = Field(default=2, ge=1, le=64)
    """Notebooks that run at the same time; further ones wait as ``queued``."""
    late_limit_s: float = Field(default=60.0, gt=0)
    """A run that was due longer ago (the machine slept) is left out, not made up for."""


__all__ = ("ScheduleSettings",)
