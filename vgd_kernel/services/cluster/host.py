"""The flow host: the runs of one worker process, started and stopped by orders."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vgd_kernel.engine import RunOptions
from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.message import Message
from vgd_kernel.model.registry import Registry
from vgd_kernel.services.cluster.hosted import HostedFlow, Order

STOP_LIMIT_S = 5.0
"""A run that takes longer to stop is left to itself; Node-RED waits 15 s for a node to close."""

logger = logging.getLogger(__name__)


class FlowHost:
    """Runs flows for servers. It knows nothing of Dask, and goes on without any server."""

    def __init__(
        self,
        registry: Registry,
        services: Mapping[type, Any],
        environment: Mapping[str, str],
    ) -> None:
        """Host nothing yet.

        Args:
            registry: Node types of this worker.
            services: What runs may ask for; protocol to implementation.
            environment: The worker's own environment, seen by every flow.
        """
        self._registry = registry
        self._services = services
        self._environment = environment
        self._flows: dict[str, HostedFlow] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def hosted(self) -> list[dict[str, Any]]:
        """Return what runs here: name, epoch, revision and problems of each."""
        return [flow.to_json() for flow in self._flows.values()]

    def get(self, name: str) -> HostedFlow:
        """Return the flow of a deployment.

        Raises:
            FlowError: It does not run here.
        """
        flow = self._flows.get(name)
        if flow is None:
            raise FlowError(
                f'the deployment "{name}" does not run on this worker; expected one of '
                f"{sorted(self._flows)}. Ask the server where it runs."
            )
        return flow

    async def start(self, order: Order) -> HostedFlow:
        """Run a flow, in place of an older epoch of the same deployment.

        Raises:
            FlowError: The flow cannot be started, or a newer epoch of it runs here.
        """
        async with self._locks[order.name]:
            running = self._flows.get(order.name)
            if running is not None and running.order.epoch == order.epoch:
                return running
            if running is not None and running.order.epoch > order.epoch:
                raise FlowError(
                    f'"{order.name}" runs here with epoch {running.order.epoch}; expected an epoch '
                    f"above it, saw {order.epoch}. Another server may keep the same deployment."
                )
            await self._stop(order.name)
            if running is not None:  # its state is newer than what the server has
                order = replace(order, state=running.state.keeper.everything())
            options = RunOptions(
                name=order.name,
                services=self._services,
                environment={**self._environment, **order.environment},
            )
            flow = await HostedFlow.launch(order, self._registry, options)
            self._flows[order.name] = flow
            logger.info("started %s, epoch %d", order.name, order.epoch)
            return flow

    async def stop(self, name: str, *, epoch: int | None = None) -> bool:
        """Stop a flow; False when it does not run here, or runs with another epoch."""
        async with self._locks[name]:
            running = self._flows.get(name)
            if running is None or epoch not in (None, running.order.epoch):
                return False
            await self._stop(name)
            return True

    async def _stop(self, name: str) -> None:
        flow = self._flows.pop(name, None)
        if flow is None:
            return
        try:
            async with asyncio.timeout(STOP_LIMIT_S):
                await flow.stop()
        except TimeoutError:
            logger.warning("%s did not stop within %g s", name, STOP_LIMIT_S)
        logger.info("stopped %s, epoch %d", name, flow.order.epoch)

    def send(self, name: str, node: str, msg: Message) -> str:
        """Hand a message to a node (id or name) of a flow; return the node's id."""
        return self.get(name).send(node, msg)

    def leave(self, key: object) -> None:
        """Forget a server that went away; the flows go on."""
        for flow in self._flows.values():
            flow.leave(key)

    async def close(self) -> None:
        """Stop everything."""
        for name in tuple(self._flows):
            await self.stop(name)


__all__ = ("STOP_LIMIT_S", "FlowHost")
