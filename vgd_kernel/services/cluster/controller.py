"""The controller: carries out what the placement machine decides, over links to the workers."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from vgd_kernel.model.errors import VgdError, WorkerLostError
from vgd_kernel.services.cluster.card import WorkerCard
from vgd_kernel.services.cluster.journals import JournalBook
from vgd_kernel.services.cluster.link import Link
from vgd_kernel.services.cluster.machine import PlacementMachine
from vgd_kernel.services.cluster.machine_events import (
    ClusterEvent,
    Effect,
    FollowOn,
    Joined,
    Load,
    Lost,
    Place,
    Refused,
    Settled,
    Show,
    Started,
    StartOn,
    StopOn,
)
from vgd_kernel.services.cluster.states import StateBook, to_rows
from vgd_kernel.services.cluster.tasks import TaskSet
from vgd_kernel.services.contexts.config import ContextSettings
from vgd_kernel.services.store import Store

logger = logging.getLogger(__name__)


class Controller:
    """Drives the placement machine: one queue of events, effects carried out in order.

    Attributes:
        machine: The machine; read only for others.
        links: Open links by the worker's address.
    """

    def __init__(
        self,
        store: Store,
        journals: JournalBook,
        *,
        silent_after_s: float,
        contexts: ContextSettings,
        on_frame: Callable[[str, dict[str, Any]], None],
        on_show: Callable[[str], None],
        on_lost: Callable[[WorkerCard], None],
    ) -> None:
        """Prepare; `start` does the work.

        Args:
            store: Where placements are written down.
            journals: Where the records of workers go.
            silent_after_s: When a worker without a pulse is lost.
            contexts: Context stores of the flows, and how often their state is kept.
            on_frame: Called with a deployment's name and a live frame of its worker.
            on_show: Called with a deployment's name when its phase may have changed.
            on_lost: Called with the card of a worker whose link is lost.
        """
        self.machine = PlacementMachine()
        self.links: dict[str, Link] = {}
        self._store = store
        self._journals = journals
        self._silent_after_s = silent_after_s
        self._contexts = contexts
        self._states = StateBook(store.state)
        self._stopping: dict[str, asyncio.Task[None]] = {}
        self._on_frame = on_frame
        self._on_show = on_show
        self._on_lost = on_lost
        self._events: asyncio.Queue[tuple[ClusterEvent, asyncio.Event]] = asyncio.Queue()
        self._kept: set[str] = set()
        self._tasks = TaskSet("controller")

    async def start(self) -> None:
        """Load the deployments of before and look whether their workers still run them."""
        cards: dict[str, WorkerCard] = {}
        for row in await asyncio.to_thread(self._store.deployments.all):
            revision = await asyncio.to_thread(
                self._store.deployments.revision, row.name, row.revision
            )
            labels = revision.labels if revision is not None else {}
            await self._journals.open(row.name)
            wanted = row.desired == "running"
            self.post(Load(row.name, row.revision, labels, wanted, row.epoch))
            if row.worker:
                card = WorkerCard.from_text(row.worker)
                cards[card.address] = card
        self._tasks.spawn(self._states.run())
        self._tasks.spawn(self._drive())
        self._tasks.spawn(self._settle(list(cards.values())))

    async def _settle(self, cards: list[WorkerCard]) -> None:
        attempts = [asyncio.Event() for _ in cards]
        for card, attempted in zip(cards, attempts, strict=True):
            self._keep_link(card, attempted)
        for attempted in attempts:
            await attempted.wait()
        self.post(Settled())

    def see(self, cards: list[WorkerCard]) -> None:
        """Open links to workers that have none."""
        for card in cards:
            if card.address not in self._kept:
                self._keep_link(card, asyncio.Event())

    def _keep_link(self, card: WorkerCard, attempted: asyncio.Event) -> None:
        self._kept.add(card.address)
        self._tasks.spawn(self._run_link(card, attempted))

    async def _run_link(self, card: WorkerCard, attempted: asyncio.Event) -> None:
        try:
            link = await Link.connect(card)
            self.links[card.address] = link
            self.post(Joined(link.card, tuple(link.hosted)))
            attempted.set()
            why = await link.run(self._on_push, silent_after_s=self._silent_after_s)
            del self.links[card.address]
            self.post(Lost(card.address, why, time.monotonic()))
            self._on_lost(link.card)
        except WorkerLostError as error:
            logger.info("%s", error)
        finally:
            attempted.set()
            self._kept.discard(card.address)

    def _on_push(self, data: dict[str, Any]) -> None:
        name, epoch = str(data["name"]), int(data["epoch"])
        if data["push"] == "state":  # the table knows which run is the newest
            self._states.take_up(name, epoch, data["state"])
            return
        item = self.machine.items.get(name)
        if item is None or item.epoch != epoch:
            return
        if data["push"] == "records":
            journal = self._journals.get(name)
            if journal is not None:
                journal.take_up(epoch, data["records"])
        else:
            self._on_frame(name, data["frame"])

    def post(self, event: ClusterEvent) -> asyncio.Event:
        """Hand an event to the machine; what is returned is set when it was handled."""
        handled = asyncio.Event()
        self._events.put_nowait((event, handled))
        return handled

    async def _drive(self) -> None:
        while True:
            event, handled = await self._events.get()
            effects = self.machine.handle(event)
            self.machine.check()
            handled.set()
            for effect in effects:
                await self._carry_out(effect)

    async def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Place(name, epoch, address):
                card = self.machine.workers[address].to_text()
                try:
                    await asyncio.to_thread(
                        self._store.deployments.set_placement, name, epoch=epoch, worker=card
                    )
                except sqlite3.Error as error:
                    logger.exception("the placement of %s cannot be written down", name)
                    self.post(Refused(name, epoch, f"the store cannot be written: {error}"))
            case StartOn():
                self._tasks.spawn(self._start_on(effect))
            case FollowOn():
                self._tasks.spawn(self._follow_on(effect))
            case StopOn():
                self._stopping[effect.name] = self._tasks.spawn(self._stop_on(effect))
            case Show(name, note):
                journal = self._journals.get(name)
                if note and journal is not None:
                    journal.note(note)
                self._on_show(name)

    async def _start_on(self, order: StartOn) -> None:
        revision = await asyncio.to_thread(
            self._store.deployments.revision, order.name, order.revision
        )
        await self.settled(order.name)
        self._stopping.pop(order.name, None)
        state = await self._states.begin(order.name, order.epoch)
        link = self.links.get(order.address)
        if link is None or revision is None:
            return  # the worker is lost or the deployment removed: the machine hears of it
        try:
            answer = await link.request(
                "start",
                name=order.name,
                epoch=order.epoch,
                revision=order.revision,
                flow=revision.flow,
                environment=dict(revision.environment),
                state=to_rows(state),
                state_interval_s=self._contexts.state_interval_s,
                stores=self._contexts.kept_stores(),
            )
        except WorkerLostError as error:
            if order.address in self.links:
                self.post(Refused(order.name, order.epoch, str(error)))
        except VgdError as error:
            self.post(Refused(order.name, order.epoch, str(error)))
        else:
            self.post(Started(order.name, order.epoch, tuple(answer["problems"])))

    async def _follow_on(self, order: FollowOn) -> None:
        journal, link = self._journals.get(order.name), self.links.get(order.address)
        if journal is None or link is None:
            return
        cursor = journal.cursor
        after = cursor.source_seq if cursor.epoch == order.epoch else 0
        version = await self._states.version(order.name, order.epoch)
        await self._ask(link, "follow", name=order.name, after=after, state_version=version)

    async def _stop_on(self, order: StopOn) -> None:
        link = self.links.get(order.address)
        if link is not None:
            await self._ask(link, "stop", name=order.name, epoch=order.epoch)

    async def _ask(self, link: Link, op: str, **fields: Any) -> None:
        try:
            await link.request(op, **fields)
        except VgdError as error:
            logger.warning("%s on %s: %s", op, link.card.name, error)

    async def settled(self, name: str) -> None:
        """Wait until a stop of a deployment is carried out and its last state is kept."""
        stopping = self._stopping.get(name)
        if stopping is not None:
            await asyncio.wait((stopping,))
        await self._states.drain()

    async def close(self) -> None:
        """Close the links; the workers go on."""
        await self._tasks.close()


__all__ = ("Controller",)
