"""What all flows share of the platform's settings."""

from vgd_kernel.services.flows.config import FlowSettings

__all__ = ("FlowSettings",)
