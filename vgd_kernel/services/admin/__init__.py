"""Node-RED's admin HTTP API over a runtime."""

from __future__ import annotations

from vgd_kernel.services.admin.served import ServedRuntime

__all__ = ("ServedRuntime",)
