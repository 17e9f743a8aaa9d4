"""Which workers there are, as the Dask scheduler knows them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from vgd_kernel.services.cluster.card import WorkerCard
from vgd_kernel.services.cluster.dask_import import import_distributed
from vgd_kernel.services.cluster.membership import CARD_KEY

logger = logging.getLogger(__name__)

OnCards = Callable[[list[WorkerCard]], None]


class Directory(Protocol):
    """Tells again and again which workers there are."""

    async def run(self, on_cards: OnCards) -> None:
        """Call with all cards, at once and whenever they may have changed, until cancelled."""


class DaskDirectory:
    """Asks a Dask scheduler."""

    def __init__(self, scheduler: str, *, every_s: float) -> None:
        """Ask the scheduler at an address, every so many seconds."""
        self._scheduler = scheduler
        self._every_s = every_s
        self.problem = ""

    async def run(self, on_cards: OnCards) -> None:
        """See `Directory`. An unreachable scheduler changes nothing: links tell who is lost."""
        distributed = await asyncio.to_thread(import_distributed)
        async with distributed.core.rpc(self._scheduler) as scheduler:
            while True:
                try:
                    async with asyncio.timeout(5):
                        identity = await scheduler.identity()
                except (OSError, TimeoutError) as error:
                    if not self.problem:
                        logger.warning("no scheduler at %s: %s", self._scheduler, error)
                    self.problem = (
                        f"the Dask scheduler at {self._scheduler} does not answer; running flows "
                        "go on, new workers cannot be found. Start it, or correct VGD_SCHEDULER."
                    )
                else:
                    self.problem = ""
                    on_cards(read_cards(identity))
                await asyncio.sleep(self._every_s)


def read_cards(identity: Mapping[str, Any]) -> list[WorkerCard]:
    """Return the cards in a scheduler's identity; plain Dask workers have none."""
    cards = []
    for worker in identity.get("workers", {}).values():
        data = worker.get(CARD_KEY)
        if data is None:
            continue
        try:
            cards.append(WorkerCard.from_json(data))
        except ValueError as error:
            logger.warning("the worker %s shows no readable card: %s", worker.get("name"), error)
    return cards


__all__ = ("DaskDirectory", "Directory", "OnCards", "read_cards")
