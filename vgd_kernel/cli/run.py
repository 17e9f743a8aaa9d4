"""``vgd run FILE``: run a flow in this process."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vgd_kernel.app import check_flow, start_run
from vgd_kernel.cli.files import read_flow
from vgd_kernel.engine import Run, RunOptions
from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.model.errors import FlowSyntaxError, MessageError
from vgd_kernel.model.events import DebugMessage, Event, LogRecord
from vgd_kernel.model.graph import refuse
from vgd_kernel.model.serialise import to_jsonable

NAME = "run"
HELP = "run a flow file in this process and print what reaches its debug nodes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="flow file; - reads standard input")
    parser.add_argument(
        "--inject",
        action="append",
        default=[],
        metavar="NODE=JSON",
        help="hand a message to a node (id or name): a JSON object is the message, any other "
        "JSON its payload; without =JSON its button is pressed; may be repeated",
    )
    parser.add_argument("--until-idle", action="store_true", help="stop when nothing is left to do")
    parser.add_argument("--timeout", type=float, metavar="S", help="stop after S seconds")
    parser.add_argument(
        "--state", type=Path, metavar="PATH",
        help="file or folder that keeps node states and contexts from run to run",
    )  # fmt: skip
    parser.add_argument("--strict", action="store_true", help="start nothing on any error")
    parser.add_argument(
        "--node-timeout", type=float, default=30.0, metavar="S",
        help="interrupt a node that does not return within S seconds (default 30)",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Run the flow; 0, or 1 when a message could not be written as JSON."""
    document = read_flow(arguments.file)
    problems = check_flow(document, installed())
    refuse(problems, strict=arguments.strict)
    injections = [parse_injection(text, document) for text in arguments.inject]
    for problem in problems:
        print(f"vgd: {problem.severity}: {problem}", file=sys.stderr)
    printer = Printer(as_json=arguments.json)
    asyncio.run(_run(document, injections, printer, arguments))
    return 1 if printer.failed else 0


def parse_injection(text: str, document: FlowDocument) -> tuple[str, dict[str, Any]]:
    """Return (node id, message) of ``NODE=JSON``.

    Raises:
        UnknownNodeError: No such node.
        FlowSyntaxError: The part behind ``=`` is not JSON.
    """
    node, equals, body = text.partition("=")
    id = str(document.find(node)["id"])
    if not equals:
        return id, {}
    try:
        value = json.loads(body)
    except json.JSONDecodeError as error:
        raise FlowSyntaxError(
            f"--inject {node}: saw {body!r}, not JSON ({error.msg} at column {error.colno}); "
            f"expected NODE=JSON. Write for example --inject '{node}={{\"payload\": 1}}'."
        ) from None
    return id, value if isinstance(value, dict) else {"payload": value}


class Printer:
    """Prints the events of a run: debug messages to standard output, logs to standard error.

    Attributes:
        failed: A message could not be written without loss.
    """

    def __init__(self, *, as_json: bool) -> None:
        """Print JSON lines, or text for people."""
        self.failed = False
        self._as_json = as_json

    def __call__(self, event: Event) -> None:
        """Print one event."""
        if isinstance(event, DebugMessage):
            self._debug(event)
        elif isinstance(event, LogRecord) and event.level in ("warn", "error"):
            where = f' node "{event.node}"' if event.node else ""
            print(f"vgd: {event.level}:{where} {event.text}", file=sys.stderr, flush=True)

    def _debug(self, event: DebugMessage) -> None:
        try:
            msg = to_jsonable(event.msg, strict=True)
        except MessageError as error:
            self.failed = True
            print(f'vgd: error: node "{event.node}" {error}', file=sys.stderr, flush=True)
            msg = to_jsonable(event.msg)
        if self._as_json:
            line = json.dumps({"node": event.node, "msg": msg}, ensure_ascii=False)
        else:
            shown = json.dumps(to_jsonable(event.value), ensure_ascii=False)
            line = f"[{event.name or event.node}] {event.property}: {shown}"
        print(line, flush=True)


async def _run(
    document: FlowDocument,
    injections: Iterable[tuple[str, dict[str, Any]]],
    printer: Printer,
    arguments: argparse.Namespace,
) -> None:
    options = RunOptions(
        name=arguments.file,
        strict=arguments.strict,
        node_time_limit_s=arguments.node_timeout,
        observer=printer,
    )
    flow_run = await start_run(document, installed(), options, state=arguments.state)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on loops
            loop.add_signal_handler(number, stopped.set)
    try:
        for node, msg in injections:
            flow_run.inject(node, msg)
        await _wait(flow_run, stopped, arguments)
    finally:
        await flow_run.stop()


async def _wait(flow_run: Run, stopped: asyncio.Event, arguments: argparse.Namespace) -> None:
    """Wait for a signal, for the time limit, or (when asked to) until the run is idle."""
    ends: list[asyncio.Task[Any]] = [asyncio.create_task(stopped.wait())]
    if arguments.until_idle:
        ends.append(asyncio.create_task(flow_run.idle()))
    try:
        await asyncio.wait(ends, timeout=arguments.timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()


__all__ = ("HELP", "NAME", "Printer", "add_arguments", "parse_injection", "run")
