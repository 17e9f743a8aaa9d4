"""The pulse of a worker: a byte every quarter second, from a thread of its own.

A stopped or frozen process sends none; a process whose event loop is busy with one long call
still does, so that a slow flow is not taken for a lost worker (the engine's time limit deals
with slow nodes).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading

INTERVAL_S = 0.25
"""Eight beats may be missed before a worker counts as lost after two seconds."""


class Pulse:
    """Sends the beats to whoever connects."""

    def __init__(self, host: str) -> None:
        """Listen on a free port of an address."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self._listener.setblocking(False)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="vgd-pulse", daemon=True)

    @property
    def port(self) -> int:
        """Port where the pulse can be heard."""
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close every connection."""
        self._stopped.set()
        self._thread.join()
        self._listener.close()

    def _beat(self) -> None:
        listeners: list[socket.socket] = []
        while not self._stopped.wait(INTERVAL_S):
            with contextlib.suppress(BlockingIOError):
                while True:
                    connection, _ = self._listener.accept()
                    connection.setblocking(False)
                    listeners.append(connection)
            for connection in tuple(listeners):
                try:
                    connection.send(b".")
                except BlockingIOError:
                    continue  # the other side does not read; it has enough beats to read
                except OSError:
                    connection.close()
                    listeners.remove(connection)
        for connection in listeners:
            connection.close()


async def listen_to_pulse(host: str, port: int, *, silent_after_s: float) -> str:
    """Return when a worker's pulse stops, with the reason as a text."""
    try:
        async with asyncio.timeout(silent_after_s):
            reader, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        return f"its pulse cannot be heard ({error or 'no answer'})"
    try:
        while await _next_beat(reader, silent_after_s):
            pass
    except TimeoutError:
        return f"no pulse for {silent_after_s:g} s"
    except OSError as error:
        return f"its pulse broke off ({error})"
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return "its process ended"


async def _next_beat(reader: asyncio.StreamReader, silent_after_s: float) -> bytes:
    try:
        async with asyncio.timeout(silent_after_s):
            return await reader.read(4096)
    except TimeoutError:
        # It may be that this loop stood still and the beats lie unread: look once more.
        async with asyncio.timeout(INTERVAL_S):
            return await reader.read(4096)


__all__ = ("INTERVAL_S", "Pulse", "listen_to_pulse")
