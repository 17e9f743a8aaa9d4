"""The http request, http proxy and websocket nodes on real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from vgd_kernel.nodes.network._digest import digest_header
from vgd_kernel.nodes.network._proxies import is_direct
from vgd_kernel.testing.nodered.fixtures import free_ports, make_certificate

OpenFlow = Callable[..., AbstractAsyncContextManager[Any]]


def port() -> int:
    return int(free_ports("")["HTTP"])


def served(code: str) -> list[dict[str, Any]]:
    return [
        {"id": "in", "type": "http in", "method": "get", "url": "/*", "wires": [["f"]]},
        {"id": "post", "type": "http in", "method": "post", "url": "/*", "wires": [["f"]]},
        {"id": "f", "type": "function", "func": code, "outputs": 1, "wires": [["back"]]},
        {"id": "back", "type": "http response", "wires": []},
    ]


def ask(url: str, **given: Any) -> dict[str, Any]:
    return {"id": "ask", "type": "http request", "url": url, "wires": [["out"]], **given}


@pytest.mark.asyncio
async def test_redirects_are_followed_with_their_cookies(open_flow: OpenFlow) -> None:
    at = port()
    code = (
        'if (msg.req.path === "/a") { msg.statusCode = 302; msg.headers = {location: "/b"};'
        'msg.cookies = {c: "1"}; msg.payload = ""; } else { msg.payload = msg.req.cookies; }'
        "return msg;"
    )
    entries = [*served(code), ask(f"127.0.0.1:{at}/a", ret="obj")]
    async with open_flow(*entries, http_port=at) as flow:
        flow.run.send("ask", {})
        msg = (await flow.received())[0]
        flow.run.send("ask", {"followRedirects": False})
        stayed = (await flow.received(2))[1]
    assert msg["payload"] == {"c": "1"}
    assert msg["redirectList"] == [
        {"location": "/b", "cookies": {"c": {"Path": "/", "value": "1"}}}
    ]
    assert msg["responseUrl"].endswith("/b")
    assert stayed["statusCode"] == 302


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("kind", "payload", "body"),
    [
        ("", {"a": [1]}, {"a": [1]}),
        (
            "application/x-www-form-urlencoded",
            {"a": "x y", "b": [1, 2]},
            {"a": "x y", "b": ["1", "2"]},
        ),
        ("text/plain", 4.5, "4.5"),
        ("application/octet-stream", b"\x00\xff", {"type": "Buffer", "data": [0, 255]}),
    ],
)
async def test_a_payload_is_sent_as_its_content_type_says(
    open_flow: OpenFlow, kind: str, payload: Any, body: Any
) -> None:
    at = port()
    entries = [*served("msg.payload = [msg.payload]; return msg;"),
               ask(f"http://127.0.0.1:{at}/", method="POST", ret="obj")]  # fmt: skip
    async with open_flow(*entries, http_port=at) as flow:
        flow.run.send("ask", {"payload": payload, "headers": {"content-type": kind}})
        assert (await flow.received())[0]["payload"] == [body]


@pytest.mark.asyncio
async def test_files_are_uploaded_as_parts(open_flow: OpenFlow) -> None:
    at = port()
    entries = served("msg.payload = [msg.payload, msg.req.files[0].size]; return msg;")
    entries[1]["upload"] = True
    async with open_flow(
        *entries, ask(f"http://127.0.0.1:{at}/", method="POST", ret="obj"), http_port=at
    ) as flow:
        payload = {"a": "1", "f": {"value": b"\x00\xff", "options": {"filename": "x.bin"}}}
        headers = {"content-type": "multipart/form-data"}
        flow.run.send("ask", {"payload": payload, "headers": headers})
        assert (await flow.received())[0]["payload"] == [{"a": "1"}, 2]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1:1/", "ECONNREFUSED"),
        ("http://does-not-exist.invalid/", ("ENOTFOUND", "EAI_AGAIN")),
        ("http://127.0.0.1:99999/", ("ERR_INVALID_URL", "ERR_INVALID_ARG")),
    ],
)
async def test_a_failure_is_caught_and_goes_on_with_its_code(
    open_flow: OpenFlow, url: str, code: str | tuple[str, ...]
) -> None:
    async with open_flow(ask(url)) as flow:
        flow.run.send("ask", {"payload": 1})
        messages = await flow.received(2)
    caught = next(msg for msg in messages if "error" in msg)
    passed = next(msg for msg in messages if "error" not in msg)
    assert caught["error"]["source"]["id"] == "ask"
    assert passed["statusCode"] in (code if isinstance(code, tuple) else (code,))


@pytest.mark.asyncio
async def test_a_server_that_says_nothing_is_a_timeout(open_flow: OpenFlow) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    at = listening.sockets[0].getsockname()[1]
    async with open_flow(ask(f"http://127.0.0.1:{at}/", senderr=True)) as flow:
        flow.run.send("ask", {"requestTimeout": 50})
        caught = (await flow.received())[0]
        assert flow.statuses("ask")[-1] == "common.notification.errors.no-response"
    listening.close()
    await listening.wait_closed()
    assert caught["error"]["message"] == "no response from server"


@pytest.mark.asyncio
async def test_credentials_are_sent_and_never_shown(open_flow: OpenFlow) -> None:
    at = port()
    entries = [*served("msg.payload = msg.req.headers.authorization; return msg;"),
               ask(f"http://127.0.0.1:{at}/", authType="basic",
                   credentials={"user": "u", "password": "s3cret"})]  # fmt: skip
    async with open_flow(*entries, http_port=at) as flow:
        flow.run.send("ask", {})
        assert (await flow.received())[0]["payload"] == "Basic dTpzM2NyZXQ="
        assert "s3cret" not in repr(flow.events)


@pytest.mark.asyncio
async def test_a_certificate_that_nobody_vouches_for_is_refused(
    open_flow: OpenFlow, tmp_path: Path
) -> None:
    import ssl

    await make_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    at = listening.sockets[0].getsockname()[1]
    async with open_flow(ask(f"https://127.0.0.1:{at}/", senderr=True)) as flow:
        flow.run.send("ask", {})
        caught = (await flow.received())[0]
        assert flow.statuses("ask")[-1] == "DEPTH_ZERO_SELF_SIGNED_CERT"
        flow.run.send("ask", {"rejectUnauthorized": False})
        assert (await flow.received(2))[1]["payload"] == "ok"
    listening.close()
    await listening.wait_closed()
    assert "error" in caught


def test_digest_is_that_of_the_rfc() -> None:
    challenge = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    header = digest_header(
        challenge,
        user="Mufasa",
        password="Circle of Life",
        method="GET",
        path="/dir/index.html",
        nonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    assert 'response="8ca523f5e9506fed4657c9700eebdbec"' in header


@pytest.mark.parametrize(
    ("url", "hosts", "direct"),
    [
        ("http://a.b/", ["a.b"], True),
        ("http://x.a.b/", ["a.b"], False),
        ("http://x.a.b/", [".a.b"], True),
        ("http://x.a.b/", ["*.a.b"], True),
        ("http://a.b:81/", ["a.b:80"], False),
        ("http://a.b/", [""], False),
    ],
)
def test_hosts_without_a_proxy_are_asked_directly(url: str, hosts: list[str], direct: bool) -> None:
    assert is_direct(url, hosts) is direct


@pytest.mark.asyncio
async def test_a_websocket_client_returns_and_shows_its_state(open_flow: OpenFlow) -> None:
    at = port()
    client = [
        {"id": "wc", "type": "websocket-client", "path": f"ws://127.0.0.1:{at}/ws"},
        {"id": "in", "type": "websocket in", "client": "wc", "wires": [["out"]]},
        {"id": "send", "type": "websocket out", "client": "wc", "wires": []},
    ]
    listener = [
        {"id": "wl", "type": "websocket-listener", "path": "ws"},
        {"id": "back", "type": "websocket in", "server": "wl", "wires": [["echo"]]},
        {"id": "echo", "type": "websocket out", "server": "wl", "wires": []},
    ]
    async with open_flow(*listener, http_port=at) as server, open_flow(*client) as flow:
        await flow.shows("send", "connected ")
        flow.run.send("send", {"payload": {"a": 1}})
        flow.run.send("send", {"payload": b"\x00"})
        first, second = await flow.received(2)
        await server.shows("back", "connected 1")
        await server.run.stop()
        await flow.until(lambda: flow.statuses("in")[-1] == "common.status.disconnected")
        flow.run.send("send", {"payload": "nobody"})
        await flow.until(lambda: bool(flow.logs("warn")))
    assert (first["payload"], second["payload"]) == ('{"a":1}', b"\x00")


@pytest.mark.asyncio
async def test_two_listeners_on_one_path_are_an_error(open_flow: OpenFlow) -> None:
    async with open_flow(
        {"id": "a", "type": "websocket-listener", "path": "/same"},
        {"id": "b", "type": "websocket-listener", "path": "same"},
    ) as flow:
        assert "on /same already" in flow.logs("error")[0]
