"""Which rules of a switch node match a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from vgd_kernel.model import UNDEFINED, Context, Message, Receive
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.typed import Evaluate
from vgd_kernel.nodes.function._switch_rules import SwitchRule, Test, keep_previous

Match = Callable[[Any, Message], tuple[list[int], int]]
"""Gives the matching outputs and the number of rules that were tried."""


def matcher(
    ctx: Context, rules: Sequence[SwitchRule], tests: Sequence[Test], *, first_only: bool
) -> Match:
    """Return what matches a value against the rules.

    Args:
        ctx: The node; keeps the previous value when a rule asks for it.
        rules: The rules.
        tests: Their tests.
        first_only: Stop after the first match.
    """
    numbered, total = tuple(enumerate(tests)), len(tests)
    others = {index for index, rule in enumerate(rules) if rule.t == "else"}
    keeps = any("prev" in (rule.vt, rule.v2t) for rule in rules)

    def match(value: Any, msg: Message) -> tuple[list[int], int]:
        hits: list[int] = []
        otherwise, tried = True, total
        for index, test in numbered:
            hit = otherwise if index in others else test(value, msg)
            if index in others:
                otherwise = True
            if hit:
                hits.append(index)
                otherwise = False
                if first_only:
                    tried = index + 1
                    break
        if keeps:
            keep_previous(ctx, value)
        return hits, tried

    return match


def stands_alone(rules: Sequence[SwitchRule]) -> bool:
    """Tell whether there is one rule, and it needs no message before."""
    return len(rules) == 1 and rules[0].t != "else" and "prev" not in (rules[0].vt, rules[0].v2t)


def stops_early(rules: Sequence[SwitchRule]) -> bool:
    """Tell whether rules of which the first match counts need no message before."""
    return bool(rules) and not any("prev" in (rule.vt, rule.v2t) for rule in rules)


def first(
    value_of: Evaluate, rules: Sequence[SwitchRule], tests: Sequence[Test], ctx: Context
) -> Receive:
    """Return the handler of a switch that stops after the first match: no list of matches."""
    outputs = ctx.outputs
    numbered = tuple(
        (index, _always if rule.t == "else" else test)  # no rule before it has matched
        for index, (rule, test) in enumerate(zip(rules, tests, strict=True))
    )

    def receive(msg: Message) -> None:
        try:
            value = value_of(msg)
        except ExpressionError:
            value = UNDEFINED
        hit = -1
        try:
            for index, test in numbered:
                if test(value, msg):
                    hit = index
                    break
        except ExpressionError as error:
            ctx.error(error, msg)
            return
        if hit >= 0:
            outputs[hit](msg)

    return receive


def _always(value: Any, msg: Message) -> bool:
    return True


def single(value_of: Evaluate, test: Test, ctx: Context) -> Receive:
    """Return the handler of a switch with a single rule: the hot case."""
    send = ctx.send

    def receive(msg: Message) -> None:
        try:
            value = value_of(msg)
        except ExpressionError:
            value = UNDEFINED
        try:
            hit = test(value, msg)
        except ExpressionError as error:
            ctx.error(error, msg)
            return
        if hit:
            send(msg)

    return receive


__all__ = ("Match", "first", "matcher", "single", "stands_alone", "stops_early")
