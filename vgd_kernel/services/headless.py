"""A headless Jupyter server that lives as long as the process that started it.

Its standard input is a pipe to its owner: the first line tells it what to be, and the end of
the pipe, however the owner ends, is the end of the server.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import secrets
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from vgd_kernel.model.errors import ServerError
from vgd_kernel.services.finding import ServerPlace

START_LIMIT_S = 60.0
"""Time until it listens; two to five seconds are usual."""

STOP_LIMIT_S = 15.0
"""Time for its workers to stop; then it is killed."""


class HeadlessServer:
    """A running server.

    Attributes:
        place: Where it is.
    """

    def __init__(self, root: Path) -> None:
        """Start it in a folder, with a state folder of its own that goes with it.

        Raises:
            ServerError: It does not start.
        """
        self._log = tempfile.NamedTemporaryFile(prefix="vgd-server-", suffix=".log")  # noqa: SIM115 - lives as long as this
        self._process = subprocess.Popen(
            [sys.executable, "-m", "vgd_server.headless"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"root": str(root), "token": secrets.token_urlsafe(24)}
        timer = threading.Timer(START_LIMIT_S, self._process.kill)
        timer.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(json.dumps(order).encode() + b"\n")
                self._process.stdin.flush()
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
        if not line:
            text = Path(self._log.name).read_text(encoding="utf-8", errors="replace")
            self.close()
            lines = text.strip().splitlines()
            raise ServerError(
                f"the headless Jupyter server did not start: {lines[-1] if lines else 'no message'}"
                "; expected it to listen on 127.0.0.1. Is jupyter_server installed here?"
            )
        self.place = ServerPlace(json.loads(line)["url"], order["token"])
        atexit.register(self.close)

    def close(self) -> None:
        """End it with its workers; harmless when it has ended."""
        atexit.unregister(self.close)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with contextlib.suppress(FileNotFoundError):
            self._log.close()


__all__ = ("START_LIMIT_S", "STOP_LIMIT_S", "HeadlessServer")
