"""The error of a change that was made to something that has changed meanwhile."""

from __future__ import annotations

from vgd_kernel.model.errors import FlowError


class RevisionConflictError(FlowError):
    """A file was saved by somebody else since it was loaded."""


__all__ = ("RevisionConflictError",)
