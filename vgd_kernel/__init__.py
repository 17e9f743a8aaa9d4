"""VisualGridDev: visual flows that live in Jupyter.

Importing this package is cheap and needs no Jupyter; the names below are loaded when they are
first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vgd_kernel.notebook.deployment import Deployment, deployments
    from vgd_kernel.notebook.flow import Flow
    from vgd_kernel.notebook.job import Job, jobs, schedule
    from vgd_kernel.notebook.live_run import LiveRun
    from vgd_kernel.notebook.node_types import node
    from vgd_kernel.notebook.result import result
    from vgd_kernel.notebook.server import connect

__version__ = "0.1.0"

_HOMES = {
    "Deployment": "deployment",
    "Flow": "flow",
    "Job": "job",
    "LiveRun": "live_run",
    "connect": "server",
    "deployments": "deployment",
    "jobs": "job",
    "node": "node_types",
    "result": "result",
    "schedule": "job",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module of `vgd_kernel.notebook`."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"vgd_kernel.notebook.{home}"), name)


def load_ipython_extension(shell: Any) -> None:
    """Load the magics ``%vgd`` and ``%%flow`` (``%load_ext vgd_kernel``)."""
    from vgd_kernel.notebook.magics import register

    register(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab where the built extension lies."""
    return [{"src": "labextension", "dest": "@visualgriddev/labextension"}]


__all__ = (
    "Deployment",
    "Flow",
    "Job",
    "LiveRun",
    "connect",
    "deployments",
    "jobs",
    "node",
    "result",
    "schedule",
)
