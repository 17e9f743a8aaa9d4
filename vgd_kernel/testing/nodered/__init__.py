"""Conformance with Node-RED: plays recorded cases on the engine and judges what arrives.

python -m vgd_kernel.testing.nodered CASES_DIR [--raw RAW_DIR] [--json] [--types-built-only]
"""

from vgd_kernel.testing.nodered.case import Case, load_cases, missing
from vgd_kernel.testing.nodered.judge import judge
from vgd_kernel.testing.nodered.player import play

__all__ = ("Case", "judge", "load_cases", "missing", "play")
