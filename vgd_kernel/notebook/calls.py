"""Calls of a running flow: a message in, the answer to it out. On the engine's loop."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from vgd_kernel.engine import Run
from vgd_kernel.model import FlowDocument, Message, clone
from vgd_kernel.model.errors import CallError, UnknownNodeError
from vgd_kernel.model.events import Event, LogRecord
from vgd_kernel.model.message import GIVEN_KEY

CALLER = "vgd-call"
"""Stands for the caller where a link call node would name itself."""

OnError = Literal["raise", "return"]


class Calls:
    """The open calls of one run.

    An answer is a message that a *link out* node gives back (mode return), or one that arrives at
    the output node with the ``_msgid`` of the call, which nodes keep.

    Attributes:
        document: The flow that runs.
    """

    def __init__(self, document: FlowDocument, run: Run) -> None:
        """Take part in a run; nothing is watched before the first call."""
        self.document = document
        self._run = run
        self._open: dict[str, asyncio.Future[Message]] = {}
        self._tapped: set[str] = set()
        self._watching = False
        self._numbers = itertools.count(1)

    async def call(
        self, msg: Message | Any, *, input: str | None, output: str | None, timeout_s: float
    ) -> Message:
        """Send a message and return the answer; see `LiveRun.call`."""
        target = self._input(input)
        self._watch(self._output(target, output))
        id = f"{CALLER}-{self._run.id[:8]}-{next(self._numbers)}"
        sent = clone(msg) if isinstance(msg, dict) else {"payload": msg}
        sent |= {"_msgid": id}
        if target["type"] == "inject":
            sent = {"_msgid": id, GIVEN_KEY: sent}
        elif target["type"] == "link in":
            sent["_linkSource"] = [{"id": id, "node": CALLER}]
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._open[id] = answer
        try:
            self._run.send(target["id"], sent)
            async with asyncio.timeout(timeout_s):
                return await answer
        except TimeoutError:
            raise CallError(
                f"no answer from node {target['id']!r} within {timeout_s:g} s; expected a message "
                "that reaches the output, or a link out node in return mode. Check the wires, or "
                "give a longer timeout_s."
            ) from None
        finally:
            self._open.pop(id, None)

    async def map(
        self,
        items: Iterable[Any],
        *,
        input: str | None,
        output: str | None,
        timeout_s: float,
        concurrency: int,
        errors: OnError,
    ) -> list[Any]:
        """Call with each item and return the answers in order; see `LiveRun.map`."""
        waiting = enumerate(items)
        results: dict[int, Any] = {}

        async def work() -> None:
            for index, item in waiting:
                try:
                    answer = await self.call(item, input=input, output=output, timeout_s=timeout_s)
                except CallError as error:
                    named = CallError(f"item {index} ({item!r:.80}): {error}")
                    if errors == "raise":
                        raise named from None
                    results[index] = named
                else:
                    results[index] = answer if isinstance(item, dict) else answer.get("payload")

        workers = [asyncio.ensure_future(work()) for _ in range(max(1, concurrency))]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
        return [results[index] for index in sorted(results)]

    def _input(self, node: str | None) -> Any:
        if node is not None:
            return self.document.find(node)
        return self._only(("link in", "inject"), "input")

    def _output(self, target: Any, node: str | None) -> str | None:
        if node is not None:
            return str(self.document.find(node)["id"])
        returns = any(e["type"] == "link out" and e.get("mode") == "return" for e in self.document)
        if target["type"] == "link in" and returns:
            return None
        return str(self._only(("debug",), "output")["id"])

    def _only(self, types: Sequence[str], what: str) -> Any:
        """Return the only node of the first of some types that the flow has."""
        for type_name in types:
            found = [entry for entry in self.document if entry["type"] == type_name]
            if len(found) == 1:
                return found[0]
        raise UnknownNodeError(
            f"this flow has not just one {' or '.join(types)} node; expected to know which node "
            f"is meant. Name it: call(msg, {what}=NODE)."
        )

    def _watch(self, output: str | None) -> None:
        if not self._watching:
            self._watching = True
            self._run.observe(self._observe)
            self._run.answer_calls(CALLER, self._answer)
        if output is not None and output not in self._tapped:
            self._tapped.add(output)
            self._run.tap(output, lambda msg: self._answer(str(msg.get("_msgid", "")), msg))

    def _answer(self, call: str, msg: Message) -> None:
        answer = self._open.get(call)
        if answer is not None and not answer.done():
            given = clone(msg)
            given.pop("_linkSource", None)
            answer.set_result(given)

    def _observe(self, event: Event) -> None:
        if isinstance(event, LogRecord) and event.level == "error":
            answer = self._open.get(event.msgid)
            if answer is not None and not answer.done():
                answer.set_exception(CallError(f'node "{event.node}": {event.text}'))


__all__ = ("CALLER", "Calls", "OnError")
