"""The headless server of `vgd_kernel.services.headless`: ``python -m vgd_server.headless``.

Reads ``{"root", "token"}`` from the first line of standard input, writes ``{"url"}`` to standard
output when it listens, and ends when standard input does.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import tempfile
import threading
from typing import Any

from jupyter_server.serverapp import ServerApp
from traitlets.config import Config

LOOPBACK = "127.0.0.1"


class HeadlessApp(ServerApp):  # type: ignore[misc]  # jupyter_server has no types here
    """A Jupyter server with our extension and nothing else; no configuration files are read."""

    def load_config_file(self, suppress_errors: bool = True) -> None:
        """Read no file: the user's configuration is for servers that the user starts."""

    def find_server_extensions(self) -> None:
        """Look for no further extensions."""

    async def _post_start(self) -> None:
        await super()._post_start()
        sys.stdout.write(json.dumps({"url": self.connection_url}) + "\n")
        sys.stdout.flush()
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._end_with_owner, args=(loop,), daemon=True).start()

    def _end_with_owner(self, loop: asyncio.AbstractEventLoop) -> None:
        while sys.stdin.buffer.read(1024):
            pass
        loop.call_soon_threadsafe(self.stop)


def configure(order: dict[str, Any], state: str) -> Config:
    """Return the configuration for an order, with a folder for the state."""
    config = Config()
    config.ServerApp.ip = LOOPBACK
    config.ServerApp.port = free_port()
    config.ServerApp.root_dir = order["root"]
    config.ServerApp.open_browser = False
    config.ServerApp.allow_root = True
    config.ServerApp.jpserver_extensions = {"vgd_server": True}
    config.ServerApp.log_level = "WARN"
    config.VGDServerApp.state_dir = state
    config.IdentityProvider.token = order["token"]
    return config


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Be the server until the owner ends."""
    order = json.loads(sys.stdin.buffer.readline())
    with tempfile.TemporaryDirectory(prefix="vgd-state-", ignore_cleanup_errors=True) as state:
        HeadlessApp.launch_instance(argv=[], config=configure(order, state))


__all__ = ("HeadlessApp", "configure", "free_port", "main")

if __name__ == "__main__":
    main()
