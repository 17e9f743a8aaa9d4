"""The WebSocket of a deployment."""

import json

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError

FRAME = "#/components/schemas/Frame"


class OnlyLooking(Authorizer):
    """Lets everybody read and nobody else do anything, but for deploying."""

    def is_authorized(self, handler, user, action, resource):
        return action == "read" or handler.request.method == "PUT"


class Stream:
    """Reads frames and checks each."""

    def __init__(self, socket, fits):
        self.socket = socket
        self.fits = fits

    async def find(self, wanted):
        while True:
            frame = json.loads(await self.socket.read_message())
            self.fits(FRAME, frame)
            if wanted(frame):
                return frame

    def command(self, command, **fields):
        self.socket.write_message(json.dumps({"kind": "command", "command": command, **fields}))


@pytest.fixture
def open_stream(call, echo, jp_ws_fetch, fits):
    async def opened():
        await call("PUT", "/deployments/{name}", name="plant", body={"flow": echo}, expect=201)
        socket = await jp_ws_fetch("vgd", "api", "deployments", "plant", "stream")
        stream = Stream(socket, fits)
        await stream.find(lambda frame: frame["kind"] == "state")
        return stream

    return opened


def is_live(node):
    return lambda frame: frame["kind"] == "live" and node in frame["nodes"]


async def test_frames_show_counts_and_messages_and_commands_are_carried_out(open_stream):
    stream = await open_stream()
    first = await stream.find(is_live("out"))
    assert first["nodes"]["out"]["received"] == 0

    stream.command("press", node="in")
    shown = await stream.find(lambda frame: frame.get("events"))
    assert shown["events"][0]["value"] == "pressed"
    stream.command("send", node="out", msg={"payload": 7})
    shown = await stream.find(lambda frame: frame.get("events"))
    assert shown["events"][0]["value"] == 7

    stream.command("stop")
    stopped = await stream.find(lambda f: f["kind"] == "state" and f["state"] == "stopped")
    assert not stopped["running"]
    stream.command("run")
    again = await stream.find(lambda f: f["kind"] == "state" and f["running"])
    assert again["message"] == "running on here"
    await stream.find(is_live("out"))
    stream.socket.close()


async def test_what_cannot_be_done_is_said_and_the_stream_goes_on(open_stream):
    stream = await open_stream()
    await stream.find(is_live("out"))
    stream.command("send", node="nobody", msg={})
    error = await stream.find(lambda frame: frame["kind"] == "notice")
    assert error["reason"] == "UnknownNodeError"
    stream.socket.write_message("{")
    error = await stream.find(lambda frame: frame["kind"] == "notice")
    assert error["reason"] == "BadFrame"
    stream.command("press", node="in")
    await stream.find(lambda frame: frame.get("events"))
    stream.socket.close()


async def test_a_stream_of_nothing_is_not_opened(keeper, jp_ws_fetch):
    with pytest.raises(HTTPClientError, match="404"):
        await jp_ws_fetch("vgd", "api", "deployments", "nothing", "stream")


@pytest.fixture
def only_looking(jp_server_config):
    jp_server_config["ServerApp"]["authorizer_class"] = OnlyLooking


async def test_who_may_only_look_sees_frames_and_may_do_nothing(only_looking, open_stream):
    stream = await open_stream()
    await stream.find(is_live("out"))
    stream.command("stop")
    error = await stream.find(lambda frame: frame["kind"] == "notice")
    assert error["reason"] == "Forbidden"
    stream.socket.close()
