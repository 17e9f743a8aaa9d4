"""The worker process: a flow host and a Dask worker side by side in one event loop.

The flow host has its own listener and its own life: when the Dask scheduler dies, the Dask
worker closes and joins again later, while the flows go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from vgd_kernel.model.registry import Registry
from vgd_kernel.services.cluster.card import WorkerCard
from vgd_kernel.services.cluster.endpoint import Endpoint
from vgd_kernel.services.cluster.host import FlowHost
from vgd_kernel.services.cluster.membership import Membership
from vgd_kernel.services.cluster.pulse import Pulse
from vgd_kernel.services.cluster.tasks import TaskSet

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker is started.

    Attributes:
        scheduler: Address of the Dask scheduler, ``tcp://host:port``.
        name: Name of the worker; host name and process id when empty.
        labels: What deployments can ask for.
        resources: Dask resources, amount by name.
        host: Address to listen on; the one that reaches the scheduler when empty.
        orphan_timeout_s: End after this long without a server; None: never.
        scratch: Folder for Dask's files; its default when None.
        embedded: Whether a server started it for itself.
    """

    scheduler: str
    name: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    resources: Mapping[str, float] = field(default_factory=dict)
    host: str = ""
    orphan_timeout_s: float | None = None
    scratch: Path | None = None
    embedded: bool = False


async def serve(
    options: WorkerOptions,
    registry: Registry,
    services: Mapping[type, Any],
    environment: Mapping[str, str],
    *,
    stop: asyncio.Event | None = None,
    on_ready: Callable[[WorkerCard], None] | None = None,
) -> None:
    """Be a worker until a signal, a server's word, ``stop``, or being orphaned ends it.

    Args:
        options: See `WorkerOptions`.
        registry: Node types.
        services: What runs may ask for; protocol to implementation.
        environment: Environment variables that flows see.
        stop: Ends the worker when set; its own event, set by SIGTERM and SIGINT, when None.
        on_ready: Called with the worker's card when it listens.
    """
    stop = stop or _stop_on_signals()
    address = options.host or local_address(options.scheduler)
    host = FlowHost(registry, services, environment)
    pulse = Pulse(address)
    card = WorkerCard(
        name=options.name or f"{socket.gethostname()}-{os.getpid()}",
        host=address,
        port=0,
        pulse_port=pulse.port,
        token=secrets.token_urlsafe(24),
        labels=dict(options.labels),
        resources=dict(options.resources),
        version=version("visualgriddev"),
        pid=os.getpid(),
        embedded=options.embedded,
    )
    membership = Membership(
        options.scheduler,
        lambda: endpoint.card,
        resources=options.resources,
        scratch=options.scratch,
    )
    endpoint = Endpoint(host, card, on_shutdown=stop.set, on_scheduler=membership.move)
    tasks = TaskSet("worker")
    pulse.start()
    try:
        await endpoint.start()
        logger.info("worker %s listens at %s", card.name, endpoint.card.address)
        if on_ready is not None:
            on_ready(endpoint.card)
        tasks.spawn(membership.run())
        if options.orphan_timeout_s is not None:
            tasks.spawn(_end_as_orphan(endpoint, options.orphan_timeout_s, stop))
        await stop.wait()
    finally:
        await host.close()
        await endpoint.close()
        await tasks.close()
        pulse.stop()


def local_address(scheduler: str) -> str:
    """Return the address of this machine that reaches the scheduler."""
    host = scheduler.rpartition("://")[2].rpartition(":")[0].strip("[]")
    try:
        family, kind, _, _, target = socket.getaddrinfo(host, 1, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as probe:
            probe.connect(target)  # a datagram socket: nothing is sent
            return str(probe.getsockname()[0])
    except OSError:
        return "127.0.0.1"


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C raises instead
            loop.add_signal_handler(number, stop.set)
    return stop


async def _end_as_orphan(endpoint: Endpoint, timeout_s: float, stop: asyncio.Event) -> None:
    while True:
        silent_s = 0.0 if endpoint.connected else time.monotonic() - endpoint.silent_since
        if silent_s >= timeout_s:
            logger.warning("no server for %g s: this worker ends", timeout_s)
            stop.set()
            return
        await asyncio.sleep(timeout_s - silent_s)


__all__ = ("WorkerOptions", "local_address", "serve")
