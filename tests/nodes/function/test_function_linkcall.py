"""``node.linkcall`` of a JavaScript function: it waits for what comes back, or is refused."""

from __future__ import annotations

from typing import Any

import pytest

from vgd_kernel.engine import RunOptions, start
from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.model.services import JavaScriptFactory
from vgd_kernel.services.sandbox import MiniRacerFactory

pytestmark = pytest.mark.asyncio

SUBROUTINE = [
    {"id": "in", "type": "link in", "z": "t", "name": "adder", "wires": [["add"]]},
    {"id": "add", "type": "change", "z": "t", "wires": [["back"]],
     "rules": [{"t": "set", "p": "payload", "pt": "msg", "to": "payload + 5", "tot": "jsonata"}]},
    {"id": "back", "type": "link out", "z": "t", "mode": "return", "wires": []},
    {"id": "dead", "type": "link in", "z": "t", "name": "dead end", "wires": [[]]},
]  # fmt: skip


async def result(code: str) -> Any:
    """Return the payload that a function gives for 37."""
    function = {"id": "f", "type": "function", "z": "t", "func": code, "wires": [["out"]]}
    out = {"id": "out", "type": "debug", "z": "t", "complete": "true", "wires": []}
    document = FlowDocument([{"id": "t", "type": "tab"}, function, out, *SUBROUTINE])
    factory = MiniRacerFactory()
    run = await start(document, installed(), RunOptions(services={JavaScriptFactory: factory}))
    got: list[Any] = []
    run.tap("out", lambda msg: got.append(msg.get("payload")))
    run.send("f", {"payload": 37})
    try:
        assert await run.idle(10)
    finally:
        await run.stop()
    return got


async def test_what_comes_back_is_the_result_of_the_call() -> None:
    code = "const r = await node.linkcall('adder', {payload: msg.payload}); return r;"
    assert await result(code) == [42]


async def test_the_caller_keeps_its_own_message() -> None:
    code = "await node.linkcall('in', msg); return msg;"
    assert await result(code) == [37]


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("'nope', {}", "target link-in node 'nope' not found"),
        ("'dead end', {}, {timeout: 20}", "timeout"),
        ("'', {}", "the target must be"),
        ("'adder', 5", "the message must be"),
    ],
)
async def test_a_call_that_cannot_end_well_rejects_with_its_reason(call: str, reason: str) -> None:
    code = (
        f"try {{ await node.linkcall({call}); }} "
        "catch (error) { msg.payload = error.message; } return msg;"
    )
    (payload,) = await result(code)
    assert reason in payload
