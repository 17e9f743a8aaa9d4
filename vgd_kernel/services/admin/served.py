"""A runtime with its admin API: what ``vgd serve`` opens and closes."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import version

from vgd_kernel.model.errors import PlatformError
from vgd_kernel.services.admin.access import Access
from vgd_kernel.services.admin.api import AdminApi
from vgd_kernel.services.admin.comms import Comms
from vgd_kernel.services.admin.mount import AdminMount
from vgd_kernel.services.network.config import NetworkSettings
from vgd_kernel.services.network.http_server import FlowHttpServer
from vgd_kernel.services.runtime import Runtime, RuntimeFiles
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
        files: RuntimeFiles,
        server: FlowHttpServer,
        network: NetworkSettings,
        serve: ServeSettings,
        *,
        closing: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        """Join the parts; nothing listens yet.

        Args:
            runtime: Opened and closed here.
            files: Of the runtime.
            server: Where flows listen.
            network: Tells the address.
            serve: Tells who may do what.
            closing: Called in the end, when nothing runs any more.
        """
        self._closing = closing
        self.runtime = runtime
        self._server = server
        self._host = network.http_host
        self._serve = serve
        access = Access(serve, files, network.http_host)
        self._api = AdminApi(
            runtime=runtime,
            access=access,
            comms=Comms(runtime, access),
            files=files,
            admin_root=serve.admin_root,
            node_root=network.http_node_root,
            version=version("visualgriddev"),
        )
        self._unmount: Callable[[], None] | None = None

    @property
    def url(self) -> str:
        """Where the admin API answers."""
        return self._url(self._serve.admin_root)

    def _url(self, root: str) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._server.port}/{root.strip('/')}"

    async def open(self) -> None:
        """Listen, then start the flows: a client that is early waits.

        Raises:
            FlowError: The port is taken, or a file is wrong.
            PlatformError: A file cannot be read or written.
        """
        if self._serve.admin:
            self._refuse_strangers()
            self._unmount = self._server.mount(AdminMount(self._api, self._serve.admin_root))
        else:
            self._unmount = self._server.mount(_Nothing())
        if self._serve.admin:
            logger.info("Server now running at %s", self.url)
        nodes = self._url(self._api.node_root)
        if not self._serve.admin or nodes != self.url:
            logger.info("HTTP nodes answer below %s", nodes)
        try:
            await self.runtime.open()
        except BaseException:
            self._unmount()
            raise

    def _refuse_strangers(self) -> None:
        if self._serve.is_guarded or _is_loopback(self._host):
            return
        open_to = f"the admin API on {self._host} is open to everybody who reaches this machine"
        if not self._serve.insecure:
            raise PlatformError(
                f"{open_to}, and whoever uses it runs code here; expected a token, users, or an "
                "address of this machine alone. Set VGD_ADMIN_TOKEN, listen on 127.0.0.1, switch "
                "the API off with --no-admin, or give --insecure."
            )
        logger.warning("%s (--insecure)", open_to)

    async def close(self) -> None:
        """Stop the flows, then listening."""
        await self.runtime.close()
        if self._unmount is not None:
            self._unmount()
        for close in self._closing:
            await close()


class _Nothing:
    """A mount without a route: it keeps the port, and flows answer all requests."""

    def find(self, method: str, path: str) -> None:
        """Return nothing."""

    def find_last(self, method: str, path: str) -> None:
        """Return nothing."""

    def find_socket(self, scope: object) -> None:
        """Return nothing."""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


__all__ = ("ServedRuntime",)
