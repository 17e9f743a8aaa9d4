"""The extension app: handlers out, the platform started and stopped with the server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.utils import url_path_join
from traitlets import Unicode

from vgd_kernel.app import Platform
from vgd_kernel.model.errors import PlatformError
from vgd_kernel.settings import read_settings, whole_environment
from vgd_server.routes import routes

SETTING = "vgd_platform"
"""Key of the `PlatformKeeper` in the web application's settings."""


class PlatformKeeper:
    """Starts the platform of a server once, when it is first needed."""

    def __init__(self, serverapp: Any, state_dir: str) -> None:
        """Prepare for a server app (``jupyter_server.serverapp.ServerApp``).

        Args:
            serverapp: The server.
            state_dir: Folder of the state; by the settings when empty.
        """
        self._serverapp = serverapp
        self._environment = whole_environment()
        if state_dir:
            self._environment["VGD_STATE_DIR"] = state_dir
        self._lock = asyncio.Lock()
        self._platform: Platform | None = None

    async def get(self) -> Platform:
        """Return the running platform.

        Raises:
            PlatformError: It cannot be started; a later call tries again.
        """
        async with self._lock:
            if self._platform is None:
                self._platform = await self._make().start()
            return self._platform

    def _make(self) -> Platform:
        app = self._serverapp
        root = Path(app.root_dir).expanduser().resolve()
        environment = {"VGD_SERVER_URL": app.connection_url}
        if token := app.identity_provider.token:
            environment["VGD_SERVER_TOKEN"] = token
        return Platform(
            read_settings(root, self._environment), root, notebook_environment=environment
        )

    async def stop(self) -> None:
        """Stop the platform; harmless when it was never started."""
        async with self._lock:
            platform, self._platform = self._platform, None
            if platform is not None:
                await platform.stop()


class VGDServerApp(ExtensionApp):  # type: ignore[misc]  # jupyter_server has no types here
    """Deployments, flows and jobs for the browser, notebooks and the command line."""

    name = "vgd_server"
    extension_url = "/lab"
    load_other_extensions = True

    state_dir = Unicode(
        "", config=True, help="Folder for deployments and jobs; VGD_STATE_DIR when empty."
    )

    def initialize_settings(self) -> None:
        """Hand the keeper to the handlers."""
        self.settings[SETTING] = PlatformKeeper(self.serverapp, self.state_dir)

    def initialize_handlers(self) -> None:
        """Register every route below the server's base URL."""
        for path, handler in routes():
            self.handlers.append((url_path_join("/vgd/api", path), handler))

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Take up deployments and jobs of before; a server without them loses no time."""
        try:
            await self.settings[SETTING].get()
        except PlatformError as error:
            self.log.warning("VisualGridDev: %s", error)

    async def stop_extension(self) -> None:
        """Stop with the server."""
        await self.settings[SETTING].stop()


__all__ = ("SETTING", "PlatformKeeper", "VGDServerApp")
