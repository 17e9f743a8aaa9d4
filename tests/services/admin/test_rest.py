"""The smaller routes: settings, diagnostics, credentials, library, plug-ins, and the HTTP forms."""

import pytest

pytestmark = pytest.mark.asyncio

BROKER = {"id": "br", "type": "mqtt-broker", "name": "", "broker": "127.0.0.1", "port": "1",
          "autoConnect": False}  # fmt: skip
SECRETS = {"user": "ali", "password": "sesame"}


async def test_settings_tell_what_a_client_needs(server):
    status, found = await server.ask("GET", "/settings")
    assert (status, found["version"], found["httpNodeRoot"]) == (200, "5.0.7", "/")
    assert found["context"] == {"default": "memory", "stores": ["memory"]}
    assert found["flowEncryptionType"] == "system"


async def test_what_an_editor_remembers_is_merged(server):
    assert await server.ask("GET", "/settings/user") == (200, {})
    for body in ({"a": {"b": 1, "c": [1]}}, {"a": {"b": None, "d": 2}, "e": "x"}):
        assert await server.ask("POST", "/settings/user", body) == (204, "")
    expected = {"a": {"c": [1], "d": 2}, "e": "x"}
    assert await server.ask("GET", "/settings/user") == (200, expected)


async def test_diagnostics_name_versions_and_no_secret(serve):
    server = await serve(serve={"credential_secret": "hidden"})
    status, found = await server.ask("GET", "/diagnostics")
    assert (status, found["report"]) == (200, "diagnostics")
    assert found["runtime"]["flows"] == {"state": "start", "started": True}
    assert "hidden" not in str(found)


async def test_passwords_are_taken_and_never_shown(server):
    deployed = await server.ask("POST", "/flows", [{**BROKER, "credentials": SECRETS}])
    assert deployed == (204, "")
    shown = {"user": "ali", "has_password": True}
    assert await server.ask("GET", "/credentials/mqtt-broker/br") == (200, shown)
    assert await server.ask("GET", "/flows") == (200, [BROKER])
    assert "sesame" not in str(await server.ask("GET", "/flow/global"))
    assert "sesame" not in (server.folder / "flows.json").read_text()
    assert "sesame" not in (server.folder / "flows_cred.json").read_text()
    plan = server.runtime.run.plan_of("br")
    assert plan is not None
    assert plan.entry["credentials"] == SECRETS


async def test_the_library_keeps_flows_and_texts(server):
    assert await server.ask("GET", "/library/local/flows") == (200, [])
    assert await server.ask("POST", "/library/local/flows/my/one", [{"a": 1}]) == (204, "")
    assert await server.ask("GET", "/library/local/flows") == (200, ["my"])
    assert await server.ask("GET", "/library/local/flows/my") == (200, [{"fn": "one.json"}])
    assert await server.ask("GET", "/library/local/flows/my/one") == (200, [{"a": 1}])
    text = {"name": "hey", "outputs": 2, "text": "return msg;\n// x: y\n"}
    assert await server.ask("POST", "/library/local/functions/f.js", text) == (204, "")
    assert await server.ask("GET", "/library/local/functions/f.js") == (200, text["text"])
    listed = [{"name": "hey", "outputs": "2", "fn": "f.js"}]
    assert await server.ask("GET", "/library/local/functions") == (200, listed)


async def test_the_library_ends_at_its_folder(server):
    for path in ("/library/local/flows/..%2f..%2fflows", "/library/local/..%2f/flows"):
        for method in ("GET", "POST"):
            assert (await server.ask(method, path, [1]))[0] in (400, 403, 404)
    assert not (server.folder.parent / "flows.json").exists()
    assert (await server.ask("GET", "/library/other/flows"))[0] == 400
    assert (await server.ask("GET", "/library/local/flows/nothing"))[1]["code"] == "ENOENT"


async def test_there_are_no_plugins(server):
    assert await server.ask("GET", "/plugins", Accept="application/json") == (200, [])
    assert await server.ask("GET", "/plugins/messages") == (200, {})


async def test_paths_are_read_as_express_reads_them(server):
    for path in ("/flows/", "/FLOWS", "/flows?x=1"):
        assert (await server.ask("GET", path))[0] == 200
    answer = await server.client.request("OPTIONS", "/flows")
    assert (answer.status_code, answer.headers["allow"]) == (200, "GET,HEAD,POST")
    answer = await server.client.head("/flows")
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await server.ask("PUT", "/flows"))[0] == 404
    assert (await server.ask("GET", "/nothing"))[0] == 404


async def test_an_unchanged_answer_is_not_sent_again(server):
    first = await server.client.get("/flows")
    again = await server.client.get("/flows", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_roots_part_the_api_from_the_flows(serve):
    http = [
        {"id": "in", "type": "http in", "url": "/flows", "method": "get", "wires": [["out"]]},
        {"id": "out", "type": "http response", "statusCode": "203", "wires": []},
    ]
    server = await serve(http, serve={"admin_root": "/admin"}, network={"http_node_root": "/api"})
    assert (await server.ask("GET", "/admin/flows"))[0] == 200
    assert (await server.ask("GET", "/api/flows"))[0] == 203
    assert (await server.ask("GET", "/flows"))[0] == 404


async def test_the_api_comes_before_http_nodes(serve):
    http = [
        {"id": "in", "type": "http in", "url": "/flows", "method": "get", "wires": [["out"]]},
        {"id": "other", "type": "http in", "url": "/flows/x", "method": "get", "wires": [["out"]]},
        {"id": "out", "type": "http response", "statusCode": "203", "wires": []},
    ]
    server = await serve(http)
    assert (await server.ask("GET", "/flows"))[0] == 200
    assert (await server.ask("GET", "/flows/x"))[0] == 203


async def test_a_browser_gets_a_page_unless_a_flow_answers_there(serve):
    server = await serve()
    status, page = await server.ask("GET", "/")
    assert (status, "flows.json" in page) == (200, True)
    http = [
        {"id": "in", "type": "http in", "url": "/", "method": "get", "wires": [["out"]]},
        {"id": "out", "type": "http response", "statusCode": "203", "wires": []},
    ]
    assert (await server.ask("POST", "/flows", http))[0] == 204
    assert (await server.ask("GET", "/"))[0] == 203


async def test_the_page_is_below_the_root_of_the_api(serve):
    server = await serve(serve={"admin_root": "/admin"})
    assert (await server.ask("GET", "/"))[0] == 404
    for path in ("/admin", "/admin/"):
        status, page = await server.ask("GET", path)
        assert (status, 'href="/admin/flows"' in page) == (200, True)
