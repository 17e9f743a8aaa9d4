"""Plays a conformance case on the engine, in real time, and records what happens."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from vgd_kernel.engine import DeployKind, Run, RunOptions, start
from vgd_kernel.engine.contexts import Contexts
from vgd_kernel.model.events import DebugMessage, Event, LogRecord, StatusChanged
from vgd_kernel.model.flow import FlowDocument
from vgd_kernel.model.message import Message, clone
from vgd_kernel.model.paths import get
from vgd_kernel.model.registry import Registry
from vgd_kernel.model.services import JavaScriptFactory
from vgd_kernel.nodes.common.debug import TOGGLE
from vgd_kernel.services.admin.debug import switch_node
from vgd_kernel.services.admin.inject import press_node
from vgd_kernel.services.network import network_services
from vgd_kernel.services.network.config import NetworkSettings
from vgd_kernel.services.sandbox import MiniRacerFactory
from vgd_kernel.testing.nodered.actions import NETWORK_ACTIONS
from vgd_kernel.testing.nodered.case import Case
from vgd_kernel.testing.nodered.fixtures import Fixtures, free_ports
from vgd_kernel.testing.nodered.records import debug_record, log_record, status_record
from vgd_kernel.testing.nodered.values import decode, encode

GLOBALS = {"seeded": "from-settings"}
"""Global context that every case finds."""

WAIT_MS = 120
"""Pause before judging when a case names none."""


class Player:
    """One case in play."""

    def __init__(self, case: Case, registry: Registry, folder: Path, http_port: str) -> None:
        """Take a case whose placeholders are filled."""
        self._case = case
        self._http_port = http_port
        settings = NetworkSettings(
            http_port=int(http_port), socket_reconnect_s=0.3, mqtt_reconnect_s=1.0
        )
        self._services = {
            JavaScriptFactory: MiniRacerFactory(),
            **network_services(settings),
        }
        self._background: list[asyncio.Task[None]] = []
        self._registry = registry
        self._folder = folder
        self._active = True
        self._run: Run | None = None
        self._documents: dict[str, Mapping[str, Any]] = {}
        self.record: dict[str, Any] = {
            "name": case["name"], "started": True, "got": [], "results": [], "statuses": [],
            "logs": [], "debugs": [],
        }  # fmt: skip

    async def play(self) -> None:
        """Deploy, carry out the steps in time, wait, read what the case wants to know."""
        case = self._case
        for file in case.get("files", []):
            self._write(file)
        await self._deploy(case["flow"], "full")
        await asyncio.sleep(case.get("after_deploy_ms", 0) / 1000)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for number, step in enumerate(case.get("inject", [])):
            await asyncio.sleep(max(0.0, begun + step.get("after_ms", 0) / 1000 - loop.time()))
            if step.get("background"):
                self._background.append(asyncio.create_task(self._do(number, step)))
            elif "do" in step:
                await self._do(number, step)
            else:
                self._send(step["node"], decode(step.get("msg", {})))
        await asyncio.gather(*self._background)
        await asyncio.sleep(case.get("wait_ms", WAIT_MS) / 1000)
        self._read()
        self._active = False
        if self._run is not None:
            await self._run.stop()

    def _send(self, node: str, msg: Message) -> bool:
        assert self._run is not None
        if node not in self._run.counters():
            return False
        self._run.send(node, msg)
        return True

    async def _deploy(self, flow: list[dict[str, Any]], kind: DeployKind) -> None:
        self._documents = {entry["id"]: entry for entry in flow}
        before = set() if self._run is None else self._run.counters().keys()
        if self._run is None:
            self._run = await start(FlowDocument(flow), self._registry, self._options())
        else:
            await self._run.deploy(FlowDocument(flow), kind)
        for sink in self._case.get("sinks", []):
            if sink in self._run.counters() and sink not in before:
                self._run.tap(sink, partial(self._arrived, sink))

    def _options(self) -> RunOptions:
        return RunOptions(
            name=self._case["name"],
            services=self._services,
            environment=self._case.get("env", {}),
            global_context=GLOBALS,
            observer=self._observe,
        )

    def _arrived(self, sink: str, msg: Message) -> None:
        if self._active and TOGGLE not in msg:
            self.record["got"].append({"sink": sink, "msg": encode(clone(msg))})

    def _observe(self, event: Event) -> None:
        if not self._active:
            return
        case = self._case
        if isinstance(event, StatusChanged) and event.node in case.get("watch_status", []):
            self.record["statuses"].append(status_record(event))
        elif isinstance(event, LogRecord) and event.level in case.get("watch_log", []):
            if event.node:
                self.record["logs"].append(log_record(event))
        elif isinstance(event, DebugMessage) and case.get("watch_debug"):
            assert self._run is not None, "nothing is shown before the first message"
            plan = self._run.plan_of(event.node)
            assert plan is not None, "a node that shows something runs"
            path = "/".join(self._containers(plan.container))
            self.record["debugs"].append(debug_record(event, plan.entry, path))

    def _containers(self, id: str) -> list[str]:
        """Return the tab and the subflow instances that a container stands in, itself included."""
        plan = self._run.plan_of(id) if self._run is not None else None
        if plan is None:
            return [id]
        return [*self._containers(plan.container), id.removeprefix(f"{plan.container}-")]

    async def _do(self, number: int, step: Mapping[str, Any]) -> None:
        result = await self._act(step)
        if result is not None:
            self.record["results"].append({"step": number, **result})

    async def _act(self, step: Mapping[str, Any]) -> dict[str, Any] | None:
        match step["do"]:
            case "deploy":
                await self._deploy(step["flow"], step.get("type", "full"))
            case "press":
                body = decode(step.get("body", {}))
                return {"status": press_node(self._run, step["node"], body)}
            case "debug-state":
                return {"status": switch_node(self._run, step["node"], step["state"])}
            case "write":
                self._write(step)
            case "unlink":
                (self._folder / step["path"]).unlink()
            case name:
                return await NETWORK_ACTIONS[name](step, self._http_port)
        return None

    def _write(self, file: Mapping[str, Any]) -> None:
        path = self._folder / file["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(file["hex"]) if "hex" in file else file["text"].encode())

    def _read(self) -> None:
        case = self._case
        if "read_context" in case:
            assert self._run is not None
            contexts = self._run.contexts
            self.record["context"] = [_context(wanted, contexts) for wanted in case["read_context"]]
        if "read_files" in case:
            self.record["files"] = [self._file(path) for path in case["read_files"]]

    def _file(self, path: str) -> dict[str, Any]:
        file = self._folder / path
        if not file.exists():
            return {"path": path, "exists": False}
        data = file.read_bytes()
        return {"path": path, "hex": data.hex(), "text": data.decode("utf-8", "replace")}


def _context(wanted: Mapping[str, Any], contexts: Contexts) -> dict[str, Any]:
    values = contexts.read("global" if wanted["scope"] == "global" else wanted["id"])
    found = get(values, wanted["key"])
    return {**wanted, "value": encode(found, ("x",))}


async def play(case: Case, registry: Registry) -> dict[str, Any]:
    """Play a case and return its record; an exception of the player becomes ``error`` in it."""
    with tempfile.TemporaryDirectory(prefix="vgd-case-") as folder:
        text = json.dumps(case)
        variables = {"DIR": folder, **free_ports(text)}
        for name, value in variables.items():
            text = text.replace(f"@{name}@", value)
        path = Path(folder)
        async with Fixtures(case.get("fixtures", ()), variables, path) as fixtures:
            player = Player(json.loads(text), registry, path, variables["HTTP"])
            await player.play()
        record = {**player.record, "vars": variables}
        return record if fixtures.proxied is None else {**record, "proxied": fixtures.proxied}


__all__ = ("Player", "play")
