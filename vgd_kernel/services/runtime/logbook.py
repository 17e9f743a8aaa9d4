"""What runs tell: into the log, and to whoever observes the runtime."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from vgd_kernel.model.errors import Problem
from vgd_kernel.model.events import Event, LogRecord, StatusChanged

if TYPE_CHECKING:
    from vgd_kernel.services.runtime.runtime import Runtime

logger = logging.getLogger(__name__)

_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
}

_SEVERITIES = {"error": logging.ERROR, "warning": logging.WARNING}

Observer = Callable[[Event], None]
NoticeObserver = Callable[[str, Mapping[str, Any]], None]


class Logbook:
    """Observes every run of a runtime."""

    def __init__(self, runtime: Runtime) -> None:
        """Take the runtime, whose nodes it names."""
        self._runtime = runtime
        self._observers: tuple[Observer, ...] = ()
        self._debug_wanted: tuple[Callable[[], bool], ...] = ()
        self._notices: tuple[NoticeObserver, ...] = ()

    @property
    def hears_debug(self) -> bool:
        """An observer wants debug messages; the log itself shows none."""
        return any(wanted() for wanted in self._debug_wanted)

    def observe(
        self, observer: Observer, *, debug: Callable[[], bool] = lambda: True
    ) -> Callable[[], None]:
        """Hand every event of all runs to an observer; return what ends that.

        Args:
            observer: Called with each event.
            debug: Tells whether debug messages are wanted at the moment, which cost a copy each.
        """
        self._observers = (*self._observers, observer)
        self._debug_wanted = (*self._debug_wanted, debug)

        def forget() -> None:
            self._observers = tuple(o for o in self._observers if o is not observer)
            self._debug_wanted = tuple(d for d in self._debug_wanted if d is not debug)

        return forget

    def observe_notices(self, observer: NoticeObserver) -> None:
        """Hand what happens to the runtime itself to an observer: its id, and what it says."""
        self._notices = (*self._notices, observer)

    def notify(self, id: str, payload: Mapping[str, Any]) -> None:
        """Tell what happened to the runtime: ``runtime-state`` or ``runtime-deploy``."""
        for observer in self._notices:
            observer(id, payload)

    def refused(self, problems: Iterable[Problem]) -> None:
        """Tell that nothing was started, and which types are missing."""
        types = dict.fromkeys(p.type for p in problems if p.code == "unknown-type")
        text = {"state": "stop", "error": "missing-types", "type": "warning"}
        shown = {**text, "text": "notification.warnings.missing-types", "types": list(types)}
        self.notify("runtime-state", shown)

    def __call__(self, event: Event) -> None:
        """Take an event."""
        if isinstance(event, LogRecord):
            logger.log(_LEVELS[event.level], "%s%s", self._name(event.node), event.text)
        self._tell(event)

    def _tell(self, event: Event) -> None:
        for observer in self._observers:
            observer(event)

    def tell_problems(self, problems: Iterable[Problem]) -> None:
        """Write what was left out of a run; the nodes that are wrong say so themselves."""
        for problem in problems:
            if problem.code != "config":
                logger.log(_SEVERITIES[problem.severity], "%s", problem)

    def stopped(self, nodes: Iterable[str]) -> None:
        """Tell that nodes were stopped by a deployment: their statuses are over."""
        for id in nodes:
            self._tell(StatusChanged(id, "", "", "", 0.0))

    def _name(self, id: str) -> str:
        if not id:
            return ""
        run = self._runtime.run
        plan = run.plan_of(id) if run is not None else None
        entry = self._runtime.entry(id) if plan is None else plan.entry
        return f"[{id}] " if entry is None else f"[{entry['type']}:{entry.get('name') or id}] "


__all__ = ("Logbook", "NoticeObserver", "Observer")
