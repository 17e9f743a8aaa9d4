"""What differs between messages that arrived and messages that a test case expects.

Pure: JSON in, texts out. Numbers are compared as JSON numbers (1 is 1.0), true is not 1.
"""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Iterable, Sequence
from typing import Any

from vgd_kernel.model import paths
from vgd_kernel.model.cases import Expected
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.serialise import to_jsonable

LONGEST = 160
"""Characters of a value that a difference shows."""

MOST = 12
"""Differences of one message that are told; a message that is quite another has hundreds."""


def compare(
    expected: Expected, arrived: Sequence[Any], ignored: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return what differs, a line each; nothing when all is as expected.

    Args:
        expected: What a case says about one node.
        arrived: Messages that arrived there, in order.
        ignored: Property paths that do not count.
    """
    if expected.messages is None:
        if len(arrived) == expected.count:
            return ()
        return (f"saw {_messages(len(arrived))}, expected {expected.count}",)
    skipped = tuple(ignored)
    seen = [_without(to_jsonable(msg), skipped) for msg in arrived]
    wanted = [_without(to_jsonable(msg), skipped) for msg in expected.messages]
    if expected.mode == "contains":
        return _contained(wanted, seen)
    found: list[str] = []
    for index, (want, saw) in enumerate(zip(wanted, seen, strict=False)):
        found += _told(f"message {index + 1}", want, saw, whole=expected.mode == "exact")
    for index in range(len(seen), len(wanted)):
        found.append(f"message {index + 1} is missing: expected {shown(wanted[index])}")
    for index in range(len(wanted), len(seen)):
        found.append(f"message {index + 1} is one too many: saw {shown(seen[index])}")
    return tuple(found)


def differences(want: Any, saw: Any, *, whole: bool) -> list[tuple[str, str]]:
    """Return (path, what differs) between two JSON values.

    Args:
        want: What is expected.
        saw: What is there.
        whole: Keys that are not expected are a difference too.
    """
    found: list[tuple[str, str]] = []
    _differ(want, saw, "", found, whole=whole)
    return found


def shown(value: Any) -> str:
    """Return a value as one line of JSON, cut to `LONGEST` characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _differ(want: Any, saw: Any, path: str, found: list[tuple[str, str]], *, whole: bool) -> None:
    if isinstance(want, dict) and isinstance(saw, dict):
        for key, value in want.items():
            inner = _property(path, key)
            if key in saw:
                _differ(value, saw[key], inner, found, whole=whole)
            else:
                found.append((inner, f"is missing, expected {shown(value)}"))
        more = [key for key in saw if key not in want] if whole else []
        found += [
            (_property(path, key), f"saw {shown(saw[key])}, expected no such key") for key in more
        ]
    elif isinstance(want, list) and isinstance(saw, list):
        for index, (one, other) in enumerate(zip(want, saw, strict=False)):
            _differ(one, other, f"{path}[{index}]", found, whole=whole)
        if len(want) != len(saw):
            found.append((path, f"saw {len(saw)} items, expected {len(want)}"))
    elif not _equal(want, saw):
        found.append((path, f"saw {shown(saw)}, expected {shown(want)}"))


def _equal(want: Any, saw: Any) -> bool:
    return isinstance(want, bool) == isinstance(saw, bool) and bool(want == saw)


def _property(path: str, key: str) -> str:
    name = key if key.replace("$", "_").isidentifier() else json.dumps(key, ensure_ascii=False)
    if name != key:
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def _told(what: str, want: Any, saw: Any, *, whole: bool) -> list[str]:
    found = differences(want, saw, whole=whole)
    lines = [f"{what}{', ' + path if path else ''}: {text}" for path, text in found[:MOST]]
    if len(found) > MOST:
        lines.append(f"{what}: {len(found) - MOST} more differences")
    return lines


def _contained(wanted: Sequence[Any], seen: Sequence[Any]) -> tuple[str, ...]:
    """Match each wanted message to one that arrived, in order."""
    found: list[str] = []
    start = 0
    for index, want in enumerate(wanted):
        matches = (
            n for n in range(start, len(seen)) if not differences(want, seen[n], whole=False)
        )
        match = next(matches, None)
        if match is None:
            after = f" after message {start}" if start else ""
            text = f"expected message {index + 1}, {shown(want)}, is not among the "
            found.append(f"{text}{_messages(len(seen) - start)} that arrived{after}")
        else:
            start = match + 1
    return tuple(found)


def _messages(count: int) -> str:
    return f"{count} message" if count == 1 else f"{count} messages"


def _without(msg: Any, ignored: Iterable[str]) -> Any:
    """Return a message without the properties that do not count."""
    kept = copy.deepcopy(msg)
    for path in ignored:
        with contextlib.suppress(ExpressionError):  # it leads nowhere in this message
            paths.delete(kept, path)
    return kept


__all__ = ("LONGEST", "MOST", "compare", "differences", "shown")
