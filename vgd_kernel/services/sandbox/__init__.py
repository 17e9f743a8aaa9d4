"""Isolated JavaScript for the nodes of a flow: V8 by mini-racer."""

from vgd_kernel.services.sandbox.mini_racer import MiniRacerFactory

__all__ = ("MiniRacerFactory",)
