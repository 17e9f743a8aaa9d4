"""The composition root: the one module that knows every part and joins them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from vgd_kernel.engine import Run, RunOptions, start
from vgd_kernel.model.errors import FlowInvalidError, Problem
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.graph import check, refuse
from vgd_kernel.model.network import HttpServer
from vgd_kernel.model.registry import Registry
from vgd_kernel.model.services import FlowLimits, JavaScriptFactory, NotebookRunner
from vgd_kernel.services.admin import ServedRuntime
from vgd_kernel.services.contexts import ContextStores, FileKeeper
from vgd_kernel.services.network import network_services
from vgd_kernel.services.network.http_server import FlowHttpServer
from vgd_kernel.services.runtime import Runtime, RuntimeFiles, Vault
from vgd_kernel.services.sandbox import MiniRacerFactory
from vgd_kernel.services.schedule.papermill_runner import PapermillRunner
from vgd_kernel.settings import (
    Settings,
    process_environment,
    read_settings,
    state_folder,
    whole_environment,
)

if TYPE_CHECKING:
    from vgd_kernel.services.cluster.cluster import Cluster

WORKER_COMMAND = (sys.executable, "-P", "-m", "vgd_kernel.cli.main", "worker")
"""Starts a worker of the own cluster; ``-P`` keeps its working directory from hiding modules."""


@cache
def runtime_services() -> Mapping[type, Any]:
    """Return what runs in this process may ask for: protocol to implementation."""
    return make_services(read_settings(Path.cwd()))


def make_services(settings: Settings) -> Mapping[type, Any]:
    """Return the services of runs whose HTTP nodes listen where the settings say."""
    return {
        JavaScriptFactory: MiniRacerFactory(),
        NotebookRunner: PapermillRunner(),
        FlowLimits: settings.flows.limits(),
        **network_services(settings.network),
    }


def check_flow(document: FlowDocument, registry: Registry) -> tuple[Problem, ...]:
    """Return every finding about a flow, code in its nodes included; nothing is started."""
    return check(document, registry, runtime_services().__getitem__)


async def start_run(
    document: FlowDocument,
    registry: Registry,
    options: RunOptions | None = None,
    *,
    state: Path | None = None,
) -> Run:
    """Start a flow in this process with all services and the process's environment.

    Args:
        document: The flow.
        registry: The node types.
        options: How to run it; services, environment and context stores are filled in.
        state: File (or folder) that keeps node states and contexts from run to run.

    Raises:
        FlowInvalidError: A node's config is wrong (a syntax error in its code, say), which may
            show only when the node starts; nothing runs. With ``strict`` for any error.
        PlatformError: What is kept cannot be read.
    """
    settings = read_settings(Path.cwd())
    folder = state_folder(settings, Path.cwd())
    stores = await ContextStores.open(settings.context, folder)
    keeper = None
    try:
        keeper = None if state is None else await asyncio.to_thread(FileKeeper, state)
        wanted = replace(
            stores.options(options or RunOptions()),
            services=runtime_services(),
            environment=process_environment(),
            keeper=keeper,
            on_stopped=stores.close,
        )
        run = await start(document, registry, wanted)
    except BaseException:
        if keeper is not None:
            await keeper.end()
        await stores.close()
        raise
    try:
        refuse(run.problems, strict=wanted.strict)
    except FlowInvalidError:
        await run.stop()
        raise
    return run


async def open_runtime(
    settings: Settings, files: RuntimeFiles, registry: Registry, *, strict: bool = False
) -> ServedRuntime:
    """Run one flows file behind Node-RED's admin API; both listen on the port that is set.

    Args:
        settings: Where to listen (``network``), who may do what (``serve``).
        files: The flows file and what belongs to it.
        registry: The node types.
        strict: Start nothing while a node type is unknown or a config is wrong.

    Raises:
        FlowError: The port cannot be listened on, or a file is wrong; nothing runs.
        PlatformError: The folder or a credential cannot be used.
    """
    services = make_services(settings)
    options = RunOptions(
        name=files.flows.name, strict=strict, services=services, environment=process_environment()
    )
    secret = settings.serve.credential_secret
    vault = Vault(
        files,
        secret.get_secret_value() if secret is not None else None,
        encrypted=settings.serve.encrypt_credentials,
    )
    server: FlowHttpServer = services[HttpServer]
    files.prepare()
    stores = await ContextStores.open(settings.context, files.folder)
    try:
        runtime = Runtime(files, vault, registry, stores.options(options))
        served = ServedRuntime(
            runtime, files, server, settings.network, settings.serve, closing=(stores.close,)
        )
        await served.open()
    except BaseException:
        await stores.close()
        raise
    return served


class Platform:
    """Deployments and schedule over one state folder, in whichever process it is started.

    Attributes:
        store: What survives.
        deployments: Keeps flows running on workers.
        schedule: Runs notebooks by the clock.
    """

    def __init__(
        self,
        settings: Settings,
        root: Path,
        *,
        notebook_environment: Mapping[str, str] | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        """Open the state folder; `start` does the rest.

        Args:
            settings: See `vgd_kernel.settings`.
            root: Folder that notebooks and flows are below; workers run in it.
            notebook_environment: Variables for notebooks that jobs run, to find this server.
            cluster: Where workers come from; by the settings when absent.

        Raises:
            PlatformError: Another process holds the state folder, or it cannot be read.
        """
        # a process that only runs flows starts without these
        from vgd_kernel.services.cluster.cluster import DaskCluster
        from vgd_kernel.services.cluster.deployments import Deployments
        from vgd_kernel.services.cluster.embedded import EmbeddedCluster
        from vgd_kernel.services.schedule.service import Schedule
        from vgd_kernel.services.store import Store

        folder = state_folder(settings, root)
        self.store = Store(folder, settings.store)
        embedded = None
        if not settings.cluster.scheduler:
            embedded = EmbeddedCluster(settings.cluster, folder, WORKER_COMMAND, root)
        self.deployments = Deployments(
            self.store,
            settings.cluster,
            cluster or DaskCluster(settings.cluster, embedded),
            journal_size=settings.store.journal_size,
            contexts=settings.context,
        )
        runner = PapermillRunner({**whole_environment(), **(notebook_environment or {})})
        self.schedule = Schedule(self.store, runner, root, settings.schedule)

    async def start(self) -> Self:
        """Take up what was there before."""
        await self.deployments.start()
        await self.schedule.start()
        return self

    async def stop(self) -> None:
        """Stop runs and own workers; what is wanted stays, and starts again the next time."""
        await self.schedule.close()
        await self.deployments.close()
        self.store.close()


__all__ = (
    "WORKER_COMMAND",
    "Platform",
    "check_flow",
    "make_services",
    "open_runtime",
    "runtime_services",
    "start_run",
)
