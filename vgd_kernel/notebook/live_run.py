"""A flow that runs in this process, as a notebook sees it: blocking calls, Python values."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from vgd_kernel.app import start_run
from vgd_kernel.engine import Deployed, DeployKind, NodeCounters, Run, RunOptions
from vgd_kernel.engine.lineage import Ancestor
from vgd_kernel.engine.live import FRAMES_PER_SECOND, LiveFrames
from vgd_kernel.engine.recorder import Recorder
from vgd_kernel.engine.recording import Recording
from vgd_kernel.model import FlowDocument, Message, Registry, clone
from vgd_kernel.model.events import DebugMessage, Event, LogRecord
from vgd_kernel.notebook.calls import Calls, OnError
from vgd_kernel.notebook.frames import payload_frame
from vgd_kernel.notebook.live_debugger import LiveDebugger
from vgd_kernel.notebook.loop import engine_loop
from vgd_kernel.notebook.messages import Listener, Messages

if TYPE_CHECKING:
    import pandas as pd

KEPT = 10_000
"""Debug messages and log lines that a run keeps for `LiveRun.messages` and `LiveRun.logs`."""

PostFrame = Callable[[dict[str, Any]], None]


class LiveRun:
    """A running flow: a context manager, also an asynchronous one, or call `stop` at the end.

    Attributes:
        document: The flow that was started, as it was then.
    """

    def __init__(self, document: FlowDocument, run: Run, kept: deque[Event]) -> None:
        """Wrap a run that was started on the engine's loop; see `LiveRun.start`."""
        self.document = document
        self._run = run
        self._kept = kept
        self._running = True
        self._pump: asyncio.Task[None] | None = None
        self._tapped: dict[str | None, deque[Message]] = {}
        self._listeners: list[tuple[str | None, Listener]] = []
        self._calls = Calls(document, run)
        run.observe(self._observe)
        self._recorder: Recorder | None = None

    @classmethod
    def start(
        cls,
        document: FlowDocument,
        registry: Registry,
        *,
        name: str = "",
        strict: bool = False,
        state: Path | None = None,
    ) -> LiveRun:
        """Start a copy of a document on the engine's thread.

        Raises:
            FlowInvalidError: A node's config is wrong; with ``strict``, any part cannot run.
        """
        kept: deque[Event] = deque(maxlen=KEPT)
        options = RunOptions(name=name, strict=strict, observer=kept.append)
        frozen = FlowDocument(document.entries())
        starting = start_run(frozen, registry, options, state=state)
        return cls(frozen, engine_loop().wait(starting), kept)

    @property
    def running(self) -> bool:
        """Whether the flow has not been stopped."""
        return self._running

    def send(self, node: str, msg: Message | Any = None) -> None:
        """Hand a message to a node.

        Args:
            node: Id, or name when only one node has it.
            msg: A dict is the message; any other value its payload; None presses the button. An
                inject node sends these properties in place of its own.

        Raises:
            UnknownNodeError: No such node.
            MessageError: The message cannot be handed over.
        """
        id = self.document.find(node)["id"]
        if msg is not None and not isinstance(msg, dict):
            msg = {"payload": msg}
        engine_loop().call(self._run.inject, id, dict(msg or {}))

    def wait(self, timeout_s: float = 10.0) -> bool:
        """Wait until nothing is queued, running or due; tell whether that came in time."""
        work = self._run.idle(timeout_s)
        return bool(engine_loop().wait(work, timeout_s=timeout_s + 5))

    def messages(self, node: str | None = None) -> Messages:
        """Return the messages that reached a node so far (the last 10,000), oldest first.

        ``async for msg in run.messages("out")`` goes on with those that come, until the flow
        stops; ``run.messages("out").follow()`` does so without async.

        Args:
            node: Id or name. Messages are kept of every debug node; of any other node from the
                first time that it is asked for. Absent: those of all debug nodes.

        Raises:
            UnknownNodeError: No such node.
        """
        entry = self.document.find(node) if node else None
        id = entry["id"] if entry else None
        if entry and entry["type"] != "debug" and self._running:
            engine_loop().call(self._tap, id)
        return Messages(self._so_far(id), partial(self._subscribe, id))

    def _so_far(self, id: str | None) -> list[Message]:
        if id in self._tapped:
            return list(self._tapped[id])
        debugs = [event for event in tuple(self._kept) if isinstance(event, DebugMessage)]
        return [event.msg for event in debugs if id in (None, event.node)]

    def _tap(self, id: str) -> None:
        if id not in self._tapped:
            kept = self._tapped[id] = deque(maxlen=KEPT)

            def take(msg: Message) -> None:
                kept.append(clone(msg))
                self._tell(id, kept[-1])

            self._run.tap(id, take)

    def _tell(self, id: str, msg: Message) -> None:
        for wanted, listener in tuple(self._listeners):
            if wanted in (id, None):
                listener(msg)

    def _observe(self, event: Event) -> None:
        if self._listeners and isinstance(event, DebugMessage) and event.node not in self._tapped:
            self._tell(event.node, event.msg)

    def _subscribe(
        self, id: str | None, listener: Listener
    ) -> tuple[list[Message], Callable[[], None]]:
        """Return the messages so far, and tell a listener of all that come."""
        own = (id, listener)

        def begin() -> list[Message]:
            self._listeners.append(own)
            if not self._running:
                listener(None)
            return self._so_far(id)

        return engine_loop().call(begin), lambda: self._listeners.remove(own)

    def call(
        self,
        msg: Message | Any = None,
        *,
        input: str | None = None,
        output: str | None = None,
        timeout_s: float = 30.0,
    ) -> Message:
        """Send a message and return the answer; calls may overlap.

        The answer is what a *link out* node in return mode gives back, or the message that
        arrives at the output node with the ``_msgid`` of the call.

        Args:
            msg: A dict is the message; any other value its payload.
            input: Node that gets it (id or name); the only link in, else the only inject node.
            output: Node whose input is the answer; not needed when a link out node returns it,
                else the only debug node when absent.
            timeout_s: Longest wait.

        Raises:
            CallError: No answer in time, or a node reported an error that no catch node took.
            UnknownNodeError: It is not clear which node is meant.
        """
        work = self._calls.call(msg, input=input, output=output, timeout_s=timeout_s)
        return engine_loop().wait(work, timeout_s=timeout_s + 5)

    async def acall(
        self,
        msg: Message | Any = None,
        *,
        input: str | None = None,
        output: str | None = None,
        timeout_s: float = 30.0,
    ) -> Message:
        """Do what `call` does, without blocking the caller's loop."""
        work = self._calls.call(msg, input=input, output=output, timeout_s=timeout_s)
        return await engine_loop().join(work)

    def map(
        self,
        items: Iterable[Any],
        *,
        input: str | None = None,
        output: str | None = None,
        timeout_s: float = 30.0,
        concurrency: int = 16,
        errors: OnError = "raise",
    ) -> list[Any]:
        """Call with every item and return the answers in order.

        Args:
            items: A dict is a message, and its answer a message; the answer to any other value is
                the payload of the answer.
            input: See `call`.
            output: See `call`.
            timeout_s: Longest wait for one item.
            concurrency: Most calls that are open at one time.
            errors: ``raise`` stops at the first error; ``return`` puts it in place of the answer.

        Raises:
            CallError: Names the item; see `call`.
        """
        work = self._calls.map(
            items, input=input, output=output, timeout_s=timeout_s, concurrency=concurrency,
            errors=errors,
        )  # fmt: skip
        return engine_loop().wait(work, timeout_s=None)

    async def amap(
        self,
        items: Iterable[Any],
        *,
        input: str | None = None,
        output: str | None = None,
        timeout_s: float = 30.0,
        concurrency: int = 16,
        errors: OnError = "raise",
    ) -> list[Any]:
        """Do what `map` does, without blocking the caller's loop."""
        work = self._calls.map(
            items, input=input, output=output, timeout_s=timeout_s, concurrency=concurrency,
            errors=errors,
        )  # fmt: skip
        return await engine_loop().join(work)

    def values(self, node: str | None = None) -> list[Any]:
        """Return the payloads of `messages`."""
        return [msg.get("payload") for msg in self.messages(node)]

    def frame(self, node: str | None = None) -> pd.DataFrame:
        """Return the payloads as one DataFrame: a row per dict or value; lists and tables join."""
        return payload_frame(self.values(node))

    def logs(self) -> list[LogRecord]:
        """Return the log lines so far (the last 10,000 events), oldest first."""
        return [event for event in tuple(self._kept) if isinstance(event, LogRecord)]

    def counters(self) -> Mapping[str, NodeCounters]:
        """Return the counters of each node by id."""
        return engine_loop().call(self._run.counters)

    def metrics(self) -> pd.DataFrame:
        """Return a row per node: counts, rate, p50 and p99, bytes, share of the time."""
        import pandas as pd

        found = engine_loop().call(self._run.metrics)
        rows = {id: metrics.to_json() for id, metrics in found.items()}
        return pd.DataFrame.from_dict(rows, orient="index").drop(columns="ports", errors="ignore")

    def accounting(self) -> pd.DataFrame:
        """Return a row per tab: memory, time, what waits, what was dropped."""
        import pandas as pd

        found = engine_loop().call(self._run.accounting)
        rows = {id: account.to_json() for id, account in found.items()}
        return pd.DataFrame.from_dict(rows, orient="index")

    def lineage(self, msgid: str) -> tuple[Ancestor, ...]:
        """Return from which messages and nodes a message id comes; see `Run.lineage`."""
        return engine_loop().call(self._run.lineage, msgid)

    @property
    def debugger(self) -> LiveDebugger:
        """Breakpoints and stepping."""
        return LiveDebugger(self._run.debugger)

    def deploy(self, flow: FlowDocument, kind: DeployKind = "nodes") -> Deployed:
        """Run a changed flow from now on; see `Run.deploy`.

        Raises:
            FlowInvalidError: With ``strict``, any part cannot run; nothing was changed.
        """
        frozen = FlowDocument(flow.entries())
        deployed = engine_loop().wait(self._run.deploy(frozen, kind))
        self.document = self._calls.document = frozen
        return deployed

    def record(self, *, limit: int = 10_000) -> None:
        """Record every delivery from now on, the newest ``limit``; see `recorded`."""
        self.recorded()
        self._recorder = engine_loop().call(lambda: self._run.record(limit=limit))

    def recorded(self) -> Recording:
        """Stop recording and return what was recorded; nothing when it was not begun."""
        recorder, self._recorder = self._recorder, None
        return Recording(()) if recorder is None else engine_loop().call(recorder.stop)

    def stop(self) -> None:
        """Stop the flow; harmless when it is stopped."""
        if self._running:
            self._running = False
            engine_loop().wait(self._stop())
            self._end()

    async def astop(self) -> None:
        """Stop the flow without blocking the caller's loop; harmless when it is stopped."""
        if self._running:
            self._running = False
            await engine_loop().join(self._stop())
            self._end()

    def _end(self) -> None:
        for _, listener in tuple(self._listeners):
            listener(None)

    async def _stop(self) -> None:
        await self._run.stop()
        if self._pump is not None:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump

    def stream(self, post: PostFrame) -> None:
        """Post live frames to a canvas until the flow stops; called on the engine's thread."""
        engine_loop().call(self._start_pump, post)

    def _start_pump(self, post: PostFrame) -> None:
        if self._pump is not None:
            self._pump.cancel()
        self._pump = asyncio.get_running_loop().create_task(self._post_frames(post))

    async def _post_frames(self, post: PostFrame) -> None:
        frames = LiveFrames(self._run)
        try:
            frame = frames.next_frame(whole=True)
            while True:
                if frame is not None:
                    post(frame)
                await asyncio.sleep(1 / FRAMES_PER_SECOND)
                frame = frames.next_frame()
        finally:
            last = frames.next_frame()
            frames.close()
            if last is not None:
                post(last)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the flow."""
        self.stop()

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the flow."""
        await self.astop()

    def __repr__(self) -> str:
        """Say what runs, or ran, and what went through it."""
        state = "running" if self._running else "stopped"
        counted = self._run.counters().values()
        received = sum(node.received for node in counted)
        errors = sum(node.errors for node in counted)
        name = json.dumps(self._run.options.name or "flow")
        return f"<LiveRun {name} {state}: {received} messages, {errors} errors>"


__all__ = ("KEPT", "LiveRun")
