"""Node types and a way to run flows for the engine's tests."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest

from vgd_kernel.engine import Run, RunOptions, start
from vgd_kernel.model import Context, FlowDocument, Message, Node, NodeSpec, Receive, Registry


class Pass(Node):
    """Hands every message on."""

    spec = NodeSpec(type="pass", category="test", color="#DDDDDD", icon="junction")

    def start(self, ctx: Context) -> Receive:
        return ctx.send


class Code(Node):
    """Does what the test says: `does[id](ctx)` returns the handler."""

    spec = NodeSpec(type="code", category="test", color="#DDDDDD", icon="function")
    does: ClassVar[dict[str, Callable[[Context], Any]]] = {}

    def start(self, ctx: Context) -> Receive | None:
        return self.does[ctx.id](ctx)


class Deferred(Code):
    """A code node that tells itself when it is done."""

    spec = NodeSpec(type="deferred", category="test", color="#DDDDDD", icon="function")
    defers_done: ClassVar[bool] = True
    shows_empty_name: ClassVar[bool] = True


class Settings(Node):
    """A config node."""

    spec = NodeSpec(
        type="settings", category="config", color="#DDDDDD", icon="gear", inputs=0, config=True
    )
    host: str = ""
    other: str = ""

    def start(self, ctx: Context) -> None:
        ctx.log(f"settings {ctx.id}")


class Hub(Code):
    """A config node that does what the test says."""

    spec = NodeSpec(
        type="hub", category="config", color="#DDDDDD", icon="gear", inputs=0, config=True
    )


class Number(Node):
    """Has a field that can be wrong."""

    spec = NodeSpec(type="number", category="test", color="#DDDDDD", icon="range")
    value: int = 0

    def start(self, ctx: Context) -> Receive:
        def receive(msg: Message) -> None:
            msg["payload"] = self.value
            ctx.send(msg)

        return receive


class _Hearing(Node):
    scope: list[str] | str | None = None
    uncaught: bool = False

    def start(self, ctx: Context) -> Receive:
        return ctx.send


class Catch(_Hearing):
    """Hears errors."""

    spec = NodeSpec(
        type="catch", category="test", color="#DDDDDD", icon="catch", inputs=0, hears="error"
    )


class Status(_Hearing):
    """Hears statuses."""

    spec = NodeSpec(
        type="status", category="test", color="#DDDDDD", icon="status", inputs=0, hears="status"
    )


class Complete(_Hearing):
    """Hears completions."""

    spec = NodeSpec(
        type="complete", category="test", color="#DDDDDD", icon="complete", inputs=0,
        hears="complete",
    )  # fmt: skip


class LinkOut(Pass):
    """Sends to link in nodes."""

    spec = NodeSpec(type="link out", category="test", color="#DDDDDD", icon="link", outputs=0)


class LinkIn(Pass):
    """Receives from link out nodes."""

    spec = NodeSpec(type="link in", category="test", color="#DDDDDD", icon="link", inputs=0)


CLASSES = (
    Pass, Code, Deferred, Settings, Hub, Number, Catch, Status, Complete, LinkOut, LinkIn,
)  # fmt: skip


class Bench:
    """Runs one flow; keeps what reached each tapped node and every event."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.events: list[Any] = []
        self.got: dict[str, list[Message]] = {}
        run.observe(self.events.append)

    def tap(self, *ids: str) -> None:
        for id in ids:
            self.run.tap(id, self.got.setdefault(id, []).append)

    async def send(self, id: str, *msgs: Message) -> None:
        for msg in msgs:
            self.run.send(id, msg)
        assert await self.run.idle(5)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def node(id: str, *targets: str | list[str], type: str = "pass", **fields: Any) -> dict[str, Any]:
    wires = [[t] if isinstance(t, str) else list(t) for t in targets]
    return {"id": id, "type": type, "z": "tab", "wires": wires, **fields}


@pytest.fixture
def registry() -> Registry:
    return Registry({cls.spec.type: cls for cls in CLASSES})


@pytest.fixture
def flow(registry: Registry) -> Callable[..., Any]:
    """Return ``flow(entries, code={id: makes the handler}, tap=ids, **options)``."""

    @asynccontextmanager
    async def running(
        entries: Iterable[Mapping[str, Any]],
        *,
        code: Mapping[str, Callable[[Context], Any]] | None = None,
        tap: Iterable[str] = (),
        **options: Any,
    ) -> AsyncIterator[Bench]:
        Code.does.clear()
        Code.does.update(code or {})
        run = await start(FlowDocument(entries), registry, RunOptions(**options))
        bench = Bench(run)
        bench.tap(*tap)
        try:
            yield bench
        finally:
            await run.stop()

    return running


@pytest.fixture(name="node")
def node_fixture() -> Callable[..., dict[str, Any]]:
    return node
