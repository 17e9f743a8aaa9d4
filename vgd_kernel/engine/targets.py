"""What a node's handler is wrapped in, when it needs more than a plain call."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from time import perf_counter
from types import FunctionType
from typing import Any

from vgd_kernel.engine.lineage import handling
from vgd_kernel.engine.node_context import World
from vgd_kernel.engine.ports import Target
from vgd_kernel.engine.running_node import RunningNode, Tap
from vgd_kernel.model.message import Message

logger = logging.getLogger(__name__)


def ignore(item: Any) -> None:
    """Take a message for a node that handles none."""


def is_asynchronous(receive: Callable[[Message], Any]) -> bool:
    """Tell whether a handler (a function, or an object that is called) is ``async def``."""
    function = getattr(receive, "__func__", receive)
    if function.__class__ is FunctionType:
        return bool(function.__code__.co_flags & inspect.CO_COROUTINE)
    return inspect.iscoroutinefunction(receive) or inspect.iscoroutinefunction(
        getattr(receive, "__call__", None)  # noqa: B004 - the question is not whether it is there
    )


def owned(target: Target) -> Target:
    """Return a callable of its own, for a target that several nodes share."""

    def handle(item: Any) -> None:
        target(item)

    return handle


def completing(receive: Target, done: Callable[[Message], None]) -> Target:
    """Return a target that reports each message that was handled without an error."""

    def handle(msg: Message) -> None:
        receive(msg)
        done(msg)

    return handle


def tapped(taps: tuple[Tap, ...], target: Target) -> Target:
    """Return a target that shows each message to taps before it is handled."""

    def handle(msg: Message) -> None:
        for tap in taps:
            try:
                tap(msg)
            except Exception:
                logger.exception("a tap of a run raised")
        target(msg)

    return handle


def asynchronous(
    node: RunningNode,
    receive: Callable[[Message], Any],
    world: World,
    done: Callable[[Message], None] | None,
) -> Target:
    """Return a target that handles each message in a task of its own."""
    spawn, reports = world.activity.spawn, world.reports
    samples, load = node.measured(), world.limits.of(node.plan.container)
    samples.waits = True
    defers_done = getattr(node.plan.config, "defers_done", False)

    async def handle(msg: Message) -> None:
        began_s = perf_counter()
        handling.set((node, msg))
        try:
            await receive(msg)
        except Exception as error:  # noqa: BLE001 - the boundary of a node: it is reported
            reports.error(node, error, msg)
        else:
            if done is not None:
                done(msg)
            elif reports.completed is not None and not defers_done:
                reports.completed(node, msg, None)
        finally:
            samples.times.add(perf_counter() - began_s)

    def ended(task: object) -> None:
        load.end()

    def begin(msg: Message) -> None:
        if load.begin():
            task = spawn(handle(msg), owner=node)
            if task is not None:
                task.add_done_callback(ended)
            else:
                load.end()

    return begin


__all__ = ("asynchronous", "completing", "ignore", "is_asynchronous", "owned", "tapped")
