"""Settings of all flows."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from vgd_kernel.model.services import FlowLimits


class FlowSettings(BaseModel):
    """What nodes may keep, and where their files lie."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    node_message_buffer_max_length: int = Field(default=0, ge=0)
    """Most messages that a join, sort or batch node keeps back; 0 for any number."""
    file_working_directory: Path | None = None
    """Folder that relative file names start from; where the process runs when absent."""

    def limits(self) -> FlowLimits:
        """Return the settings as nodes ask for them."""
        folder = self.file_working_directory
        return FlowLimits(self.node_message_buffer_max_length, str(folder) if folder else "")


__all__ = ("FlowSettings",)
