"""The canvas in a notebook: a widget over a flow document.

Edits travel as Yjs updates over the widget's comm (``y-sv``: a state vector, "send me what I
lack"; ``y-up``: an update), live frames of a run go out by `FlowWidget.post`, and commands of the
person (run, stop, press a button) come in. Nothing of the flow is a trait, so a notebook that
stores widget state holds no copy of it.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from vgd_kernel.model.errors import PlatformError
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.notebook.ysync import FlowSync

logger = logging.getLogger(__name__)

_EVENTS_KEPT = 100
"""Events that a reloaded page gets again; the canvas itself keeps 500."""

_STATIC = Path(__file__).parent / "static"


def _built(name: str) -> Path:
    path = _STATIC / name
    if not path.is_file():
        raise PlatformError(
            f"{path} is not there; expected the built canvas. Run `make build`, or install the "
            "package from a wheel."
        )
    return path


class _Shown:
    """What the views show of the run, for a view that comes later (a reloaded page)."""

    def __init__(self) -> None:
        self._state: Mapping[str, Any] | None = None
        self._nodes: dict[str, Any] = {}
        self._events: deque[Any] = deque(maxlen=_EVENTS_KEPT)

    def take(self, frame: Mapping[str, Any]) -> None:
        if frame.get("kind") == "state":
            if frame.get("running") and not (self._state or {}).get("running"):
                self._nodes.clear()
            self._state = frame
        elif frame.get("kind") == "live":
            for id, node in (frame.get("nodes") or {}).items():
                self._nodes[id] = {**self._nodes.get(id, {}), **node}
            self._events.extend(frame.get("events") or [])

    def frames(self) -> list[dict[str, Any]]:
        live = {"kind": "live", "replay": True, "nodes": self._nodes, "events": list(self._events)}
        return [live] if self._state is None else [dict(self._state), live]


class FlowWidget(anywidget.AnyWidget):  # type: ignore[misc]  # the base class comes without types
    """The canvas of one flow document; every output cell that shows it shows the same document.

    Attributes:
        palette: The node types, as `vgd_kernel.model.palette.palette` returns them.
        height: Height of the canvas in CSS pixels.
        title: What the canvas is called for screen readers, and on its top edge.
        commands: What the person may ask for: ``run``, ``stop``, ``press``, ``deploy``, ``send``.
        sync: The document and its shared twin.
    """

    _esm = _built("widget.js")
    _css = _built("widget.css")

    palette = traitlets.List(traitlets.Dict()).tag(sync=True)
    height = traitlets.Int(420).tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)
    commands = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self,
        document: FlowDocument,
        *,
        palette: Sequence[Mapping[str, Any]],
        title: str = "",
        height: int = 420,
        on_command: Callable[[dict[str, Any]], None] | None = None,
        commands: Sequence[str] = ("run", "stop", "press"),
    ) -> None:
        """Show a document.

        Args:
            document: The flow; it follows the canvas and the canvas follows it.
            palette: The node types that can be added.
            title: Name of the flow.
            height: Height in CSS pixels.
            on_command: Gets each command frame: ``{"kind": "command", "command": ..., ...}``.
                None: the canvas edits only, and shows no run controls.
            commands: The commands to offer; none are when ``on_command`` is None.
        """
        super().__init__(
            palette=[dict(item) for item in palette],
            height=height,
            title=title,
            commands=list(commands) if on_command else [],
        )
        self.sync = FlowSync(document)
        self._on_command = on_command
        self._lock = threading.Lock()
        self._shown = _Shown()
        self._end_sync = self.sync.observe(self._send_update)
        self.on_msg(self._receive)

    def post(self, frame: Mapping[str, Any]) -> None:
        """Send a live frame to all views. Safe from any thread; ignored once closed.

        A comm hands its message to the kernel's I/O thread through a queue, so no loop has to be
        idle; the lock keeps the frames of two threads whole and in order.
        """
        with self._lock:
            self._shown.take(frame)
            if self.comm is not None:
                self.send(dict(frame))

    def close(self) -> None:
        """Close all views and let go of the document."""
        self._end_sync()
        self.sync.close()
        with self._lock:
            super().close()

    def _send_update(self, update: bytes) -> None:
        # every replica gets it, the sender too: Yjs ignores what it has
        with self._lock:
            if self.comm is not None:
                self.send({"kind": "y-up"}, [update])

    def _receive(self, _widget: Any, content: Any, buffers: list[memoryview]) -> None:
        kind = content.get("kind") if isinstance(content, dict) else None
        if kind == "y-up":
            self.sync.receive(bytes(buffers[0]))
        elif kind == "y-sv":
            self._answer(bytes(buffers[0]))
        elif kind == "command":
            self._command(content)

    def _answer(self, state_vector: bytes) -> None:
        with self._lock:
            self.send({"kind": "y-up"}, [self.sync.doc.get_update(state_vector)])
            self.send({"kind": "y-sv"}, [self.sync.doc.get_state()])
            for frame in self._shown.frames():
                self.send(frame)

    def _command(self, content: dict[str, Any]) -> None:
        if self._on_command is None:
            return
        try:
            self._on_command(content)
        except Exception as error:  # boundary: the person sees it on the canvas
            logger.warning("command %s failed: %s", content.get("command"), error, exc_info=True)
            text = str(error) or type(error).__name__
            self.post({"kind": "notice", "level": "error", "message": text})


__all__ = ("FlowWidget",)
