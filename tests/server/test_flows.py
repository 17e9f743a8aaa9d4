"""Flow files, the palette and who asks, over REST."""

import json

from vgd_kernel.model import FlowDocument


async def test_a_flow_is_saved_listed_loaded_changed_and_deleted(call, echo, jp_root_dir):
    path = "plant/first.flow.json"
    (jp_root_dir / "plant").mkdir()
    made = await call("PUT", "/flows/{path}", path=path, body={"flow": echo}, expect=201)
    text = (jp_root_dir / path).read_text()
    assert text == FlowDocument(echo).to_json()
    assert made["revision"] == FlowDocument(echo).revision()
    assert [flow["path"] for flow in (await call("GET", "/flows"))["flows"]] == [path]

    loaded = await call("GET", "/flows/{path}", path=path)
    body = {"flow": loaded["flow"][:1], "revision": loaded["revision"]}
    changed = await call("PUT", "/flows/{path}", path=path, body=body)
    assert changed["revision"] != loaded["revision"]
    assert len(json.loads((jp_root_dir / path).read_text())) == 1

    await call("DELETE", "/flows/{path}", path=path, expect=204)
    await call("GET", "/flows/{path}", path=path, expect=404)


async def test_a_change_to_what_somebody_else_has_saved_is_refused(call, echo, jp_root_dir):
    path = "first.flow.json"
    old = await call("PUT", "/flows/{path}", path=path, body={"flow": echo}, expect=201)
    body = {"flow": echo[:2], "revision": old["revision"]}
    await call("PUT", "/flows/{path}", path=path, body=body)
    before = (jp_root_dir / path).read_text()

    for stale in ({"flow": [], "revision": old["revision"]}, {"flow": []}):
        error = await call("PUT", "/flows/{path}", path=path, body=stale, expect=409)
        assert error["reason"] == "RevisionConflictError"
    assert (jp_root_dir / path).read_text() == before


async def test_a_file_that_is_no_flow_is_named(call, jp_root_dir):
    (jp_root_dir / "broken.flow.json").write_text("[{")
    error = await call("GET", "/flows/{path}", path="broken.flow.json", expect=400)
    assert "line 1" in error["message"]
    error = await call("PUT", "/flows/{path}", path="a.txt", body={"flow": []}, expect=400)
    assert error["problems"][0]["field"] == "path"


async def test_no_path_leads_out_of_the_servers_folder(call, jp_root_dir):
    (jp_root_dir.parent / "outside.flow.json").write_text("[]")
    await call("GET", "/flows/{path}", path="..%2Foutside.flow.json", expect=404)


async def test_a_flow_is_checked_without_being_started(call, echo):
    echo[1]["wires"][0].append("nobody")
    found = await call("POST", "/flows/check", body={"flow": echo})
    assert [problem["node"] for problem in found["problems"]] == ["in"]
    await call("POST", "/flows/check", body={"flow": "x"}, expect=400)


async def test_the_palette_has_the_node_types(call):
    types = {entry["type"] for entry in (await call("GET", "/palette"))["types"]}
    assert {"inject", "debug", "change"} <= types


async def test_one_is_told_who_one_is_and_what_one_may(call):
    me = await call("GET", "/me")
    assert (me["username"], me["name"]) == ("ada", "Ada")
    assert me["permissions"] == ["read", "write", "execute"]
