"""What the handlers of the admin API act on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from vgd_kernel.engine.contexts import MEMORY
from vgd_kernel.services.admin.access import Access
from vgd_kernel.services.admin.comms import Comms
from vgd_kernel.services.admin.node_sets import NodeSet, node_sets
from vgd_kernel.services.runtime import Runtime, RuntimeFiles

NODE_RED_VERSION = "5.0.7"
"""Version of Node-RED whose API and nodes these are; tools compare it."""


@dataclass(frozen=True, slots=True)
class AdminApi:
    """What the handlers act on.

    Attributes:
        runtime: The flows.
        access: Who may do what.
        comms: The WebSocket.
        files: Of the runtime.
        admin_root: Path that the API is below.
        node_root: Path that http in nodes are below.
        version: Of VGD.
        writing: Held while a file is read, changed and written back.
    """

    runtime: Runtime
    access: Access
    comms: Comms
    files: RuntimeFiles
    admin_root: str
    node_root: str
    version: str
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def node_sets(self) -> list[NodeSet]:
        """Return the node types that there are, by set."""
        return node_sets(self.runtime.registry, NODE_RED_VERSION)

    def context_stores(self) -> dict[str, Any]:
        """Return the names of the context stores, and which one is used when none is named."""
        run = self.runtime.last_run
        if run is None:
            return {"default": MEMORY, "stores": [MEMORY]}
        return {"default": run.contexts.default, "stores": list(run.contexts.stores)}


__all__ = ("NODE_RED_VERSION", "AdminApi")
