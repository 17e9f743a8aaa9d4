"""Which rules of a switch node match a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from vgd_kernel.model import Context, Message
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


__all__ = ("Match", "matcher")
