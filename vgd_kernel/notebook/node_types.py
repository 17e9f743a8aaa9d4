"""Node types that are defined in a notebook: ``@vgd.node`` and ``@flow.node``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from vgd_kernel.model.function_node import Made, function_node
from vgd_kernel.model.registry import Registry, installed


@overload
def node(function: Callable[..., Any], /) -> Made: ...


@overload
def node(*, registry: Registry | None = None, **facts: Any) -> Callable[..., Made]: ...


def node(
    function: Callable[..., Any] | None = None, /, *, registry: Registry | None = None, **facts: Any
) -> Made | Callable[..., Made]:
    """Make a node type of a function and put it into the palette, again after every change.

    It is known in this process only. For flows that run elsewhere use
    `vgd_kernel.model.function_node` in a package of the entry-point group ``vgd.nodes``.

    Args:
        function: The function, when the decorator is written without brackets.
        registry: Where the type is put; the palette of all flows when absent.
        facts: ``type``, ``category``, ``color``, ``icon``, ``label``, ``outputs``, ``tags``.

    Returns:
        The class of the node: ``flow.add(scale(factor=3))``.
    """

    def decorate(function: Callable[..., Any]) -> Made:
        made = function_node(**facts)(function)
        (registry if registry is not None else installed()).add(made, replace=True)
        return made

    return decorate(function) if function is not None else decorate


__all__ = ("node",)
