"""The end of a run's nodes, in bounded time.

Node-RED gives each node 15 seconds to close; here all of them together have `STOP_LIMIT_S`,
so that a deployment moves at once. What does not end is named in the log and left behind.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Collection

from vgd_kernel.engine.node_context import Closer, World
from vgd_kernel.engine.running_node import RunningNode
from vgd_kernel.engine.watchdog import Interrupted, Watch

STOP_LIMIT_S = 2.0
"""Seconds that all tasks and nodes of a run have to end."""


async def close_nodes(world: World) -> None:
    """Cancel all tasks, then close the nodes in reverse order."""
    closers, world.closers = world.closers, []
    await _end(world, await world.activity.cancel(STOP_LIMIT_S / 2), closers)


async def close_some(world: World, nodes: Collection[RunningNode]) -> None:
    """Cancel the tasks of some nodes, then close these in reverse order."""
    closers = [closer for closer in world.closers if closer[0] in nodes]
    world.closers = [closer for closer in world.closers if closer[0] not in nodes]
    await _end(world, await world.activity.cancel_of(nodes, STOP_LIMIT_S / 2), closers)


async def _end(world: World, hanging: list[str], closers: list[tuple[RunningNode, Closer]]) -> None:
    deadline = asyncio.get_running_loop().time() + STOP_LIMIT_S
    for name in hanging:
        _log_hanging(world, name, "a task")
    if closers:
        watch = Watch(STOP_LIMIT_S)
        for node, call in reversed(closers):
            await _close(world, node, call, watch, deadline)
        watch.close()


async def _close(
    world: World, node: RunningNode, call: Closer, watch: Watch, deadline: float
) -> None:
    try:
        closing = _limited(call, watch)
        if inspect.isawaitable(closing):
            task = asyncio.ensure_future(closing)
            left_s = max(0.0, deadline - asyncio.get_running_loop().time())
            done, _ = await asyncio.wait((task,), timeout=left_s)
            if done:
                task.result()
            else:
                task.cancel()
                _log_hanging(world, str(node), "its close")
    except Interrupted:
        _log_hanging(world, str(node), "its close")
    except Exception as error:  # noqa: BLE001 - the boundary of a node: it is reported
        world.reports.error(node, error, None)


def _limited(call: Closer, watch: Watch) -> Awaitable[None] | None:
    """Call, and be interrupted when the call does not return."""
    watch.begin(iter((call,)))
    try:
        return call()
    finally:
        watch.end()


def _log_hanging(world: World, name: str, what: str) -> None:
    text = f"{name} did not end {what} within {STOP_LIMIT_S:g} s of the stop; it is left behind"
    world.reports.log(None, "error", text)


__all__ = ("STOP_LIMIT_S", "close_nodes", "close_some")
