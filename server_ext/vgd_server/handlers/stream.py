"""The WebSocket of a deployment: state and live frames out, commands in."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.utils import ensure_async
from tornado import web, websocket

from vgd_kernel.app import Platform
from vgd_kernel.model.errors import VgdError
from vgd_server.access import allowed_socket
from vgd_server.base import describe_error


class StreamHandler(WebSocketMixin, websocket.WebSocketHandler, JupyterHandler):  # type: ignore[misc]  # jupyter_server has no types here
    """``/deployments/{name}/stream``."""

    auth_resource = "vgd"
    _pump: asyncio.Task[None] | None = None
    _name = ""

    @allowed_socket("read")
    async def get(self, name: str) -> None:
        """Upgrade to a WebSocket, when there is such a deployment."""
        platform: Platform = await self.settings["vgd_platform"].get()
        try:
            platform.deployments.describe(name)
        except VgdError as error:
            raise web.HTTPError(404, str(error)) from None
        self._name = name
        await super().get(name)

    def open(self, *arguments: str) -> None:
        """Begin to send frames."""
        super().open(*arguments)
        self._pump = asyncio.get_running_loop().create_task(self._send_frames())

    async def _send_frames(self) -> None:
        platform: Platform = await self.settings["vgd_platform"].get()
        try:
            async with platform.deployments.watch(self._name) as frames:
                while True:
                    await self.write_message(json.dumps(await frames.get()))
        except websocket.WebSocketClosedError:
            return
        except VgdError as error:
            self.close(1011, str(error)[:120])

    async def on_message(self, message: str | bytes) -> None:
        """Carry out a command; an error is answered with a frame ``{"kind": "notice", ...}``."""
        try:
            await self._command(json.loads(message))
        except VgdError as error:
            await self._tell(describe_error(400, error))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            text = (
                f"the frame cannot be read ({type(error).__name__}: {error}); expected "
                '{"kind": "command", "command": NAME, ...}. Correct the sender.'
            )
            await self._tell({"message": text, "reason": "BadFrame"})

    async def _command(self, frame: dict[str, Any]) -> None:
        command = frame["command"]
        if not await ensure_async(
            self.authorizer.is_authorized(self, self.current_user, "execute", self.auth_resource)
        ):
            text = f"you may look at this deployment but not {command}; ask its owner"
            await self._tell({"message": text, "reason": "Forbidden"})
            return
        deployments = (await self.settings["vgd_platform"].get()).deployments
        match command:
            case "run" | "deploy":
                await deployments.set_desired(self._name, running=True)
            case "stop":
                await deployments.set_desired(self._name, running=False)
            case "press":
                await deployments.send(self._name, str(frame["node"]), {})
            case "send":
                await deployments.send(self._name, str(frame["node"]), dict(frame["msg"]))
            case _:
                raise ValueError(f"no command {command!r}")

    async def _tell(self, error: dict[str, Any]) -> None:
        await self.write_message(json.dumps({"kind": "notice", "level": "error", **error}))

    def on_close(self) -> None:
        """End the frames."""
        if self._pump is not None:
            self._pump.cancel()
        super().on_close()


ROUTES = [("/deployments/{name}/stream", StreamHandler)]
