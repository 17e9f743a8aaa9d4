"""Processes of the exec node: starting, reading, ending them."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from vgd_kernel.model.errors import ExpressionError

MOST_BYTES = 10_000_000
"""How much of an output is gathered before the command is ended; Node-RED's default."""

CHUNK_BYTES = 64 * 1024
"""How much is read at a time from a running command."""

GRACE_S = 1.0
"""How long a command that is told to end at stop may take before it is killed."""

_BASH = "/bin/bash"


async def start_shell(line: str) -> Process:
    """Start a line in a shell: bash where there is one."""
    has_bash = await asyncio.to_thread(Path(_BASH).exists)
    return await asyncio.create_subprocess_shell(
        line, stdin=PIPE, stdout=PIPE, stderr=PIPE, executable=_BASH if has_bash else None
    )


async def start_program(arguments: list[str]) -> Process:
    """Start a program without a shell.

    Raises:
        OSError: There is no such program, or it must not be started.
    """
    return await asyncio.create_subprocess_exec(*arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE)


class TooMuchOutputError(ExpressionError):
    """A command wrote more than `MOST_BYTES`; the argument names the output."""


async def gather(process: Process) -> tuple[bytes, bytes]:
    """Return all that a process writes to its two outputs, once both are closed.

    Raises:
        TooMuchOutputError: It writes too much.
    """
    gathered = {"stdout": bytearray(), "stderr": bytearray()}

    async def read(name: str, stream: asyncio.StreamReader) -> None:
        async for data in chunks(stream):
            gathered[name] += data
            if len(gathered[name]) > MOST_BYTES:
                raise TooMuchOutputError(f"{name} maxBuffer length exceeded")

    assert process.stdout is not None, "it was asked for"
    assert process.stderr is not None, "it was asked for"
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(read("stdout", process.stdout))
            group.create_task(read("stderr", process.stderr))
    except* TooMuchOutputError as errors:
        raise errors.exceptions[0] from None
    return bytes(gathered["stdout"]), bytes(gathered["stderr"])


async def chunks(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Yield what comes from a stream until it is closed."""
    while data := await stream.read(CHUNK_BYTES):
        yield data


def text_or_bytes(data: bytes) -> str | bytes:
    """Return data as text where it is UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def signal_name(returncode: int | None) -> str | None:
    """Return the name of the signal that ended a process, None when it ended by itself."""
    return signal.Signals(-returncode).name if returncode is not None and returncode < 0 else None


class Processes:
    """The running processes of a node, by id of the process."""

    def __init__(self) -> None:
        """Start with none."""
        self._running: dict[int, Process] = {}

    @contextlib.asynccontextmanager
    async def kept(self, process: Process) -> AsyncIterator[Callable[[], None]]:
        """Keep a process until it has ended; give what tells it to end.

        When the block ends early (at stop, or by an error) the process is ended.
        """
        self._running[process.pid] = process
        try:
            yield lambda: _send_signal(process, signal.SIGTERM)
        finally:
            del self._running[process.pid]
            await _end(process)

    def kill(self, name: Any, pid: Any) -> bool:
        """Send a signal to one process, or to the only one; False when there is none.

        Args:
            name: Name of the signal; anything that is none means ``SIGTERM``.
            pid: Id of the process, None for the only one.

        Raises:
            ExpressionError: There is no such signal.
        """
        wanted = name.upper() if isinstance(name, str) and name.upper()[:3] == "SIG" else "SIGTERM"
        if pid is None:
            found = next(iter(self._running.values())) if len(self._running) == 1 else None
        else:
            found = self._running.get(pid)
        if found is None:
            return False
        if wanted not in signal.Signals.__members__:
            raise ExpressionError(f"Unknown signal: {wanted}")
        _send_signal(found, signal.Signals[wanted])
        return True


def _send_signal(process: Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)


async def _end(process: Process) -> None:
    """End a process that still runs, and let go of its pipes, which its children may hold open."""
    try:
        if process.returncode is None:
            _send_signal(process, signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), GRACE_S)
            except TimeoutError:
                _send_signal(process, signal.SIGKILL)
                await process.wait()
    finally:
        vars(process)["_transport"].close()  # a Process has no public way


__all__ = (
    "Processes",
    "TooMuchOutputError",
    "chunks",
    "gather",
    "signal_name",
    "start_program",
    "start_shell",
    "text_or_bytes",
)
