"""The Dask half of a worker: a `distributed.Worker` that is made again whenever it closes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vgd_kernel.services.cluster.card import WorkerCard
from vgd_kernel.services.cluster.dask_import import import_distributed

CARD_KEY = "vgd"
"""Key of the card in the Dask scheduler's information about a worker."""

RETRY_S = 0.5
"""Pause between attempts to reach the scheduler."""

JOIN_LIMIT_S = 10.0
"""A scheduler that takes the connection but does not register the worker is tried anew."""

logger = logging.getLogger(__name__)


class Membership:
    """Keeps the process a member of a Dask cluster; flows are not touched by what happens here."""

    def __init__(
        self,
        scheduler: str,
        card: Callable[[], WorkerCard],
        *,
        resources: Mapping[str, float],
        scratch: Path | None,
    ) -> None:
        """Prepare; `run` does the work.

        Args:
            scheduler: Address of the scheduler.
            card: Gives the card that is handed to the scheduler.
            resources: Dask resources; ``cpu`` is also the number of task threads.
            scratch: Folder for Dask's own files.
        """
        self._scheduler = scheduler
        self._card = card
        self._resources = resources
        self._scratch = scratch
        self._worker: Any = None

    def move(self, scheduler: str) -> None:
        """Use another scheduler from now on."""
        if scheduler == self._scheduler:
            return
        self._scheduler = scheduler
        if self._worker is not None:
            asyncio.get_running_loop().create_task(self._worker.close(reason="vgd-moved"))

    async def run(self) -> None:
        """Join, and join again, until cancelled."""
        distributed = await asyncio.to_thread(import_distributed)
        while True:
            if await self._reachable():
                try:
                    await self._join(distributed)
                except (OSError, ValueError, RuntimeError, TimeoutError) as error:
                    logger.warning("cannot join the scheduler %s: %s", self._scheduler, error)
            await asyncio.sleep(RETRY_S)

    async def _reachable(self) -> bool:
        host, _, port = self._scheduler.rpartition("://")[2].rpartition(":")
        try:
            async with asyncio.timeout(5):
                _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        except (OSError, TimeoutError):
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True

    async def _join(self, distributed: Any) -> None:
        card = self._card()
        self._worker = distributed.Worker(
            self._scheduler,
            name=card.name,
            host=card.host,
            nthreads=max(1, int(self._resources.get("cpu", os.cpu_count() or 1))),
            resources=dict(self._resources),
            memory_limit=0,  # flows live in this process: Dask must not pause or end it
            death_timeout=JOIN_LIMIT_S,
            dashboard=False,
            dashboard_address=f"{card.host}:0",
            local_directory=str(self._scratch) if self._scratch else None,
            startup_information={CARD_KEY: lambda _: self._card().to_json()},
        )
        async with self._worker:
            logger.info("joined the scheduler %s", self._scheduler)
            await self._worker.finished()
        logger.info("left the scheduler %s; the flows go on", self._scheduler)


__all__ = ("CARD_KEY", "JOIN_LIMIT_S", "RETRY_S", "Membership")
