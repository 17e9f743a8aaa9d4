"""The two ways in which an exec node runs a command."""

from __future__ import annotations

import asyncio
import re
from asyncio.subprocess import Process
from typing import Any

from vgd_kernel.model import Context, Message, clone
from vgd_kernel.model.errors import ThrownError
from vgd_kernel.nodes.function._processes import (
    Processes,
    TooMuchOutputError,
    chunks,
    gather,
    signal_name,
    start_program,
    start_shell,
    text_or_bytes,
)

_ARGUMENT = re.compile(r'(?:[^\s"]+|"[^"]*")+')


class Commands:
    """Runs commands for messages; many may run at once."""

    def __init__(self, ctx: Context, *, timeout_s: float, plain_code: bool) -> None:
        """Start with none running.

        Args:
            ctx: The node.
            timeout_s: When a command is told to end; 0: never.
            plain_code: The old style: the code alone on the third output.
        """
        self._ctx = ctx
        self._timeout_s = timeout_s
        self._plain_code = plain_code
        self._processes = Processes()

    def kill(self, msg: Message) -> None:
        """Send a signal to the process that a message names, or to the only one."""
        if self._processes.kill(msg["kill"], msg.get("pid")):
            self._ctx.status("red", "dot", "killed")

    async def run_shell(self, msg: Message, line: str) -> None:
        """Run a line in a shell and send its outputs when it has ended."""
        if not line:
            code = "ERR_INVALID_ARG_VALUE"
            text = "The argument 'file' cannot be empty. Received ''"
            raise ThrownError(text, kind=f"TypeError [{code}]", code=code)
        process = await start_shell(line)
        self._ctx.status("blue", "dot", f"pid:{process.pid}")
        too_much: TooMuchOutputError | None = None
        output, errors = b"", b""
        async with self._processes.kept(process) as end:
            timer = self._ctx.after(self._timeout_s, end) if self._timeout_s > 0 else None
            try:
                output, errors = await gather(process)
                await process.wait()
            except TooMuchOutputError as error:
                too_much = error
            finally:
                if timer is not None:
                    timer.cancel()
        self._ctx.status()
        msg.pop("payload", None)
        said = clone(msg) | {"payload": text_or_bytes(errors)} if errors else None
        result = self._result(process, line, errors, too_much)
        msg["payload"] = text_or_bytes(output)
        ended = None
        if result is not None:
            ended = clone(msg) | {"payload": result}
            msg["rc"] = result
            if said is not None:
                said["rc"] = result
        self._ctx.emit([msg, said, ended])

    def _result(
        self, process: Process, line: str, errors: bytes, too_much: TooMuchOutputError | None
    ) -> dict[str, Any] | None:
        """Return how a shell ended, for the third output; None: nothing to tell."""
        name = signal_name(process.returncode)
        if too_much is not None:
            code = "ERR_CHILD_PROCESS_STDIO_MAXBUFFER"
            self._ctx.status("red", "dot", f"error:{code}")
            return {"code": code, "message": str(too_much)}
        if process.returncode == 0:
            return None if self._plain_code else {"code": 0}
        text = f"Command failed: {line}\n{errors.decode('latin-1')}"
        if name is not None:
            self._ctx.status("red", "dot", "killed")
            return {"code": None, "message": text, "signal": name}
        self._ctx.status("red", "dot", f"error:{process.returncode}")
        return {"code": process.returncode, "message": text}

    async def run_program(self, msg: Message, line: str) -> None:
        """Run a program without a shell and send what it writes while it runs."""
        arguments = [_unquoted(match[0]) for match in _ARGUMENT.finditer(line)]
        if not arguments:
            raise ThrownError("Cannot read properties of null (reading 'map')", kind="TypeError")
        try:
            process = await start_program(arguments)
        except OSError as error:
            self._ctx.status("blue", "dot", "pid:undefined")
            self._tell_end(msg, -(error.errno or 0), None)
            return
        self._ctx.status("blue", "dot", f"pid:{process.pid}")
        assert process.stdout is not None, "it was asked for"
        assert process.stderr is not None, "it was asked for"
        async with self._processes.kept(process) as end:
            timer = self._ctx.after(self._timeout_s, end) if self._timeout_s > 0 else None
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pass_on(msg, process.stdout, 0))
                    group.create_task(self._pass_on(msg, process.stderr, 1))
                await process.wait()
            finally:
                if timer is not None:
                    timer.cancel()
        name = signal_name(process.returncode)
        self._tell_end(msg, None if name else process.returncode, name)

    async def _pass_on(self, msg: Message, stream: asyncio.StreamReader, port: int) -> None:
        async for data in chunks(stream):
            self._ctx.outputs[port](clone(msg) | {"payload": text_or_bytes(data)})

    def _tell_end(self, msg: Message, code: int | None, name: str | None) -> None:
        if code is None:
            self._ctx.status("red", "dot", "killed")
        elif code < 0:
            self._ctx.status("red", "dot", f"rc:{code}")
        else:
            if code == 0:
                self._ctx.status()
            self._ctx.status("yellow", "dot", f"rc:{code}")
        told = {"code": code, **({"signal": name} if name else {})}
        self._ctx.outputs[2](clone(msg) | {"payload": code if self._plain_code else told})


def _unquoted(argument: str) -> str:
    quoted = len(argument) > 1 and argument[0] == '"' and argument[-1] == '"'
    return argument[1:-1] if quoted else argument


__all__ = ("Commands",)
