"""How much may wait in a flow, and what happens when more comes.

A tab says so under its ``vgd`` key, which Node-RED ignores:

    {"id": "tab", "type": "tab", "vgd": {"queue": {"limit": 10000, "policy": "wait"}}}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vgd_kernel.model.errors import NodeConfigError, Problem

QueuePolicy = Literal["wait", "drop-oldest", "drop-newest", "fail"]
"""What happens to a flow whose queue is full.

``wait``: nothing is lost, sources of messages pause until half of the queue is worked off.
``drop-oldest``, ``drop-newest``: what is over the limit is dropped and counted.
``fail``: a fuse; all that is queued is given up, and the node with the longest queue fails.
"""


class QueueLimit(BaseModel):
    """The limit of one flow.

    Attributes:
        limit: Messages that may be queued for the nodes of the flow or be in the hands of its
            asynchronous handlers.
        policy: What happens when there are more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: int = Field(default=100_000, ge=1)
    policy: QueuePolicy = "wait"


def queue_limit(entry: Mapping[str, Any], default: QueueLimit) -> QueueLimit:
    """Return the limit of a tab; what it leaves open is that of the default.

    Raises:
        NodeConfigError: Names each field that is wrong.
    """
    own = entry.get("vgd")
    wanted = own.get("queue") if isinstance(own, Mapping) else None
    if wanted is None:
        return default
    raw = {**default.model_dump(), **wanted} if isinstance(wanted, Mapping) else wanted
    try:
        return QueueLimit.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise NodeConfigError(tuple(_problem(entry, dict(item)) for item in found)) from None


def check_limits(entries: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Return what is wrong with the limits of tabs."""
    problems: list[Problem] = []
    for entry in entries:
        if entry.get("type") == "tab":
            try:
                queue_limit(entry, QueueLimit())
            except NodeConfigError as error:
                problems += error.problems
    return tuple(problems)


def _problem(entry: Mapping[str, Any], item: Mapping[str, Any]) -> Problem:
    return Problem(
        severity="error",
        node=str(entry.get("id", "")),
        type="tab",
        field=".".join(["vgd.queue", *map(str, item["loc"])]),
        seen=f"saw {item.get('input')!r}"[:120],
        expected=str(item["msg"]).removeprefix("Input should be "),
        action='Write for example {"limit": 10000, "policy": "wait"}; until then the limit of '
        "the run counts.",
    )


__all__ = ("QueueLimit", "QueuePolicy", "check_limits", "queue_limit")
