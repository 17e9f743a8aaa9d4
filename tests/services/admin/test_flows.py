"""``/flows``: reading, deploying, stopping and starting."""

import json
from typing import Any

import pytest

pytestmark = pytest.mark.asyncio


def with_rule(flows: list[dict[str, Any]], to: str) -> list[dict[str, Any]]:
    rule = {"t": "set", "p": "last", "pt": "global", "to": to, "tot": "str"}
    return [{**e, "rules": [rule]} if e["id"] == "keep" else e for e in flows]


async def test_the_flows_come_back_as_they_stand_in_the_file(server):
    status, flows = await server.ask("GET", "/flows")
    assert (status, flows) == (200, json.loads((server.folder / "flows.json").read_text()))


async def test_version_2_of_the_api_brings_the_revision(server):
    status, found = await server.ask("GET", "/flows", Node_RED_API_Version="v2")
    assert status == 200
    assert found["rev"] == server.runtime.revision
    assert found["flows"] == server.runtime.entries


async def test_an_unknown_version_of_the_api_is_refused(server):
    for method in ("GET", "POST"):
        status, found = await server.ask(method, "/flows", [], Node_RED_API_Version="v3")
        assert (status, found["code"]) == (400, "invalid_api_version")


@pytest.mark.parametrize("kind", ["full", "flows", "nodes"])
async def test_a_deployment_runs_and_is_in_the_file(server, kind):
    flows = with_rule(server.runtime.entries, "new")
    deployed = await server.ask("POST", "/flows", flows, Node_RED_Deployment_Type=kind)
    assert deployed == (204, "")
    await server.press()
    assert (await server.ask("GET", "/context/global/last"))[1]["msg"] == "new"
    assert json.loads((server.folder / "flows.json").read_text()) == flows
    assert (server.folder / ".flows.json.backup").exists()


async def test_version_2_deploys_what_was_made_from_the_present_revision(server):
    flows = with_rule(server.runtime.entries, "new")
    body = {"flows": flows, "rev": server.runtime.revision}
    status, found = await server.ask("POST", "/flows", body, Node_RED_API_Version="v2")
    assert (status, found) == (200, {"rev": server.runtime.revision})
    body["rev"] = "0" * 64
    status, found = await server.ask("POST", "/flows", body, Node_RED_API_Version="v2")
    assert (status, found["code"]) == (409, "version_mismatch")


async def test_a_reload_reads_the_file_again(server):
    flows = with_rule(server.runtime.entries, "from the file")
    (server.folder / "flows.json").write_text(json.dumps(flows), "utf-8")
    reloaded = await server.ask("POST", "/flows", None, Node_RED_Deployment_Type="reload")
    assert reloaded == (204, "")
    await server.press()
    assert (await server.ask("GET", "/context/global/last"))[1]["msg"] == "from the file"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"[{", "application/json"),
        (b"7", "application/json"),
        (b"{}", "application/json"),
        (b'[{"id": "a"}]', "application/json"),
        (b'[{"id": "a", "type": "tab"}, {"id": "a", "type": "tab"}]', "application/json"),
        (b"[]", "text/plain"),
        (b"\xff", "application/json"),
    ],
)
async def test_what_is_no_flow_is_refused_and_changes_nothing(server, content, kind):
    before = (server.folder / "flows.json").read_bytes()
    answer = await server.client.post("/flows", content=content, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert answer.json()["code"] == "unexpected_error"
    assert answer.json()["message"]
    assert (server.folder / "flows.json").read_bytes() == before
    await server.press()


async def test_an_unknown_kind_of_deployment_is_refused(server):
    status, found = await server.ask(
        "POST", "/flows", server.runtime.entries, Node_RED_Deployment_Type="most"
    )
    assert (status, found["code"]) == (400, "unexpected_error")
    assert "most" in found["message"]


async def test_the_flows_stop_and_start(server):
    assert await server.ask("GET", "/flows/state") == (200, {"state": "start"})
    assert await server.ask("POST", "/flows/state", {"state": "stop"}) == (200, {"state": "stop"})
    assert await server.ask("POST", "/inject/press") == (404, "Not Found")
    assert await server.ask("POST", "/flows/state", {"state": "start"}) == (200, {"state": "start"})
    await server.press()
    status, found = await server.ask("POST", "/flows/state", {"state": "pause"})
    assert (status, found["code"]) == (400, "invalid_run_state")
