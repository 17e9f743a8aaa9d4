"""What a worker says about itself: to the Dask scheduler, to the server, on screen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class WorkerCard:
    """The card of a worker; it travels through the Dask scheduler's worker information.

    Attributes:
        name: Readable and unique in its cluster.
        host: Host name or address where its flow host listens.
        port: Port of the flow host.
        pulse_port: Port where its pulse can be heard.
        token: What a server must show to use the flow host. Whoever may read it may also send
            tasks to the Dask worker, so it adds no one and keeps everybody else out.
        labels: What it is and where it stands, as ``key: value``.
        resources: Dask resources, amount by name.
        version: Version of VGD.
        pid: Process id on its machine.
        embedded: Whether a server started it for itself.
    """

    name: str
    host: str
    port: int
    pulse_port: int
    token: str
    labels: Mapping[str, str] = field(default_factory=dict)
    resources: Mapping[str, float] = field(default_factory=dict)
    version: str = ""
    pid: int = 0
    embedded: bool = False

    @property
    def address(self) -> str:
        """Where its flow host listens; the identity of the worker's process."""
        return f"{self.host}:{self.port}"

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether the worker has all of these labels."""
        return all(self.labels.get(key) == value for key, value in labels.items())

    def to_json(self) -> dict[str, Any]:
        """Return the card as a JSON object, token included."""
        return {**asdict(self), "labels": dict(self.labels), "resources": dict(self.resources)}

    def to_text(self) -> str:
        """Return the card as a JSON text, for the store."""
        return json.dumps(self.to_json())

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote.

        Raises:
            ValueError: It is not a card.
        """
        return cls.from_json(json.loads(text))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a card; keys that a newer version wrote are ignored.

        Raises:
            ValueError: It is not a card.
        """
        try:
            return cls(**{key: data[key] for key in cls.__dataclass_fields__ if key in data})
        except (TypeError, KeyError) as error:
            raise ValueError(f"not a worker's card: {error}") from None


def describe_labels(labels: Mapping[str, str]) -> str:
    """Return labels as ``key=value`` texts, for messages."""
    return ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))


__all__ = ("WorkerCard", "describe_labels")
