"""``/comms``: what editors hear."""

import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

pytestmark = pytest.mark.asyncio

STATUS = {
    "id": "state", "type": "function", "z": "tab", "language": "python", "wires": [],
    "func": "node.status({'fill': 'red', 'shape': 'dot', 'text': 'busy'})\nnode.warn('careful')",
}  # fmt: skip


class Editor:
    """A client of the WebSocket that keeps what it heard."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.heard: list[dict[str, Any]] = []

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first message that is wanted."""
        while True:
            for index, message in enumerate(self.heard):
                if wanted(message):
                    del self.heard[: index + 1]
                    return message
            answer = await self.socket.receive_json(timeout=5)
            self.heard += answer if isinstance(answer, list) else [answer]

    async def topic(self, name: str) -> Any:
        """Return the data of the next message with a topic."""
        return (await self.until(lambda message: message.get("topic") == name))["data"]


async def test_a_debug_message_is_heard_as_node_red_tells_it(server):
    async with aiohttp.ClientSession() as client:
        editor = Editor(await client.ws_connect(f"{server.client.base_url}/comms"))
        await editor.socket.send_json({"subscribe": "notification/#"})
        await editor.topic("notification/runtime-state")
        await server.press()
        assert await editor.topic("debug") == {
            "id": "out", "z": "tab", "path": "tab", "name": "out", "property": "payload",
            "msg": "7", "format": "number",
        }  # fmt: skip


async def test_a_status_comes_again_to_who_subscribes_late(serve):
    flows = [{"id": "tab", "type": "tab"}, {**STATUS, "x": 1, "y": 1}]
    server = await serve(flows)
    await server.press("state")
    async with aiohttp.ClientSession() as client:
        editor = Editor(await client.ws_connect(f"{server.client.base_url}/comms"))
        await editor.socket.send_str("no json")
        await editor.socket.send_json({"subscribe": "status/#"})
        busy = {"text": "busy", "fill": "red", "shape": "dot"}
        assert await editor.topic("status/state") == busy
        await server.press("state")
        warning = await editor.topic("debug")
        assert (warning["level"], warning["type"], warning["msg"]) == (30, "function", "careful")
        assert (await server.ask("POST", "/flows/state", {"state": "stop"}))[0] == 200
        assert await editor.topic("status/state") == {}


async def test_a_node_in_a_subflow_names_its_place(serve):
    flows = [
        {"id": "tab", "type": "tab"},
        {"id": "sub", "type": "subflow", "in": [{"wires": [{"id": "inner"}]}], "out": []},
        {"id": "inner", "type": "debug", "z": "sub", "complete": "true", "x": 1, "y": 1},
        {"id": "one", "type": "subflow:sub", "z": "tab", "x": 1, "y": 1, "wires": []},
    ]
    server = await serve(flows)
    async with aiohttp.ClientSession() as client:
        editor = Editor(await client.ws_connect(f"{server.client.base_url}/comms"))
        await editor.socket.send_json({"subscribe": "notification/#"})
        await editor.topic("notification/runtime-deploy")
        await server.press("one")
        shown = await editor.topic("debug")
        assert (shown["z"], shown["_alias"], shown["path"]) == ("one", "inner", "tab/one")
        assert json.loads(shown["msg"]).keys() == {"_msgid"}
        assert "property" not in shown


async def test_a_deployment_is_told_with_its_revision(server):
    async with aiohttp.ClientSession() as client:
        editor = Editor(await client.ws_connect(f"{server.client.base_url}/comms"))
        await editor.socket.send_json({"subscribe": "notification/runtime-deploy"})
        first = await editor.topic("notification/runtime-deploy")
        assert first == {"revision": server.runtime.revision}
        assert (await server.ask("POST", "/flows", []))[0] == 204
        second = await editor.topic("notification/runtime-deploy")
        assert second == {"revision": server.runtime.revision} != first


async def test_a_guarded_runtime_tells_nothing_without_a_token(serve):
    server = await serve(serve={"admin_token": "a-token"})
    async with aiohttp.ClientSession() as client:
        stranger = await client.ws_connect(f"{server.client.base_url}/comms")
        await stranger.send_json({"subscribe": "notification/#"})
        assert await stranger.receive_json(timeout=5) == {"auth": "fail"}
        assert (await stranger.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
        editor = Editor(await client.ws_connect(f"{server.client.base_url}/comms"))
        await editor.socket.send_json({"auth": "a-token"})
        await editor.until(lambda message: message == {"auth": "ok"})
        await editor.socket.send_json({"subscribe": "notification/#"})
        assert await editor.topic("notification/runtime-state") == {"state": "start"}


async def test_debug_messages_are_copied_only_while_somebody_listens(server):
    assert not server.runtime.events.hears_debug
    async with aiohttp.ClientSession() as client:
        editor = Editor(await client.ws_connect(f"{server.client.base_url}/comms"))
        await editor.socket.send_json({"subscribe": "notification/#"})
        await editor.topic("notification/runtime-state")
        assert server.runtime.events.hears_debug
