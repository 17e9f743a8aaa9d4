"""``/flow``: one tab."""

import pytest

from vgd_kernel.services.runtime.single import add_flow, change_flow, read_flow, remove_flow

NEW = {
    "label": "New",
    "nodes": [{"id": "n1", "type": "inject", "x": 1, "y": 2, "wires": [["n2"]]}],
    "configs": [{"id": "n3", "type": "mqtt-broker", "broker": "x"}],
    "disabled": True,
    "unknown": "goes",
}


@pytest.mark.asyncio
async def test_a_flow_is_added_read_changed_and_removed(server):
    status, made = await server.ask("POST", "/flow", NEW)
    assert status == 200
    id = made["id"]
    status, found = await server.ask("GET", f"/flow/{id}")
    assert (status, found["label"], found["disabled"]) == (200, "New", True)
    assert [node["z"] for node in (*found["nodes"], *found["configs"])] == [id, id]
    assert "unknown" not in found
    changed = {"label": "Changed", "nodes": []}
    assert await server.ask("PUT", f"/flow/{id}", changed) == (200, {"id": id})
    assert await server.ask("GET", f"/flow/{id}") == (
        200,
        {"id": id, "label": "Changed", "nodes": []},
    )
    assert await server.ask("DELETE", f"/flow/{id}") == (204, "")
    assert (await server.ask("GET", f"/flow/{id}"))[0] == 404


@pytest.mark.asyncio
async def test_the_other_flows_go_on_while_one_is_added(server):
    assert (await server.ask("POST", "/flow", NEW))[0] == 200
    await server.press()
    assert (await server.ask("GET", "/context/global/last"))[1]["msg"] == "7"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "body",
    [
        {"label": "no nodes"},
        {"nodes": 5},
        {"nodes": [5]},
        {"nodes": [{"id": "press", "type": "inject"}]},
        {"nodes": [{"id": "a", "type": "tab"}]},
        {"nodes": [{"id": "a"}]},
        [],
    ],
)
async def test_what_is_no_flow_is_not_added(server, body):
    before = server.runtime.entries
    status, found = await server.ask("POST", "/flow", body)
    assert (status, found["code"]) == (400, "unexpected_error")
    assert server.runtime.entries is before


@pytest.mark.asyncio
async def test_an_unknown_flow_is_not_found(server):
    for method in ("GET", "PUT", "DELETE"):
        status, found = await server.ask(method, "/flow/nobody", {"nodes": []})
        assert (status, found["code"]) == (404, "not_found")


@pytest.mark.asyncio
async def test_global_cannot_be_removed(server):
    assert (await server.ask("DELETE", "/flow/global"))[0] == 400


SUBFLOW = [
    {"id": "s", "type": "subflow", "name": "S", "in": [], "out": []},
    {"id": "i", "type": "change", "z": "s", "x": 1, "y": 1, "wires": []},
    {"id": "g", "type": "group", "z": "s", "nodes": ["i"]},
    {"id": "c", "type": "tls-config", "z": "s"},
    {"id": "b", "type": "mqtt-broker"},
    {"id": "t", "type": "tab", "label": "T", "env": []},
    {"id": "o", "type": "link out", "z": "t", "x": 1, "y": 1, "links": [], "wires": []},
]


def test_global_holds_what_is_on_no_tab():
    found = read_flow(SUBFLOW, "global")
    assert found["configs"] == [SUBFLOW[4]]
    (subflow,) = found["subflows"]
    assert [node["id"] for node in subflow["nodes"]] == ["i", "g"]
    assert [node["id"] for node in subflow["configs"]] == ["c"]


def test_a_link_out_comes_without_its_wires():
    (node,) = read_flow(SUBFLOW, "t")["nodes"]
    assert "wires" not in node


def test_a_tab_without_an_entry_is_there_when_nodes_name_it():
    node = {"id": "n", "type": "inject", "z": "gone", "x": 1, "y": 1}
    assert read_flow([node], "gone") == {"id": "gone", "nodes": [node]}
    assert remove_flow([node], "gone") == []


def test_global_can_be_written_back():
    found = read_flow(SUBFLOW, "global")
    again = change_flow(SUBFLOW, "global", found)
    assert sorted(e["id"] for e in again) == sorted(e["id"] for e in SUBFLOW)
    assert read_flow(again, "global") == found


def test_a_changed_tab_keeps_credentials_that_come_with_it():
    changed = change_flow(SUBFLOW, "t", {"label": "T", "nodes": [], "credentials": {"a": "b"}})
    assert changed[-1] == {"type": "tab", "id": "t", "label": "T", "credentials": {"a": "b"}}


def test_an_added_flow_stands_at_the_end():
    assert [e["id"] for e in add_flow(SUBFLOW, "z9", {"nodes": []})][-1] == "z9"
