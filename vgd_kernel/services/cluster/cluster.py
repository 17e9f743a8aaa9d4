"""Where workers come from: an own cluster, or an existing Dask scheduler."""

from __future__ import annotations

from typing import Protocol

from vgd_kernel.services.cluster.card import WorkerCard
from vgd_kernel.services.cluster.config import ClusterSettings
from vgd_kernel.services.cluster.directory import DaskDirectory, OnCards
from vgd_kernel.services.cluster.embedded import EmbeddedCluster


class Cluster(Protocol):
    """Finds workers, and starts them where they are our own.

    Attributes:
        scheduler: Address of the Dask scheduler, empty before it is known.
        problem: What keeps workers from being found, empty when nothing does.
    """

    @property
    def scheduler(self) -> str:
        """See the class."""

    @property
    def problem(self) -> str:
        """See the class."""

    async def run(self, on_cards: OnCards) -> None:
        """Start, then call with the cards of all workers again and again, until cancelled."""

    def lost(self, card: WorkerCard) -> None:
        """Hear that the link to a worker is lost."""

    async def close(self) -> None:
        """Stop what was started here."""


class DaskCluster:
    """A Dask cluster: the own one when ``embedded`` is given, else the one in the settings."""

    def __init__(self, settings: ClusterSettings, embedded: EmbeddedCluster | None) -> None:
        """Prepare; `run` does the work."""
        self.scheduler = settings.scheduler
        self._settings = settings
        self._embedded = embedded
        self._directory: DaskDirectory | None = None
        self._failure = ""

    @property
    def problem(self) -> str:
        """See `Cluster`."""
        return self._failure or (self._directory.problem if self._directory else "")

    async def run(self, on_cards: OnCards) -> None:
        """See `Cluster`."""
        try:
            if self._embedded is not None:
                self.scheduler = await self._embedded.start()
            self._directory = DaskDirectory(self.scheduler, every_s=self._settings.look_every_s)
            await self._directory.run(on_cards)
        except Exception as error:  # boundary: the reason is shown with the workers
            self._failure = f"the cluster cannot be used: {error}"
            raise

    def lost(self, card: WorkerCard) -> None:
        """See `Cluster`."""
        if self._embedded is not None:
            self._embedded.lost(card)

    async def close(self) -> None:
        """See `Cluster`."""
        if self._embedded is not None:
            await self._embedded.close()


__all__ = ("Cluster", "DaskCluster")
