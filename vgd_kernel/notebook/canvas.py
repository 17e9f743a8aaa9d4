"""The canvas of one flow: joins the widget, the document and the live run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vgd_kernel.model.errors import FlowInvalidError, VgdError
from vgd_kernel.model.flow import Change
from vgd_kernel.model.palette import palette
from vgd_kernel.notebook.widget import FlowWidget

if TYPE_CHECKING:
    from vgd_kernel.notebook.flow import Flow
    from vgd_kernel.notebook.live_run import LiveRun


class Canvas:
    """Shows a flow in notebook outputs and carries out what a person does there.

    Attributes:
        widget: The anywidget; one for all outputs of the flow.
    """

    def __init__(self, flow: Flow) -> None:
        """Make the widget of a flow."""
        self._flow = flow
        self._edited = False
        self.widget = FlowWidget(
            flow, palette=palette(flow.registry), title=flow.name, on_command=self.command
        )
        flow.observe(self._changed)
        if flow.live is not None:
            self.started(flow.live)

    def mimebundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the widget's MIME bundle and metadata."""
        shown = self.widget._repr_mimebundle_()
        return shown if isinstance(shown, tuple) else (dict(shown or {}), {})

    def started(self, run: LiveRun) -> None:
        """Show a run on the canvas."""
        self._edited = False
        self._state(running=True)
        run.stream(self.widget.post)

    def stopped(self) -> None:
        """Show that nothing runs."""
        self._state(running=False)

    def command(self, command: dict[str, Any]) -> None:
        """Carry out a command of the browser; its errors are shown on the canvas.

        Args:
            command: ``command`` is run, stop, press, send or deploy; with ``node`` and ``msg``
                for press and send.
        """
        actions: dict[str, Callable[[], object]] = {
            "run": self._flow.run,
            "stop": self._flow.stop,
            "deploy": self._flow.deploy,
            "press": lambda: self._send(command),
            "send": lambda: self._send(command),
        }
        action = actions.get(str(command.get("command")))
        try:
            if action is not None:
                action()
        except FlowInvalidError as error:
            self._state(running=self._flow.live is not None, error=error)
        except VgdError as error:
            self._state(running=self._flow.live is not None, message=str(error))

    def _send(self, command: dict[str, Any]) -> None:
        run = self._flow.live or self._flow.run()
        run.send(str(command.get("node", "")), command.get("msg"))

    def _changed(self, change: Change) -> None:
        moved = {*change.before, *change.after} <= {"x", "y", "w", "h"}
        if self._flow.live is not None and not self._edited and not moved:
            self._edited = True
            self._state(running=True, message="Edited since it was started; run it again to apply.")

    def _state(
        self, *, running: bool, message: str = "", error: FlowInvalidError | None = None
    ) -> None:
        problems = error.problems if error is not None else self._flow.check()
        self.widget.post(
            {
                "kind": "state",
                "running": running,
                "where": "kernel",
                "problems": [problem.to_json() for problem in problems],
                "message": message or (str(error) if error is not None else ""),
            }
        )


__all__ = ("Canvas",)
