"""Settings of the store."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class StoreSettings(BaseModel):
    """Where and how much is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    state_dir: Path | None = None
    """Folder of everything that is kept; a folder of the user per server root when absent."""
    journal_size: int = Field(default=2000, ge=10, le=1_000_000)
    """Messages and log lines that are kept per deployment; the oldest go first."""


__all__ = ("StoreSettings",)
