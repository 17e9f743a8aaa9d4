"""A runtime with its admin API: what ``vgd serve`` opens and closes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import version

from vgd_kernel.services.admin.access import Access
from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.comms import Comms
from vgd_kernel.services.admin.mount import AdminMount
from vgd_kernel.services.network.config import NetworkSettings
from vgd_kernel.services.network.http_server import FlowHttpServer
from vgd_kernel.services.runtime import Runtime
from vgd_kernel.services.runtime.config import ServeSettings

logger = logging.getLogger(__name__)


class ServedRuntime:
    """A runtime and the HTTP server that it shares with its flows.

    Attributes:
        runtime: The flows.
    """

    def __init__(
        self,
        runtime: Runtime,
        server: FlowHttpServer,
        network: NetworkSettings,
        serve: ServeSettings,
    ) -> None:
        """Join the parts; nothing listens yet."""
        self.runtime = runtime
        self._server = server
        self._host = network.http_host
        self._root = serve.admin_root
        self._api = AdminApi(
            runtime=runtime,
            access=Access(),
            comms=Comms(runtime),
            node_root=network.http_node_root,
            version=version("visualgriddev"),
        )
        self._unmount: Callable[[], None] | None = None

    @property
    def url(self) -> str:
        """Where the admin API answers."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._server.port}/{self._root.strip('/')}"

    async def open(self) -> None:
        """Listen, then start the flows: a client that is early waits.

        Raises:
            FlowError: The port is taken, or a file is wrong.
            PlatformError: A file cannot be read or written.
        """
        self._unmount = self._server.mount(AdminMount(self._api, self._root))
        logger.info("Server now running at %s", self.url)
        try:
            await self.runtime.open()
        except BaseException:
            self._unmount()
            raise

    async def close(self) -> None:
        """Stop the flows, then listening."""
        await self.runtime.close()
        if self._unmount is not None:
            self._unmount()


__all__ = ("ServedRuntime",)
