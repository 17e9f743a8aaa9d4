"""The http in and http response nodes over real sockets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

OpenFlow = Callable[..., AbstractAsyncContextManager[Any]]
Fetch = Callable[[int, str], Awaitable[str]]

ECHO = [
    {"id": "in", "type": "http in", "method": "get", "url": "/a/:name", "wires": [["back", "out"]]},
    {"id": "back", "type": "http response", "wires": []},
]
GET = "GET {} HTTP/1.1\nHost: x\nConnection: close\n{}\n"


def post(url: str, kind: str, body: str) -> str:
    head = f"POST {url} HTTP/1.1\nHost: x\nConnection: close\nContent-Type: {kind}\n"
    return f"{head}Content-Length: {len(body)}\n\n{body}"


@pytest.mark.asyncio
async def test_a_get_gives_query_and_parameters(open_flow: OpenFlow, fetch: Fetch) -> None:
    async with open_flow(*ECHO) as flow:
        answer = await fetch(flow.http_port, GET.format("/a/b%20c?x=1&y[z]=2", ""))
        request = flow.messages[0]["req"]
    assert answer.startswith("HTTP/1.1 200")
    assert '{"x":"1","y":{"z":"2"}}' in answer
    assert request["params"] == {"name": "b c"}
    assert request["method"] == "GET"


@pytest.mark.asyncio
async def test_an_answer_that_the_client_has_is_304(open_flow: OpenFlow, fetch: Fetch) -> None:
    async with open_flow(*ECHO) as flow:
        answer = await fetch(flow.http_port, GET.format("/a/b", ""))
        tag = next(line for line in answer.splitlines() if line.lower().startswith("etag"))
        again = await fetch(
            flow.http_port, GET.format("/a/b", "If-None-Match:" + tag.partition(":")[2] + "\n")
        )
    assert again.startswith("HTTP/1.1 304")


@pytest.mark.asyncio
async def test_a_path_without_a_node_is_404_and_escaped(open_flow: OpenFlow, fetch: Fetch) -> None:
    async with open_flow(*ECHO) as flow:
        answer = await fetch(flow.http_port, GET.format("/<b>", ""))
    assert answer.startswith("HTTP/1.1 404")
    assert "Cannot GET /&lt;b&gt;" in answer


@pytest.mark.asyncio
@pytest.mark.parametrize("body", ['{"a":', "3", "[" * 100_000])
async def test_a_body_that_is_no_json_object_is_500_and_a_warning(
    open_flow: OpenFlow, fetch: Fetch, body: str
) -> None:
    node = {"id": "in", "type": "http in", "method": "post", "url": "/p", "wires": [["out"]]}
    async with open_flow(node) as flow:
        answer = await fetch(flow.http_port, post("/p", "application/json", body))
        assert flow.logs("warn")
        assert flow.messages == []
    assert answer.startswith("HTTP/1.1 500")


@pytest.mark.asyncio
async def test_a_form_with_a_file_gives_fields_and_files(open_flow: OpenFlow, fetch: Fetch) -> None:
    entries = [
        {"id": "in", "type": "http in", "method": "post", "url": "/u", "upload": True,
         "wires": [["back", "out"]]},
        {"id": "back", "type": "http response", "wires": []},
    ]  # fmt: skip
    parts = (
        '--B\n\nContent-Disposition: form-data; name="a"\n\n1\n'
        '--B\nContent-Disposition: form-data; name="f"; filename="x.txt"\n\ndata\n--B--\n'
    ).replace("--B\n\nContent", "--B\nContent")
    body = parts.replace("\n", "\r\n")
    async with open_flow(*entries) as flow:
        request = post("/u", "multipart/form-data; boundary=B", "").replace(
            "Content-Length: 0", f"Content-Length: {len(body)}"
        )
        await fetch(flow.http_port, request + parts)
        msg = flow.messages[0]
    assert msg["payload"] == {"a": "1"}
    assert msg["req"]["files"][0]["originalname"] == "x.txt"
    assert msg["req"]["files"][0]["buffer"] == b"data"


@pytest.mark.asyncio
async def test_a_request_is_answered_once(open_flow: OpenFlow, fetch: Fetch) -> None:
    entries = [
        {"id": "in", "type": "http in", "method": "get", "url": "/a", "wires": [["one", "two"]]},
        {"id": "one", "type": "http response", "wires": []},
        {"id": "two", "type": "http response", "wires": []},
    ]
    async with open_flow(*entries) as flow:
        await fetch(flow.http_port, GET.format("/a", ""))
        caught = (await flow.received())[0]
    assert "answered before" in caught["error"]["message"]
    assert caught["error"]["source"]["id"] == "two"


@pytest.mark.asyncio
async def test_a_port_in_use_is_an_error_of_the_node_and_the_flow_runs(open_flow: OpenFlow) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with open_flow(*ECHO, http_port=port) as flow:
            assert any(f"port {port}" in text for text in flow.logs("error"))
            assert f"port {port}" in flow.statuses("in")[-1]
            flow.run.send("back", {"payload": 1})
            assert await flow.run.idle(2)
            assert "No response object" in flow.logs("warn")


@pytest.mark.asyncio
async def test_the_port_is_given_back_at_stop(open_flow: OpenFlow, fetch: Fetch) -> None:
    async with open_flow(*ECHO) as flow:
        port = flow.http_port
        await fetch(port, GET.format("/a/b", ""))
    async with open_flow(*ECHO, http_port=port) as again:
        assert (await fetch(port, GET.format("/a/b", ""))).startswith("HTTP/1.1 200")
        assert again.logs("error") == []


@pytest.mark.asyncio
async def test_a_request_that_waits_at_stop_is_answered_with_503(
    open_flow: OpenFlow, fetch: Fetch
) -> None:
    node = {"id": "in", "type": "http in", "method": "get", "url": "/never", "wires": [["out"]]}
    async with open_flow(node) as flow:
        asking = asyncio.ensure_future(fetch(flow.http_port, GET.format("/never", "")))
        await flow.received()
    assert (await asking).startswith("HTTP/1.1 503")


@pytest.mark.asyncio
async def test_a_boolean_payload_is_an_error(open_flow: OpenFlow) -> None:
    from vgd_kernel.model.network import HttpRequest, HttpResponse

    async with open_flow(ECHO[1]) as flow:
        response = HttpResponse(HttpRequest(), lambda status, headers, body: True)
        flow.run.send("back", {"payload": True, "res": response})
        caught = (await flow.received())[0]
    assert "boolean" in caught["error"]["message"]
