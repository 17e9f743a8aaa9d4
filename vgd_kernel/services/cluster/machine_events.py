"""What the placement machine hears (events) and wants done (effects)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vgd_kernel.services.cluster.card import WorkerCard


@dataclass(frozen=True, slots=True)
class Load:
    """A deployment of before, read at the start of the server."""

    name: str
    revision: int
    labels: Mapping[str, str]
    wanted: bool
    epoch: int


@dataclass(frozen=True, slots=True)
class Want:
    """The user changed a deployment: new revision, start or stop."""

    name: str
    revision: int
    labels: Mapping[str, str]
    wanted: bool
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Forget:
    """The user removed a deployment."""

    name: str


@dataclass(frozen=True, slots=True)
class Settled:
    """All workers that may still run something of before have joined or are gone."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A link to a worker is open; ``hosted`` is what runs there (see ``FlowHost.hosted``)."""

    card: WorkerCard
    hosted: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Lost:
    """The link to a worker is lost. ``now`` is monotonic seconds."""

    address: str
    why: str
    now: float


@dataclass(frozen=True, slots=True)
class Started:
    """A worker runs what it was told to."""

    name: str
    epoch: int
    problems: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A worker could not start what it was told to."""

    name: str
    epoch: int
    why: str


ClusterEvent = Load | Want | Forget | Settled | Joined | Lost | Started | Refused


@dataclass(frozen=True, slots=True)
class Place:
    """Write down that a deployment is about to start somewhere."""

    name: str
    epoch: int
    address: str


@dataclass(frozen=True, slots=True)
class StartOn:
    """Tell a worker to run a revision."""

    address: str
    name: str
    epoch: int
    revision: int


@dataclass(frozen=True, slots=True)
class FollowOn:
    """Take up the records of a deployment that a worker still runs."""

    address: str
    name: str
    epoch: int


@dataclass(frozen=True, slots=True)
class StopOn:
    """Tell a worker to stop a deployment."""

    address: str
    name: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Show:
    """The phase of a deployment changed; ``note`` is a line for its log, may be empty."""

    name: str
    note: str


Effect = Place | StartOn | FollowOn | StopOn | Show


__all__ = (
    "ClusterEvent",
    "Effect",
    "FollowOn",
    "Forget",
    "Joined",
    "Load",
    "Lost",
    "Place",
    "Refused",
    "Settled",
    "Show",
    "StartOn",
    "Started",
    "StopOn",
    "Want",
)
