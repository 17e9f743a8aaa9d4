"""The hooks of one run, by name, and how they are called one after the other.

See `vgd_kernel.model.hooks` for what a hook is. Nothing on the way of a message asks whether
there are hooks: `Interception` is put into ports and inputs when the first one is added, and
taken out with the last.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

from vgd_kernel.model.errors import FlowError
from vgd_kernel.model.hooks import HOOKS, Hook

Then = Callable[[], None]
Failed = Callable[[str | BaseException], None]
Spawn = Callable[[Coroutine[Any, Any, None]], None]


@dataclass(slots=True, eq=False)
class _Added:
    call: Hook
    label: str
    takes_done: bool
    removed: bool = False


class Hooks:
    """The hooks of a run."""

    def __init__(self, changed: Then, spawn: Spawn) -> None:
        """Start without hooks.

        Args:
            changed: Called when there is a first hook or none any more.
            spawn: Runs a coroutine for hooks that wait.
        """
        self._changed = changed
        self._spawn = spawn
        self._added: dict[str, tuple[_Added, ...]] = {}

    def __bool__(self) -> bool:
        """There is at least one hook."""
        return bool(self._added)

    def add(self, name: str, hook: Hook) -> None:
        """Add a hook under ``NAME`` or ``NAME.LABEL``, after those that are there.

        Raises:
            FlowError: There is no hook of that name, or the label has one already.
        """
        kind, _, label = name.partition(".")
        if kind not in HOOKS:
            raise FlowError(f"no hook {kind!r}; expected one of {', '.join(HOOKS)}.")
        if label and self.has(name):
            raise FlowError(f"hook {name!r} is there already; remove it first.")
        had = bool(self._added)
        added = _Added(hook, label, _takes_done(hook))
        self._added[kind] = (*self._added.get(kind, ()), added)
        if not had:
            self._changed()

    def remove(self, name: str) -> None:
        """Remove the hook ``NAME.LABEL``, or all hooks of a label: ``*.LABEL``.

        Raises:
            FlowError: There is no label.
        """
        kind, _, label = name.partition(".")
        if not label:
            raise FlowError(f"cannot remove hook {name!r}: it has no label; expected NAME.LABEL.")
        for each in tuple(self._added) if kind == "*" else (kind,):
            kept = []
            for added in self._added.get(each, ()):
                added.removed = added.removed or added.label == label
                if not added.removed:
                    kept.append(added)
            self._added[each] = tuple(kept)
            if not kept:
                del self._added[each]
        if not self._added:
            self._changed()

    def has(self, name: str) -> bool:
        """Tell whether there is a hook under ``NAME`` or ``NAME.LABEL``."""
        kind, _, label = name.partition(".")
        return any(label in ("", added.label) for added in self._added.get(kind, ()))

    def trigger(self, kind: str, event: Any, then: Then, failed: Failed) -> None:
        """Call the hooks of a name, then go on.

        Args:
            kind: The name.
            event: What they get.
            then: Called when none halted the message; at once when none waits.
            failed: Called with the error of the first hook that raised.
        """
        added = self._added.get(kind)
        if added is None:
            then()
        else:
            self._go_on(iter(added), event, then, failed)

    def _go_on(self, rest: Iterator[_Added], event: Any, then: Then, failed: Failed) -> None:
        for added in rest:
            if added.removed:
                continue
            if added.takes_done:
                self._call_back(added, rest, event, then, failed)
                return
            try:
                result = added.call(event)
            except Exception as error:  # noqa: BLE001 - a hook is foreign code; it is reported
                failed(error)
                return
            if result is False:
                return
            if inspect.isawaitable(result):
                self._spawn(self._wait(result, rest, event, then, failed))
                return
        then()

    def _call_back(
        self, added: _Added, rest: Iterator[_Added], event: Any, then: Then, failed: Failed
    ) -> None:
        def done(result: object = None) -> None:
            if result is None:
                self._go_on(rest, event, then, failed)
            elif result is not False:
                failed(result if isinstance(result, BaseException) else str(result))

        try:
            added.call(event, done)
        except Exception as error:  # noqa: BLE001 - a hook is foreign code; it is reported
            failed(error)

    async def _wait(
        self, result: Awaitable[Any], rest: Iterator[_Added], event: Any, then: Then, failed: Failed
    ) -> None:
        try:
            answer = await result
        except Exception as error:  # noqa: BLE001 - a hook is foreign code; it is reported
            failed(error)
            return
        if answer is not False:
            self._go_on(rest, event, then, failed)


def _takes_done(hook: Hook) -> bool:
    try:
        parameters = inspect.signature(hook).parameters.values()
    except (TypeError, ValueError):
        return False
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [p for p in parameters if p.kind in positional and p.default is p.empty]
    return len(needed) == 2


__all__ = ("Hooks",)
