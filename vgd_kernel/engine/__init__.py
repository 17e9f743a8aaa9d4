"""Runs flows in one process: compile, schedule, route, stop.

run = await start(document, installed())
run.send("n1", {"payload": 1})
await run.idle()
await run.deploy(changed_document, "nodes")
await run.stop()
"""

from vgd_kernel.engine.clock import Clock
from vgd_kernel.engine.counters import NodeCounters
from vgd_kernel.engine.deployment import Deployed
from vgd_kernel.engine.differences import DeployKind
from vgd_kernel.engine.launch import start
from vgd_kernel.engine.metrics import NodeMetrics, PortMetrics
from vgd_kernel.engine.options import RunOptions
from vgd_kernel.engine.run import Run

__all__ = (
    "Clock",
    "DeployKind",
    "Deployed",
    "NodeCounters",
    "NodeMetrics",
    "PortMetrics",
    "Run",
    "RunOptions",
    "start",
)
