"""The batch node: groups messages into sequences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from vgd_kernel.model import Context, Node, NodeSpec, Receive, text_field
from vgd_kernel.model.fields import AnyChoice, Flag, Item, NumberText, Text, has_environment, number
from vgd_kernel.nodes.sequence._batches import ByCount, ByTime, ByTopic


class BatchTopic(Item):
    """One topic of a batch node that puts sequences together."""

    topic: Text = Field(default="", title="Topic")


class Batch(Node):
    """Groups messages into sequences by rules, with new `parts`.

    - **number of messages**: every so many messages are a sequence; the last ones of it may be
      the first ones of the next (*overlap*). With *use existing parts* the last message of an
      arriving sequence ends the group too.
    - **time**: what came within each interval is a sequence; an empty one may be sent for an
      interval without messages.
    - **topics**: one arriving sequence of each topic, put together in the order of the topics.

    `msg.reset` forgets what waits.
    """

    spec = NodeSpec(
        type="batch",
        category="sequence",
        color="#E2D96E",
        icon="batch",
        tags=("group", "window", "interval", "concatenate", "sequence"),
    )
    defers_done: ClassVar[bool] = True

    mode: Annotated[Literal["count", "interval", "concat"], AnyChoice] = Field(
        default="count", title="Mode"
    )
    count: NumberText = text_field("10", title="Messages")
    overlap: NumberText = text_field("0", title="Overlap")
    interval: NumberText = text_field("10", title="Interval", description="Seconds.")
    allowEmptySequence: Flag = Field(  # noqa: N815 - Node-RED's name
        default=False, title="Send an empty message when none came"
    )
    honourParts: Flag = Field(default=False, title="Use existing parts")  # noqa: N815 - Node-RED's name
    topics: list[BatchTopic] = Field(default=[], title="Topics")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave empty; no count is 1, no interval is none."""
        entry = {key: value for key, value in raw.items() if value or key == "interval"}
        if raw.get("mode", "count") == "count":
            entry.setdefault("count", 1)
        elif raw["mode"] == "interval":
            entry.setdefault("interval", 0)
        return entry

    @model_validator(mode="after")
    def _check(self) -> Batch:
        if (
            self.mode == "count"
            and not has_environment(self.count + self.overlap)
            and number(self.count, 1) <= number(self.overlap)
        ):
            raise ValueError(
                f"count is {self.count} and overlap {self.overlap}; an overlap below the count"
            )
        return self

    def start(self, ctx: Context) -> Receive | None:
        """Choose the way of grouping."""
        if self.mode not in ("count", "interval", "concat"):
            ctx.error("unexpected mode")
            return None
        if self.mode == "interval":
            return ByTime(ctx, number(self.interval), allows_empty=self.allowEmptySequence).receive
        if self.mode == "concat":
            return ByTopic(ctx, [item.topic for item in self.topics]).receive
        count, overlap = number(self.count, 1), int(number(self.overlap))
        return ByCount(ctx, count, overlap, honours_parts=self.honourParts).receive
