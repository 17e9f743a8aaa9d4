"""The placement machine: decides what runs where. No I/O, no clock.

Each deployment is in one phase:

    stopped   not wanted                     -> settling | waiting | starting   when wanted
    settling  wanted; the server has just come and looks for workers that still run it
                                             -> running      a worker that runs it has joined
                                             -> starting | waiting   `Settled`
    waiting   wanted; no worker fits         -> starting     one that fits has joined
    starting  ordered on a worker            -> running | failed | (worker lost) starting | waiting
    running   a worker runs it               -> starting | waiting   the worker is lost
    failed    cannot be started, or its worker died again and again; a new revision or a start
              by the user is needed

Rules: a deployment has an epoch that grows with every start, so that what a worker still runs
from before is known to be stale and is stopped. `Place` is carried out (written down) before
`StartOn` (see STYLE 4: effects are carried out in order). Of the workers that have all labels
the one with the fewest deployments is chosen, then the first by name.

It does not know whether a worker that is lost has died or only cannot be reached: in the second
case a flow may run twice until the worker is reached again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vgd_kernel.services.cluster.card import WorkerCard, describe_labels
from vgd_kernel.services.cluster.machine_events import (
    ClusterEvent,
    Effect,
    FollowOn,
    Forget,
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
    Want,
)

Phase = Literal["stopped", "settling", "waiting", "starting", "running", "failed"]

LOSSES_ALLOWED = 5
"""Workers that may die under a deployment within `LOSSES_WITHIN_S`; then it is taken for the
cause. systemd stops after 5 starts in 10 s by default."""

LOSSES_WITHIN_S = 60.0


@dataclass(slots=True)
class Item:
    """What the machine knows of one deployment.

    Attributes:
        name: Its name.
        revision: Newest revision.
        labels: What its worker must have.
        epoch: Of the last start.
        phase: See the module.
        reason: Why it is in this phase, empty when that is plain.
        address: Its worker while starting and running, else empty.
        problems: What was left out of the run.
        losses: Times when a worker was lost under it.
    """

    name: str
    revision: int
    labels: Mapping[str, str]
    epoch: int
    phase: Phase = "stopped"
    reason: str = ""
    address: str = ""
    problems: tuple[Mapping[str, Any], ...] = ()
    losses: list[float] = field(default_factory=list)


class PlacementMachine:
    """Turns events into effects.

    Attributes:
        items: Deployments by name.
        workers: Workers with an open link, by address.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self.items: dict[str, Item] = {}
        self.workers: dict[str, WorkerCard] = {}
        self._settled = False

    def handle(self, event: ClusterEvent) -> list[Effect]:
        """Return what is to be done, in order."""
        match event:
            case Load():
                return self._load(event)
            case Want():
                return self._want(event)
            case Forget(name):
                item = self.items.pop(name, None)
                return self._stop(item) if item is not None else []
            case Settled():
                self._settled = True
                return self._place_waiting()
            case Joined():
                return self._join(event)
            case Lost():
                return self._lose(event)
            case Started():
                return self._started(event)
            case Refused():
                return self._refused(event)

    def _load(self, event: Load) -> list[Effect]:
        item = Item(event.name, event.revision, event.labels, event.epoch)
        self.items[event.name] = item
        if event.wanted:
            item.phase = "settling"
            item.reason = "the server has started and looks for the worker that ran it"
        return [Show(event.name, "")]

    def _want(self, event: Want) -> list[Effect]:
        item = self.items.setdefault(
            event.name, Item(event.name, event.revision, event.labels, event.epoch)
        )
        changed = item.revision != event.revision
        item.revision, item.labels = event.revision, event.labels
        if not event.wanted:
            effects = self._stop(item)
            item.phase, item.reason, item.problems = "stopped", "", ()
            return [*effects, Show(item.name, "stopped")]
        if item.phase in ("starting", "running") and not changed:
            return []
        item.losses.clear()
        worker = self.workers.get(item.address)
        if worker is not None and worker.matches(item.labels):
            return self._start(item, worker)
        return [*self._stop(item), *self._place(item)]

    def _stop(self, item: Item) -> list[Effect]:
        address, item.address = item.address, ""
        return [StopOn(address, item.name, item.epoch)] if address in self.workers else []

    def _join(self, event: Joined) -> list[Effect]:
        card = event.card
        self.workers[card.address] = card
        effects: list[Effect] = []
        for hosted in event.hosted:
            name, epoch = str(hosted["name"]), int(hosted["epoch"])
            item = self.items.get(name)
            if item is None or item.phase != "settling" or item.epoch != epoch:
                effects.append(StopOn(card.address, name, epoch))
                continue
            item.address = card.address
            if hosted["revision"] == item.revision and card.matches(item.labels):
                item.phase, item.reason = "running", ""
                item.problems = tuple(hosted.get("problems", ()))
                effects.append(FollowOn(card.address, name, epoch))
                effects.append(Show(name, f"found running on {card.name}"))
            else:
                effects.append(StopOn(card.address, name, epoch))
                item.address = ""
        return [*effects, *self._place_waiting()]

    def _lose(self, event: Lost) -> list[Effect]:
        card = self.workers.pop(event.address, None)
        if card is None:
            return []
        effects: list[Effect] = []
        for item in self.items.values():
            if item.address != event.address:
                continue
            item.address = ""
            item.losses = [t for t in item.losses if t > event.now - LOSSES_WITHIN_S]
            item.losses.append(event.now)
            note = f"the worker {card.name} is lost: {event.why}"
            if len(item.losses) >= LOSSES_ALLOWED:
                item.phase = "failed"
                item.reason = (
                    f"{LOSSES_ALLOWED} workers were lost under it within {LOSSES_WITHIN_S:g} s "
                    f"(last: {card.name}, {event.why}); expected a flow that does not end its "
                    "process. Look at the worker's log, mend the flow and deploy it again."
                )
                effects.append(Show(item.name, f"{note}. {item.reason}"))
            else:
                effects += [Show(item.name, note), *self._place(item)]
        return [*effects, *self._place_waiting()]

    def _started(self, event: Started) -> list[Effect]:
        item = self.items.get(event.name)
        if item is None or item.epoch != event.epoch or item.phase != "starting":
            return []
        item.phase, item.reason, item.problems = "running", "", event.problems
        worker = self.workers[item.address]
        return [Show(item.name, f"running on {worker.name}, revision {item.revision}")]

    def _refused(self, event: Refused) -> list[Effect]:
        item = self.items.get(event.name)
        if item is None or item.epoch != event.epoch or item.phase != "starting":
            return []
        item.phase, item.reason, item.address = "failed", event.why, ""
        return [Show(item.name, f"cannot be started: {event.why}")]

    def _place_waiting(self) -> list[Effect]:
        effects: list[Effect] = []
        for item in self.items.values():
            if item.phase == "waiting" or (item.phase == "settling" and self._settled):
                effects += self._place(item)
        return effects

    def _place(self, item: Item) -> list[Effect]:
        if not self._settled:
            item.phase = "waiting"
            item.reason = "the workers of the platform are starting"
            return [Show(item.name, "")]
        fitting = [card for card in self.workers.values() if card.matches(item.labels)]
        if not fitting:
            reason = self._why_nowhere(item)
            note = reason if (item.phase, item.reason) != ("waiting", reason) else ""
            item.phase, item.reason = "waiting", reason
            return [Show(item.name, note)] if note else []
        return self._start(item, min(fitting, key=lambda card: (self._load_of(card), card.name)))

    def _start(self, item: Item, worker: WorkerCard) -> list[Effect]:
        item.epoch += 1
        item.phase, item.reason, item.address = "starting", "", worker.address
        return [
            Place(item.name, item.epoch, worker.address),
            StartOn(worker.address, item.name, item.epoch, item.revision),
            Show(item.name, ""),
        ]

    def _load_of(self, card: WorkerCard) -> int:
        return sum(item.address == card.address for item in self.items.values())

    def _why_nowhere(self, item: Item) -> str:
        if not self.workers:
            return "no worker is there yet; it starts when one comes"
        workers = ", ".join(
            f"{card.name} ({describe_labels(card.labels) or 'no labels'})"
            for card in sorted(self.workers.values(), key=lambda card: card.name)[:8]
        )
        return (
            f"no worker has {describe_labels(item.labels)}; workers: {workers}. "
            "It starts when one comes: vgd worker "
            + " ".join(f"--label {key}={value}" for key, value in sorted(item.labels.items()))
        )

    def check(self) -> None:
        """Assert what must hold between events."""
        for item in self.items.values():
            placed = item.phase in ("starting", "running")
            assert placed == bool(item.address), f"{item.name}: {item.phase} at {item.address!r}"
            assert not placed or item.address in self.workers, f"{item.name}: worker unknown"


__all__ = ("LOSSES_ALLOWED", "LOSSES_WITHIN_S", "Item", "Phase", "PlacementMachine")
