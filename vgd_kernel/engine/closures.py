"""Templates of the hot path's functions, and closures made from them.

A template is a nested function; its free names are cells that `with_cells` fills. Those of a
port all declare the same free names, so that `become` can turn one into another while nodes
hold it: a port is wired anew, and a hop pays nothing for that. Mind what a change here costs:
`one_wire` is a hop, `forward` that of a node that only passes on.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CellType, FunctionType
from typing import Any, cast

from vgd_kernel.model.copies import clones
from vgd_kernel.model.message import Message, clone


def with_cells(template: FunctionType, **cells: CellType) -> Callable[[Any], None]:
    """Return a function with the code of a template and the given cells for its free names."""
    code = template.__code__
    closure = tuple(cells[name] for name in code.co_freevars)
    return FunctionType(code, template.__globals__, template.__name__, None, closure)


def become(
    sender: Callable[[Any], None],
    template: FunctionType,
    route: Callable[[Message], None] | None = None,
) -> None:
    """Give a function that was made from one port template the code of another.

    Args:
        sender: The function.
        template: Where the code comes from.
        route: What a `routed` sender hands messages to.
    """
    function = cast(FunctionType, sender)
    function.__code__ = template.__code__
    function.__defaults__ = None if route is None else (route,)


def _templates() -> tuple[FunctionType, ...]:
    # only the code of the functions is used: these values are never called
    count = 0
    extend: Callable[[Any], None] = print
    target: Callable[[Any], None] = print
    new_id: Callable[[], str] = str
    first: Callable[[Message], None] = print
    others: tuple[Callable[[Message], None], ...] = ()
    unset: Callable[[Message], None] = print

    def one_wire(msg: Message) -> None:
        nonlocal count, extend, first, new_id, others, target
        count += 1
        if "_msgid" not in msg:
            msg["_msgid"] = new_id()
        extend((target, msg))

    def forward(msg: Message) -> None:
        nonlocal count, extend, first, new_id, others, target
        count += 1
        extend((target, msg))

    def several_wires(msg: Message) -> None:
        nonlocal count, extend, first, new_id, others, target
        count += 1
        if "_msgid" not in msg:
            msg["_msgid"] = new_id()
        first(msg)
        for other in others:
            other(clone(msg))

    def many_wires(msg: Message) -> None:
        nonlocal count, extend, first, new_id, others, target
        count += 1
        if "_msgid" not in msg:
            msg["_msgid"] = new_id()
        first(msg)
        for other, copied in zip(others, clones(msg, len(others)), strict=True):
            other(copied)

    def drop(msg: Message) -> None:
        nonlocal count, extend, first, new_id, others, target
        count += 1

    def routed(msg: Message, route: Callable[[Message], None] = unset) -> None:
        nonlocal count, extend, first, new_id, others, target
        count += 1
        route(msg)

    def deliver(item: Any) -> None:
        extend((target, item))

    made = (one_wire, forward, several_wires, many_wires, drop, routed, deliver)
    return cast(tuple[FunctionType, ...], made)


one_wire, forward, several_wires, many_wires, drop, routed, deliver = _templates()

__all__ = (
    "become",
    "deliver",
    "drop",
    "forward",
    "many_wires",
    "one_wire",
    "routed",
    "several_wires",
    "with_cells",
)
