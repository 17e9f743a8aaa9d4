"""`Flow`: the flow document as a friendly Python object. Build, load, draw, run, deploy it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from vgd_kernel.model import FlowDocument, Message, Node, Registry, installed
from vgd_kernel.model.drawing import draw
from vgd_kernel.model.errors import FlowSyntaxError, Problem, UnknownNodeError
from vgd_kernel.model.graph import refuse
from vgd_kernel.model.layout import FIRST_X, FIRST_Y, STEP_X, STEP_Y, is_placed
from vgd_kernel.notebook.node_ref import NodeLike, NodeRef, function_code

if TYPE_CHECKING:
    from vgd_kernel.notebook.canvas import Canvas
    from vgd_kernel.notebook.deployment import Deployment
    from vgd_kernel.notebook.live_run import LiveRun
    from vgd_kernel.testing import CaseResults


class Flow(FlowDocument):
    """A flow: nodes and wires, stored as Node-RED flow JSON.

    Show it as the last line of a cell to edit it on the canvas; the object follows, and what
    you change here appears there.

    Attributes:
        name: Name of the flow; its file's name without ``.flow.json`` when loaded.
        path: File that `save` writes, None until loaded or saved.
        registry: Node types that this flow can use.
    """

    def __init__(
        self,
        name: str = "flow",
        entries: Iterable[Mapping[str, Any]] = (),
        *,
        registry: Registry | None = None,
    ) -> None:
        """Make a flow, empty by default.

        Raises:
            FlowSyntaxError: The entries are not flow JSON.
        """
        super().__init__(entries)
        self.name = name
        self.path: Path | None = None
        self.registry = registry or installed()
        self._placed: set[str] = set()  # ids that `add` placed and nobody has moved since
        self._run: LiveRun | None = None
        self._canvas: Canvas | None = None

    # Files

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a flow file.

        Raises:
            FlowSyntaxError: No such file, or not flow JSON; names the file.
        """
        file = Path(path)
        try:
            flow = cls(file.name.removesuffix(".json").removesuffix(".flow"))
            flow.replace(FlowDocument.from_json(file.read_text(encoding="utf-8")).entries())
        except (OSError, UnicodeDecodeError) as error:
            raise FlowSyntaxError(
                f"{file}: {error}; expected a readable flow file. Check the path."
            ) from None
        except FlowSyntaxError as error:
            raise FlowSyntaxError(f"{file}: {error}") from None
        flow.path = file
        return flow

    def save(self, path: str | Path | None = None) -> Path:
        """Write the flow file (whole or not at all) and return its path.

        Args:
            path: Where to; the file that was loaded or saved before when absent, else
                ``NAME.flow.json``.
        """
        file = Path(path) if path is not None else self.path or Path(f"{self.name}.flow.json")
        draft = file.with_name(f".{file.name}.draft")
        draft.write_text(self.to_json(), encoding="utf-8")
        os.replace(draft, file)  # noqa: PTH105 - replaces in one step also where it exists
        self.path = file
        return file

    # Nodes

    def add(
        self,
        node: NodeLike,
        *,
        id: str | None = None,
        x: float | None = None,
        y: float | None = None,
        **config: Any,
    ) -> NodeRef:
        """Add a node.

        Args:
            node: A node's config (``Debug(name="out")``), a type name (``"debug"``) or a plain
                Python function, which becomes a ``python`` node.
            id: Its id; made from the name or the type when absent.
            x: Centre on the canvas in pixels; a free place when absent.
            y: Likewise.
            config: Fields of the node, by their names in the flow file.

        Raises:
            UnknownNodeError: No such type.
            NodeConfigError: A field is wrong.
        """
        raw = self._raw(node, config)
        cls = self.registry.get(raw["type"])
        assert cls is not None, "the type was looked up by _raw"
        new_id = id or self._free_id(str(raw.get("name") or raw["type"]))
        spot = self._free_spot(FIRST_X if x is None else x, FIRST_Y if y is None else y)
        entry = {"id": new_id, "type": raw.pop("type"), **raw}
        if not cls.spec.config:
            entry |= {"z": self._tab(), "x": spot[0] if x is None else x}
            entry |= {"y": spot[1] if y is None else y}
            entry["wires"] = [[] for _ in range(cls.spec.count_outputs(entry))]
        self.insert(entry)
        if x is None and y is None:
            self._placed.add(new_id)
        return NodeRef(self, new_id)

    def connect(self, source: NodeRef, target: NodeRef) -> None:
        """Draw a wire (what ``>>`` does); a node that nobody has placed goes to the right."""
        if target.id in self._placed and "x" in source.entry:
            self._placed.discard(target.id)
            self.update(target.id, {"x": -STEP_X, "y": -STEP_Y})
            spot = self._free_spot(source.entry["x"] + STEP_X, source.entry["y"])
            self.update(target.id, {"x": spot[0], "y": spot[1]})
        self._placed.discard(source.id)
        self.wire(source.id, target.id, port=source.port)

    def __getitem__(self, id_or_name: str) -> NodeRef:
        """Return a node by id, or by name when only one has it."""
        return NodeRef(self, self.find(id_or_name)["id"])

    def _raw(self, node: NodeLike, config: Mapping[str, Any]) -> dict[str, Any]:
        if isinstance(node, Node):
            return {**node.to_raw(), **config}
        if isinstance(node, type) and issubclass(node, Node):
            return node.parse({"id": node.spec.type, **config}).to_raw()
        if isinstance(node, str):
            cls = self.registry.get(node)
            if cls is None:
                raise UnknownNodeError(
                    f'no node type "{node}"; expected one of {", ".join(self.registry.classes)}. '
                    "Check the spelling or install the package that has it."
                )
            return cls.parse({"id": node, **config}).to_raw()
        return self._raw("python", {"name": node.__name__, "code": function_code(node), **config})

    def _tab(self) -> str:
        for entry in self:
            if entry["type"] == "tab":
                return str(entry["id"])
        tab = self._free_id("tab")
        self.insert({"id": tab, "type": "tab", "label": self.name, "disabled": False, "info": ""})
        return tab

    def _free_id(self, text: str) -> str:
        slug = re.sub(r"\W+", "-", text.lower()).strip("-") or "node"
        taken = (f"{slug}-{number}" for number in range(2, len(self) + 3))
        return slug if slug not in self else next(id for id in taken if id not in self)

    def _free_spot(self, x: float, y: float) -> tuple[float, float]:
        while any(
            abs(entry["x"] - x) < STEP_X / 2 and abs(entry["y"] - y) < STEP_Y / 2
            for entry in self
            if is_placed(entry)
        ):
            y += STEP_Y
        return x, y

    # Looking

    def check(self) -> tuple[Problem, ...]:
        """Return everything that is wrong with the flow; empty when it is clean."""
        from vgd_kernel.app import check_flow

        return check_flow(self, self.registry)

    def test(self, only: str = "") -> CaseResults:
        """Play the test cases that the flow carries, in virtual time; a delay takes no time.

        Args:
            only: Only cases with this text in their name.

        Raises:
            NodeConfigError: A case is not well-formed.
        """
        from vgd_kernel.notebook.loop import engine_loop
        from vgd_kernel.testing import run_cases

        cases = run_cases(FlowDocument(self.entries()), self.registry, only=only)
        return engine_loop().wait(cases, timeout_s=None)

    def svg(self) -> str:
        """Return the flow as an SVG picture."""
        return draw(self, self.registry)

    @property
    def canvas(self) -> Canvas:
        """The canvas of this flow, made when it is first asked for (needs anywidget)."""
        if self._canvas is None:
            from vgd_kernel.notebook.canvas import Canvas

            self._canvas = Canvas(self)
        return self._canvas

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Show the canvas; where no widget can show, an SVG; else a line of text."""
        static = {"image/svg+xml": self.svg(), "text/plain": repr(self)}
        try:
            shown, metadata = self.canvas.mimebundle()
        except ImportError:  # an edge worker has no Jupyter
            return static, {}
        return {**shown, **static}, metadata

    def __repr__(self) -> str:
        """Say the name and the size."""
        nodes = sum("wires" in entry for entry in self)
        return f'<Flow "{self.name}": {nodes} nodes>'

    # Running

    @property
    def live(self) -> LiveRun | None:
        """The run that `run` started last and that was not stopped."""
        return self._run if self._run is not None and self._run.running else None

    def run(self, *, strict: bool = False, state: str | Path | None = None) -> LiveRun:
        """Run the flow in this process, beside the notebook; a run of before is stopped.

        Args:
            strict: Start nothing when a node is of an unknown type or a wire ends nowhere;
                otherwise these are left out and the rest runs.
            state: File or folder that keeps node states and contexts from run to run.

        Raises:
            FlowInvalidError: The flow has errors; nothing was started.
        """
        from vgd_kernel.notebook.live_run import LiveRun

        refuse(self.check(), strict=strict)
        self.stop()
        self._run = LiveRun.start(
            self,
            self.registry,
            name=self.name,
            strict=strict,
            state=None if state is None else Path(state),
        )
        if self._canvas is not None:
            self._canvas.started(self._run)
        return self._run

    def node(self, function: Callable[..., Any] | None = None, /, **facts: Any) -> Any:
        """Make a node type of this flow alone out of a function; see `vgd_kernel.node`."""
        from vgd_kernel.notebook.node_types import node

        self.registry = self.registry.copy()
        decorate = node(registry=self.registry, **facts)
        return decorate if function is None else decorate(function)

    def call(self, msg: Message | Any = None, **where: Any) -> Message:
        """Send a message and return the answer; see `LiveRun.call` for the arguments.

        Asks the flow's live run; without one, one is started for this call alone.
        """
        if self.live is not None:
            return self.live.call(msg, **where)
        with self.run() as run:
            return run.call(msg, **where)

    async def acall(self, msg: Message | Any = None, **where: Any) -> Message:
        """Do what `call` does, without blocking the caller's loop."""
        if self.live is not None:
            return await self.live.acall(msg, **where)
        async with self.run() as run:
            return await run.acall(msg, **where)

    def map(self, items: Iterable[Any], **where: Any) -> list[Any]:
        """Call with every item and return the answers in order; see `LiveRun.map`.

        Asks the flow's live run; without one, one is started for these calls alone.
        """
        if self.live is not None:
            return self.live.map(items, **where)
        with self.run() as run:
            return run.map(items, **where)

    async def amap(self, items: Iterable[Any], **where: Any) -> list[Any]:
        """Do what `map` does, without blocking the caller's loop."""
        if self.live is not None:
            return await self.live.amap(items, **where)
        async with self.run() as run:
            return await run.amap(items, **where)

    def stop(self) -> None:
        """Stop the run in this process; harmless when there is none."""
        if self._run is not None:
            self._run.stop()
            if self._canvas is not None:
                self._canvas.stopped()

    def deploy(
        self,
        name: str | None = None,
        *,
        on: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Deployment:
        """Deploy the flow on the cluster, where it goes on when this kernel ends.

        Args:
            name: Name of the deployment; the flow's when absent. The same name again is a new
                revision.
            on: Labels that the worker must have (``{"site": "plant-1"}``).
            environment: Environment values for the flow's nodes.

        Raises:
            FlowInvalidError: The flow has errors; nothing was deployed.
            ServerError: No server, or it refused.
        """
        from vgd_kernel.notebook.deployment import Deployment
        from vgd_kernel.notebook.server import connect

        refuse(self.check())
        wanted = name or self.name
        connect().deploy(
            wanted, self.canonical(), labels=dict(on or {}), environment=dict(environment or {})
        )
        return Deployment(wanted).wait()


__all__ = ("Flow",)
