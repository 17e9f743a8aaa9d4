"""What happened in a run, as data: every delivery of a message, in order.

A recording can be saved, loaded, gone through forwards and backwards, and made into a test case.
`vgd_kernel.testing.replay` gives its inputs to the flow again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from vgd_kernel.model.cases import Expected, FlowCase, Given
from vgd_kernel.model.errors import FlowSyntaxError
from vgd_kernel.model.message import Message, clone
from vgd_kernel.model.serialise import from_jsonable, to_jsonable

VERSION = 1

Origin = Literal["wire", "source", "given", "inside"]
"""``wire``: another node sent it; ``source``: a node that has no input did (inject, mqtt in);
``given``: it was handed in (`Run.send`, a button); ``inside``: an error, a status, a call."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that reached a node.

    Attributes:
        time_s: Seconds since the start of the recording, by the clock of the run.
        node: Id of the node that got it.
        origin: Where it came from.
        source: Id of the node that sent it, empty when it came over no wire.
        port: Number of the output that it left, 0 when it came over no wire.
        msg: The message as it arrived.
    """

    time_s: float
    node: str
    origin: Origin
    source: str
    port: int
    msg: Message

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object with the attributes as keys."""
        return {**asdict(self), "msg": to_jsonable(self.msg)}


@dataclass(frozen=True, slots=True)
class Moment:
    """The state of a recorded run after some deliveries.

    Attributes:
        step: How many deliveries there were.
        time_s: Time of the last one, 0 at the start.
        received: Node id to how many messages it had received.
        last: Node id to the last message that it had received.
    """

    step: int
    time_s: float
    received: Mapping[str, int]
    last: Mapping[str, Message]


@dataclass(frozen=True, slots=True)
class Recording(Sequence[Delivery]):
    """The deliveries of a run, oldest first.

    Attributes:
        deliveries: What was recorded.
        started_s: Wall-clock time of the start, seconds since 1970.
        lost: Older deliveries that found no place any more.
    """

    deliveries: tuple[Delivery, ...]
    started_s: float = 0.0
    lost: int = 0

    def __len__(self) -> int:
        """Return the number of deliveries."""
        return len(self.deliveries)

    def __getitem__(self, index: Any) -> Any:
        """Return a delivery, or a tuple of them for a slice."""
        return self.deliveries[index]

    def __iter__(self) -> Iterator[Delivery]:
        """Go through the deliveries in order."""
        return iter(self.deliveries)

    def at(self, step: int) -> Moment:
        """Return the state after ``step`` deliveries (0: at the start).

        Raises:
            IndexError: There are fewer.
        """
        if not 0 <= step <= len(self.deliveries):
            raise IndexError(f"no step {step}; expected 0 to {len(self.deliveries)}")
        received: dict[str, int] = {}
        last: dict[str, Message] = {}
        for delivery in self.deliveries[:step]:
            received[delivery.node] = received.get(delivery.node, 0) + 1
            last[delivery.node] = delivery.msg
        time_s = self.deliveries[step - 1].time_s if step else 0.0
        return Moment(step, time_s, received, last)

    def of(self, node: str) -> tuple[Message, ...]:
        """Return the messages that a node received."""
        return tuple(delivery.msg for delivery in self.deliveries if delivery.node == node)

    def path(self, msgid: str) -> tuple[str, ...]:
        """Return the ids of the nodes that received messages with an id, in order."""
        found = (each.node for each in self.deliveries if each.msg.get("_msgid") == msgid)
        return tuple(found)

    def inputs(self) -> tuple[Delivery, ...]:
        """Return what came from outside: given messages, and what sources sent.

        What is given to a source (a press of its button) is left out: what it sends is there.
        """
        sources = {each.source for each in self.deliveries if each.origin == "source"}
        return tuple(
            each
            for each in self.deliveries
            if each.origin == "source" or (each.origin == "given" and each.node not in sources)
        )

    def to_test_case(
        self, outputs: Collection[str], *, name: str, inputs: Collection[str] = ()
    ) -> dict[str, Any]:
        """Return a test case for the ``vgd.tests`` of a tab: these inputs, these outputs.

        Sources of the recorded messages are not started in the test.

        Args:
            outputs: Ids of the nodes whose messages are expected.
            name: A sentence that says what the flow does.
            inputs: Ids of the nodes whose inputs are given; all when empty.
        """
        given, before_s, stubs = [], 0.0, {}
        for delivery in self.inputs():
            if inputs and delivery.node not in inputs:
                continue
            if delivery.source:
                stubs[delivery.source] = ()
            after_s = max(0.0, delivery.time_s - before_s)
            given.append(Given(node=delivery.node, msg=_own(delivery.msg), after_s=after_s))
            before_s = delivery.time_s
        expect = tuple(
            Expected(node=node, messages=tuple(_own(msg) for msg in self.of(node)))
            for node in outputs
        )
        return FlowCase(name=name, given=tuple(given), expect=expect, stub=stubs).to_json()

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object; what has no JSON form is described (`to_jsonable`)."""
        return {
            "version": VERSION,
            "started": self.started_s,
            "lost": self.lost,
            "deliveries": [delivery.to_json() for delivery in self.deliveries],
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """Return a recording from the object that `to_json` made.

        Raises:
            FlowSyntaxError: It is no recording, or one of another version.
        """
        if raw.get("version") != VERSION:
            raise FlowSyntaxError(
                f"version {raw.get('version')!r} of a recording; expected {VERSION}. "
                "Use a file that Recording.to_json made."
            )
        try:
            deliveries = tuple(
                Delivery(**{**each, "msg": from_jsonable(each["msg"])})
                for each in raw["deliveries"]
            )
            return cls(deliveries, float(raw["started"]), int(raw["lost"]))
        except (KeyError, TypeError, ValueError) as error:
            raise FlowSyntaxError(
                f"a recording with {error!r}; expected what Recording.to_json made."
            ) from None


def _own(msg: Message) -> Message:
    """Return a message as a test case holds it: JSON, without its id."""
    kept = clone(msg)
    kept.pop("_msgid", None)
    found: Message = to_jsonable(kept)
    return found


__all__ = ("VERSION", "Delivery", "Moment", "Origin", "Recording")
