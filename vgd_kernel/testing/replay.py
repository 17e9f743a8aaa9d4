"""Gives the inputs of a recording to a flow again, in virtual time."""

from __future__ import annotations

from dataclasses import replace as with_changes

from vgd_kernel.engine import RunOptions, start
from vgd_kernel.engine.recording import Recording
from vgd_kernel.model import FlowDocument, Registry, installed
from vgd_kernel.model.cases import ALWAYS_IGNORED, Expected
from vgd_kernel.model.comparison import compare
from vgd_kernel.model.message import clone
from vgd_kernel.model.serialise import to_jsonable
from vgd_kernel.testing.clock import VirtualClock


async def replay(
    recording: Recording,
    document: FlowDocument,
    registry: Registry | None = None,
    options: RunOptions | None = None,
) -> Recording:
    """Run a flow with the inputs of a recording, at their times, and return what happens now.

    Nodes whose messages were recorded as inputs (inject, mqtt in) are not started: what they sent
    is handed to the nodes that got it. Time is virtual, so delays take none.

    Args:
        recording: Whose inputs are given.
        document: The flow that was recorded, or a changed one.
        registry: The node types; all that are installed when absent.
        options: How to run it; its clock is replaced.

    Raises:
        UnknownNodeError: A node that got an input is not there any more.
    """
    inputs = recording.inputs()
    sources = {each.source for each in inputs if each.source}
    entries = [
        {**entry, "d": True} if entry["id"] in sources else dict(entry) for entry in document
    ]
    clock = VirtualClock(recording.started_s)
    wanted = with_changes(options or RunOptions(), clock=clock)
    run = await start(FlowDocument(entries), registry or installed(), wanted)
    try:
        recorder = run.record(limit=max(1, 10 * len(recording)))
        for delivery in inputs:
            await clock.advance(delivery.time_s - clock.now())
            run.send(delivery.node, clone(delivery.msg))
        await clock.settle()
        while not await run.idle(0) and clock.next_s is not None:
            await clock.advance(clock.next_s - clock.now())
        return recorder.stop()
    finally:
        await run.stop()


def differences(before: Recording, now: Recording) -> dict[str, tuple[str, ...]]:
    """Return what differs between two recordings, by node: what each received, without times.

    Args:
        before: What is expected.
        now: What happened.
    """
    found = {}
    for node in dict.fromkeys(each.node for each in (*before, *now)):
        expected = tuple(to_jsonable(msg) for msg in before.of(node))
        told = compare(
            Expected(node=node, messages=expected, mode="exact"), now.of(node), ALWAYS_IGNORED
        )
        if told:
            found[node] = told
    return found


__all__ = ("differences", "replay")
