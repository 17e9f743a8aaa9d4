"""The order of values in JavaScript, for sorting."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any, TypeVar

from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.javascript_values import less, strict_equal, to_number

ItemT = TypeVar("ItemT")


def ordered(
    items: list[ItemT], key: Callable[[ItemT], Any] | None, *, descending: bool, numbers: bool
) -> list[ItemT]:
    """Return items in order; what cannot be compared counts as smaller.

    Args:
        items: What to sort.
        key: Gives the value to sort by; None: the item itself.
        descending: The largest first.
        numbers: Compare the values as numbers.
    """
    sign = -1 if descending else 1

    def compare(left: tuple[Any, ItemT], right: tuple[Any, ItemT]) -> int:
        if strict_equal(left[0], right[0]):
            return 0
        return sign if less(right[0], left[0]) else -sign

    values = [key(item) if key is not None else item for item in items]
    if numbers:
        values = [to_number(value) for value in values]
    keyed = list(zip(values, items, strict=True))
    return [item for _, item in sorted(keyed, key=cmp_to_key(compare))]


def named(evaluate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return an evaluation whose errors say that it stands in a sort node."""

    def key(item: Any) -> Any:
        try:
            return evaluate(item)
        except ExpressionError as error:
            raise ExpressionError(f"Invalid JSONata expression in sort node: {error}") from None

    return key


__all__ = ("named", "ordered")
