"""``/context``: reading and deleting values."""

import pytest

pytestmark = pytest.mark.asyncio


async def test_a_value_comes_as_text_with_its_format(server):
    await server.press()
    assert await server.ask("GET", "/context/global/last") == (
        200,
        {"msg": "7", "format": "number"},
    )
    flow = await server.ask("GET", "/context/flow/tab/last")
    assert flow == (200, {"msg": '{"seen":[7]}', "format": "Object"})
    assert (await server.ask("GET", "/context/flow/tab/last.seen[0]"))[1]["msg"] == "7"


async def test_a_value_that_is_not_there_is_undefined(server):
    undefined = {"msg": "(undefined)", "format": "undefined"}
    assert await server.ask("GET", "/context/global/nothing") == (200, undefined)


async def test_a_whole_context_comes_by_store(server):
    await server.press()
    found = {"memory": {"last": {"msg": "7", "format": "number"}}}
    assert await server.ask("GET", "/context/global") == (200, found)
    assert await server.ask("GET", "/context/global?store=memory") == (200, found)
    assert await server.ask("GET", "/context/node/keep") == (200, {"memory": {}})
    assert await server.ask("GET", "/context/node/nobody") == (200, {})


async def test_keys_only_leaves_the_values_out(server):
    await server.press()
    keys = {"memory": {"keys": [{"key": "last"}]}}
    assert await server.ask("GET", "/context/flow/tab?keysOnly") == (200, keys)
    inner = {"keys": [{"key": "seen", "format": "array[1]", "length": 1}], "format": "object"}
    assert await server.ask("GET", "/context/flow/tab/last?keysOnly=true") == (
        200,
        {"memory": inner},
    )


async def test_a_value_can_be_deleted(server):
    await server.press()
    assert await server.ask("DELETE", "/context/global/last") == (204, "")
    assert (await server.ask("GET", "/context/global/last"))[1]["format"] == "undefined"
    assert (await server.ask("DELETE", "/context/global/"))[0] == 404


async def test_an_unknown_store_is_not_found(server):
    for method in ("GET", "DELETE"):
        status, found = await server.ask(method, "/context/global/last?store=nowhere")
        assert (status, found["code"]) == (404, "not_found")
        assert "memory" in found["message"]


async def test_every_store_is_shown_and_can_be_asked_for(serve):
    keep = {"t": "set", "p": "#:(file)::kept", "pt": "global", "to": "x", "tot": "str"}
    flows = [
        {"id": "tab", "type": "tab"},
        {"id": "n", "type": "change", "z": "tab", "x": 1, "y": 1, "rules": [keep], "wires": [[]]},
    ]
    stores = {"fast": {"module": "memory"}, "file": {"module": "localfilesystem"}}
    server = await serve(flows, context={"context_stores": stores})
    await server.press("n")
    kept = {"msg": "x", "format": "string[1]"}
    found = {"fast": {}, "file": {"kept": kept}}
    assert await server.ask("GET", "/context/global") == (200, found)
    in_file = {**kept, "store": "file"}
    assert await server.ask("GET", "/context/global/kept?store=file") == (200, in_file)
    assert (await server.ask("GET", "/context/global/kept"))[1]["format"] == "undefined"
    names = {"default": "fast", "stores": ["fast", "file"]}
    assert (await server.ask("GET", "/settings"))[1]["context"] == names
    await server.served.close()
    again = await serve(None, context={"context_stores": stores})
    assert (await again.ask("GET", "/context/global/kept?store=file"))[1]["msg"] == "x"


async def test_contexts_can_be_looked_at_while_the_flows_are_stopped(server):
    await server.press()
    assert (await server.ask("POST", "/flows/state", {"state": "stop"}))[0] == 200
    assert (await server.ask("GET", "/context/global/last"))[1]["msg"] == "7"
    assert await server.ask("GET", "/context/node/keep") == (200, {})
