"""What the client sends, and what it says when it gets nothing."""

import json

import httpx
import pytest

from vgd_kernel.model.errors import ServerError
from vgd_kernel.services.client import Client


class Server:
    """Answers requests as it was told, in turn."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.seen = []

    def __call__(self, request):
        body = json.loads(request.content) if request.content else None
        self.seen.append((request.method, request.url.raw_path.decode(), body))
        self.token = request.headers.get("Authorization")
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, data = answer
        if isinstance(data, str):
            return httpx.Response(status, text=data)
        return httpx.Response(status, json=data) if data is not None else httpx.Response(status)


def client_of(*answers):
    server = Server(*answers)
    return Client("http://host/base", "secret", transport=httpx.MockTransport(server)), server


def test_requests_carry_the_token_and_quote_names():
    client, server = client_of((200, {"name": "a/b"}))
    client.deploy("a/b", [{"id": "x", "type": "tab"}], {"site": "y"})
    body = {"flow": [{"id": "x", "type": "tab"}], "labels": {"site": "y"}, "environment": {}}
    assert server.seen == [("PUT", "/base/vgd/api/deployments/a%2Fb", body)]
    assert server.token == "token secret"


@pytest.mark.parametrize(
    ("call", "method", "path", "body"),
    [
        (lambda c: c.start("f"), "POST", "deployments/f/start", None),
        (lambda c: c.stop("f"), "POST", "deployments/f/stop", None),
        (lambda c: c.remove("f"), "DELETE", "deployments/f", None),
        (lambda c: c.rollback("f", 2), "POST", "deployments/f/rollback", {"revision": 2}),
        (lambda c: c.revision("f", 2), "GET", "deployments/f/revisions/2", None),
        (lambda c: c.status("f"), "GET", "deployments/f/status", None),
        (lambda c: c.job("j"), "GET", "jobs/j", None),
        (lambda c: c.change_job("j", paused=True), "PATCH", "jobs/j", {"paused": True}),
        (lambda c: c.remove_job("j"), "DELETE", "jobs/j", None),
        (lambda c: c.run_job("j"), "POST", "jobs/j/run", None),
    ],
)
def test_each_method_is_one_request(call, method, path, body):
    client, server = client_of((200, {}))
    call(client)
    assert server.seen == [(method, f"/base/vgd/api/{path}", body)]


@pytest.mark.parametrize(
    ("key", "call"),
    [
        ("types", Client.palette),
        ("workers", Client.workers),
        ("deployments", Client.deployments),
        ("jobs", Client.jobs),
        ("revisions", lambda client: client.revisions("f")),
        ("runs", lambda client: client.runs("j")),
    ],
)
def test_lists_come_out_of_their_envelopes(key, call):
    client, _ = client_of((200, {key: [{"name": "one"}]}))
    assert call(client) == [{"name": "one"}]


def test_waiting_for_a_message_asks_again_until_one_comes():
    client, server = client_of(
        (200, {"messages": [], "next": 0}), (200, {"messages": [{"seq": 1}], "next": 1})
    )
    assert client.messages("f", "out", wait_s=5)["next"] == 1
    assert len(server.seen) == 2
    assert "node=out" in server.seen[0][1]


def test_settling_ends_when_the_deployment_has_failed():
    client, server = client_of(
        (200, {"state": "starting"}), (200, {"logs": [{}], "next": 1}), (200, {"state": "failed"})
    )
    assert client.settle("f", timeout_s=0.5)["state"] == "failed"
    assert len(server.seen) == 3


def test_waiting_for_a_run_ends_with_the_run():
    client, _ = client_of((200, {"state": "running"}), (200, {"state": "succeeded"}))
    assert client.wait_run("j", "r", timeout_s=5)["state"] == "succeeded"
    client, _ = client_of((200, {"state": "running"}))
    assert client.wait_run("j", "r", timeout_s=0)["state"] == "running"


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        ((404, {"message": "no deployment", "reason": "X"}), 404, "no deployment"),
        ((404, "<html>"), 404, "knows no VisualGridDev"),
        ((403, {"message": "Forbidden", "reason": None}), 403, "VGD_SERVER_TOKEN"),
        ((500, "oops"), 500, "status 500"),
        (httpx.ConnectError("refused"), 0, "does not answer"),
    ],
)
def test_a_refusal_says_what_to_do(answer, status, text):
    client, _ = client_of(answer)
    with pytest.raises(ServerError, match=text) as caught:
        client.me()
    assert caught.value.status == status
    assert not client.answers()


def test_without_a_server_it_says_how_to_name_one(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(ServerError, match="VGD_SERVER_URL"):
        Client.connect({}, any_local=True)
