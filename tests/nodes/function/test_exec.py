"""The exec node, with real processes."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

import pytest

from vgd_kernel.engine import Run, RunOptions, start
from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.model.events import StatusChanged
from vgd_kernel.nodes.function import _processes
from vgd_kernel.nodes.function.exec import Exec
from vgd_kernel.testing import NodeOutcome, run_node

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a POSIX shell"),
]


async def run(command: str, msg: dict[str, Any] | None = None, **config: Any) -> NodeOutcome:
    node = Exec.parse({"command": command, "addpay": "", **config})
    return await run_node(node, [{"topic": "t"} if msg is None else msg])


def payloads(outcome: NodeOutcome) -> list[list[Any]]:
    return [[msg["payload"] for msg in port] for port in outcome.outputs]


def texts(outcome: NodeOutcome) -> list[str]:
    return [status.text.partition(":")[0] for status in outcome.statuses]


async def test_a_line_runs_in_a_shell() -> None:
    outcome = await run("printf hello | tr a-z A-Z")
    assert payloads(outcome) == [["HELLO"], [], [{"code": 0}]]
    assert outcome.outputs[0][0]["rc"] == {"code": 0}
    assert outcome.outputs[0][0]["topic"] == "t"
    assert texts(outcome) == ["pid", "", ""]


async def test_a_failure_tells_its_code_and_what_it_said() -> None:
    outcome = await run("echo part; echo oops >&2; exit 3")
    result = {"code": 3, "message": "Command failed: echo part; echo oops >&2; exit 3\noops\n"}
    assert payloads(outcome) == [["part\n"], ["oops\n"], [result]]
    assert {str(msg["rc"]) for port in outcome.outputs[:2] for msg in port} == {str(result)}
    assert outcome.statuses[-2].text == "error:3"


async def test_the_old_style_tells_nothing_of_success() -> None:
    outcome = await run("true", oldrc=True)
    assert payloads(outcome) == [[""], [], []]
    assert "rc" not in outcome.outputs[0][0]


@pytest.mark.parametrize(
    ("config", "msg", "expected"),
    [
        ({"addpay": "payload", "append": "c"}, {"payload": "a b"}, "a b c\n"),
        ({"addpay": True}, {"payload": 5}, "5\n"),
        ({"addpay": "deep.value"}, {"deep": {"value": "x"}}, "x\n"),
        ({"addpay": "payload"}, {"topic": "t"}, "\n"),
        ({"addpay": ""}, {"payload": "x"}, "\n"),
    ],
)
async def test_a_property_and_a_text_are_appended(
    config: dict[str, Any], msg: dict[str, Any], expected: str
) -> None:
    assert payloads(await run("echo", msg, **config))[0] == [expected]


async def test_older_entries_append_the_payload() -> None:
    assert Exec.parse({"command": "echo"}).addpay == "payload"


@pytest.mark.parametrize(
    ("spawn", "command"), [("false", r"printf '\377'"), ("true", r"printf \377")]
)
async def test_what_is_not_utf8_comes_as_a_buffer(spawn: str, command: str) -> None:
    outcome = await run(command, useSpawn=spawn)
    assert payloads(outcome)[0] == [b"\xff"]


async def test_a_program_runs_without_a_shell() -> None:
    outcome = await run('printf "a  b;$HOME"', useSpawn="true")
    assert payloads(outcome) == [["a  b;$HOME"], [], [{"code": 0}]]
    assert texts(outcome) == ["pid", "", "rc", ""]


async def test_a_program_that_is_not_there_is_a_code_below_zero() -> None:
    outcome = await run("/no/such/program", useSpawn="true")
    assert payloads(outcome) == [[], [], [{"code": -2}]]
    assert outcome.statuses[1].text == "rc:-2"
    assert outcome.errors == []


async def test_no_command_is_an_error() -> None:
    outcome = await run("", useSpawn="true")
    assert outcome.errors == ["Cannot read properties of null (reading 'map')"]


async def test_too_much_output_ends_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_processes, "MOST_BYTES", 1000)
    [result] = payloads(await run("yes"))[2]
    assert result["code"] == "ERR_CHILD_PROCESS_STDIO_MAXBUFFER"


class Live:
    """A running flow with one exec node; what its third output sends is kept."""

    def __init__(self, flow: Run) -> None:
        self.flow = flow
        self.ended: list[Any] = []
        self.signals: dict[str, str] = {}
        self.pids: asyncio.Queue[int] = asyncio.Queue()
        flow.tap("end", self._end)
        flow.observe(self._note)

    def _end(self, msg: dict[str, Any]) -> None:
        self.ended.append(msg["payload"])
        self.signals[msg["topic"]] = msg["payload"].get("signal")

    def _note(self, event: Any) -> None:
        if isinstance(event, StatusChanged) and event.text.startswith("pid:"):
            self.pids.put_nowait(int(event.text[4:]))

    async def begin(self, topic: str = "") -> int:
        self.flow.send("exec", {"topic": topic})
        return await self.pids.get()

    async def send(self, **msg: Any) -> None:
        self.flow.send("exec", msg)
        assert await self.flow.idle(5)


async def live(**config: Any) -> Live:
    node = Exec.parse({"command": "sleep 60", "addpay": "", "useSpawn": "true", **config})
    entry = {"id": "exec", "z": "t", **node.to_raw(), "wires": [[], [], ["end"]]}
    end = {"id": "end", "type": "junction", "z": "t", "wires": [[]]}
    return Live(await start(FlowDocument([entry, end]), installed(), RunOptions()))


@pytest.mark.parametrize(
    ("kill", "name"), [("SIGINT", "SIGINT"), ("sigkill", "SIGKILL"), (True, "SIGTERM")]
)
async def test_a_kill_message_ends_the_only_process(kill: Any, name: str) -> None:
    play = await live()
    await play.begin()
    await play.send(kill=kill)
    await play.flow.stop()
    assert play.ended == [{"code": None, "signal": name}]


async def test_a_kill_message_may_name_the_process() -> None:
    play = await live()
    first, second = await play.begin("first"), await play.begin("second")
    play.flow.send("exec", {"kill": True})
    play.flow.send("exec", {"kill": True, "pid": first})
    await play.send(kill="SIGINT", pid=second)
    await play.flow.stop()
    assert play.signals == {"first": "SIGTERM", "second": "SIGINT"}


@pytest.mark.parametrize("spawn", ["false", "true"])
async def test_a_timeout_ends_the_command(spawn: str) -> None:
    play = await live(timer="0.05", useSpawn=spawn)
    await play.begin()
    assert await play.flow.idle(5)
    await play.flow.stop()
    [result] = play.ended
    assert (result["code"], result["signal"]) == (None, "SIGTERM")


async def test_stop_ends_what_runs() -> None:
    play = await live()
    pid = await play.begin()
    await play.flow.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_an_unknown_signal_is_an_error() -> None:
    play = await live()
    await play.begin()
    play.flow.send("exec", {"kill": "SIGNOPE"})
    while not play.flow.counters()["exec"].errors:
        await asyncio.sleep(0)
    await play.flow.stop()
