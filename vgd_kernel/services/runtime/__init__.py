"""A runtime: one flows file that runs, as Node-RED does it."""

from __future__ import annotations

from vgd_kernel.services.runtime.files import RuntimeFiles
from vgd_kernel.services.runtime.runtime import Runtime
from vgd_kernel.services.runtime.vault import Vault

__all__ = ("Runtime", "RuntimeFiles", "Vault")
