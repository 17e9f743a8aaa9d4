"""``/nodes``: what is installed."""

import pytest

from vgd_kernel.model import installed
from vgd_kernel.services.admin.node_sets import node_sets

pytestmark = pytest.mark.asyncio
JSON = {"Accept": "application/json"}


async def test_every_installed_type_is_in_one_set():
    listed = [name for node_set in node_sets(installed(), "5.0.7") for name in node_set.types]
    assert len(listed) == len(set(listed))
    assert set(installed().classes) <= set(listed)


async def test_the_sets_are_listed_as_node_red_lists_them(server):
    status, found = await server.ask("GET", "/nodes", **JSON)
    assert status == 200
    assert {
        "id": "node-red/link", "name": "link", "types": ["link in", "link out", "link call"],
        "enabled": True, "local": False, "user": False, "module": "node-red", "version": "5.0.7",
    } in found  # fmt: skip
    own = next(node_set for node_set in found if node_set["types"] == ["dataframe"])
    assert (own["module"], own["local"]) == ("visualgriddev", True)


async def test_an_editor_gets_a_page_that_registers_every_type(server):
    status, page = await server.ask("GET", "/nodes")
    assert status == 200
    assert 'RED.nodes.registerType("mqtt in"' in page
    assert 'data-help-name="inject"' in page
    assert "[red-module:node-red/switch]" in page


async def test_a_module_and_a_set_can_be_looked_at(server):
    status, module = await server.ask("GET", "/nodes/node-red")
    assert (status, module["name"], len(module["nodes"])) == (200, "node-red", 37)
    status, found = await server.ask("GET", "/nodes/node-red/inject", **JSON)
    assert (status, found["types"]) == (200, ["inject"])
    assert "registerType" in (await server.ask("GET", "/nodes/node-red/inject"))[1]


async def test_what_is_not_installed_is_not_found(server):
    for path in ("/nodes/nothing", "/nodes/nothing/here", "/nodes/@scope/name", "/nodes/@a/b/c"):
        status, found = await server.ask("GET", path, **JSON)
        assert (status, found["code"]) == (404, "not_found")


async def test_a_set_that_is_to_be_on_is_on(server):
    for path in ("/nodes/node-red", "/nodes/node-red/inject"):
        assert (await server.ask("PUT", path, {"enabled": True}))[0] == 200


async def test_a_set_is_not_switched_off(server):
    for path, code in (
        ("/nodes/node-red", "type_in_use"),
        ("/nodes/node-red/inject", "type_in_use"),
        ("/nodes/node-red/udp", "unexpected_error"),
    ):
        status, found = await server.ask("PUT", path, {"enabled": False})
        assert (status, found["code"]) == (400, code)
    assert (await server.ask("PUT", "/nodes/node-red/udp", {}))[1]["code"] == "invalid_request"
    assert (await server.ask("PUT", "/nodes/x/y", {"enabled": True}))[1]["code"] == "not_found"


async def test_nothing_is_installed_or_removed(server):
    status, found = await server.ask("POST", "/nodes", {"module": "node-red-node-x"})
    assert status == 400
    assert "pip" in found["message"]
    assert (await server.ask("POST", "/nodes", {}))[1]["code"] == "invalid_request"
    assert (await server.ask("DELETE", "/nodes/node-red"))[0] == 400
    assert (await server.ask("DELETE", "/nodes/nothing"))[0] == 404
