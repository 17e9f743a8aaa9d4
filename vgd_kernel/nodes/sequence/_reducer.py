"""The reduce mode of a join node: a sequence folded by a JSONata expression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vgd_kernel.model import UNDEFINED, Context, Message
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.javascript_values import to_number
from vgd_kernel.model.jsonata import compile_jsonata
from vgd_kernel.model.services import limits_of
from vgd_kernel.model.typed import compile_input

if TYPE_CHECKING:
    from vgd_kernel.nodes.sequence.join import Join


class Reducer:
    """Collects sequences and folds each when it is complete."""

    def __init__(self, config: Join, ctx: Context) -> None:
        """Compile the expressions.

        Raises:
            ExpressionError: One of them does not parse.
        """
        self._ctx = ctx
        self._fold = compile_jsonata(config.reduceExp, ctx)
        self._fix = compile_jsonata(config.reduceFixup, ctx) if config.reduceFixup else None
        self._initial = compile_input(config.reduceInit, config.reduceInitType, ctx)
        self._right = config.reduceRight
        self._groups: dict[Any, list[Message]] = {}
        self._counts: dict[Any, Any] = {}
        self._kept = 0
        self._limits = limits_of(ctx.service)

    def receive(self, msg: Message) -> None:
        """Take a message; one without ``parts`` goes on as it is."""
        if "parts" not in msg:
            self._ctx.send(msg)
            self._ctx.done(msg)
            return
        parts = msg["parts"] if isinstance(msg["parts"], Mapping) else {}
        id = parts.get("id")
        group = self._groups.setdefault(id, [])
        group.append(msg)
        self._kept += 1
        if "count" in parts:
            self._counts.setdefault(id, parts["count"])
        if self._counts.get(id) == len(group):
            del self._groups[id]
            self._kept -= len(group)
            self._send(group, self._counts.pop(id))
        if not self._limits.has_room(self._kept):
            self._drop_all(msg)

    def _drop_all(self, last: Message) -> None:
        dropped = [held for group in self._groups.values() for held in group if held is not last]
        self._groups, self._counts, self._kept = {}, {}, 0
        for held in dropped:
            self._ctx.done(held)
        raise ExpressionError("too many pending messages in join node")

    def _send(self, group: list[Message], count: Any) -> None:
        arrived = tuple(group)
        group.sort(
            key=lambda msg: to_number(msg["parts"].get("index", UNDEFINED)), reverse=self._right
        )
        last = group[-1]
        try:
            value = self._initial({})
            for msg in group:
                bindings = {"I": msg["parts"].get("index"), "N": count} | _accumulated(value)
                value = self._fold(msg, bindings)
            if self._fix is not None:
                value = self._fix({}, {"N": count} | _accumulated(value))
        except ExpressionError as error:
            for msg in arrived[:-1]:
                self._ctx.done(msg)
            raise ExpressionError(f"Invalid JSONata expression: {error}") from None
        if value is UNDEFINED:
            last.pop("payload", None)
        else:
            last["payload"] = value
        self._ctx.send(last)
        for msg in arrived:
            self._ctx.done(msg)


def _accumulated(value: Any) -> dict[str, Any]:
    return {} if value is UNDEFINED else {"A": value}


__all__ = ("Reducer",)
