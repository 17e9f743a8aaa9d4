"""VisualGridDev: visual flows that live in Jupyter.

Importing this package is cheap and needs no Jupyter; `Flow`, `connect` and the rest are loaded
when they are first asked for.
"""

from __future__ import annotations

__version__ = "0.1.0"
