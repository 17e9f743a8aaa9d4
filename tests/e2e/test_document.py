"""The same canvas as a JupyterLab document: `*.flow.json`, alone and together."""

from __future__ import annotations

import json

import pytest
from lab_driver import Lab, open_lab, picture, wait_for
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

FLOW = [
    {"id": "tab", "type": "tab", "label": "Main"},
    {"id": "start", "type": "inject", "z": "tab", "name": "start", "x": 150, "y": 80,
     "props": [{"p": "payload"}], "payload": "5", "payloadType": "num", "repeat": "",
     "wires": [["out"]]},
    {"id": "out", "type": "debug", "z": "tab", "name": "out", "x": 400, "y": 80, "wires": []},
    {"id": "al", "type": "alien", "z": "tab", "x": 250, "y": 160, "keep": [1], "wires": []},
]  # fmt: skip


def write_flow(lab: Lab, name: str) -> str:
    (lab.root / name).write_text(json.dumps(FLOW), "utf-8")
    return name


def open_flow(page: Page, lab: Lab, name: str) -> Locator:
    """Open a flow by a double click in the file browser and return its canvas."""
    open_lab(page, lab)
    row = page.locator(".jp-DirListing-item", has_text=name)
    row.dblclick()
    editor = page.get_by_test_id("flow-editor")
    expect(editor.get_by_test_id("node-start")).to_be_visible()
    return editor


def saved(lab: Lab, name: str) -> dict[str, dict[str, object]]:
    return {entry["id"]: entry for entry in json.loads((lab.root / name).read_text("utf-8"))}


def rename(editor: Locator, node: str, name: str) -> None:
    editor.get_by_test_id(f"node-{node}").dblclick()
    form = editor.get_by_test_id("node-form")
    form.get_by_test_id("field-name").fill(name)
    form.get_by_test_id("form-done").click()


def test_a_double_click_opens_the_canvas_and_an_edit_is_saved_without_loss(
    plain_lab: Lab, page: Page
) -> None:
    name = write_flow(plain_lab, "plain.flow.json")
    editor = open_flow(page, plain_lab, name)
    picture(page, "document")
    rename(editor, "out", "renamed")
    page.keyboard.press("Control+s")
    wait_for(lambda: saved(plain_lab, name)["out"].get("name") == "renamed", 20, "the file")
    assert saved(plain_lab, name)["al"] == FLOW[3]
    assert list(saved(plain_lab, name)) == ["tab", "start", "out", "al"]


def test_two_people_edit_one_flow_live(lab: Lab, page: Page, browser: Browser) -> None:
    name = write_flow(lab, "shared.flow.json")
    mine = open_flow(page, lab, name)
    other_context = browser.new_context(viewport={"width": 1400, "height": 950})
    other_page = other_context.new_page()
    theirs = open_flow(other_page, lab, name)

    # 1. Each sees what the other does, at two nodes and at one.
    rename(mine, "out", "mine")
    rename(theirs, "start", "theirs")
    expect(theirs.get_by_test_id("node-out")).to_contain_text("mine")
    expect(mine.get_by_test_id("node-start")).to_contain_text("theirs")

    # 2. Undo takes back only one's own.
    mine.get_by_test_id("tool-undo").click()
    expect(theirs.get_by_test_id("node-out")).to_contain_text("out")
    expect(theirs.get_by_test_id("node-start")).to_contain_text("theirs")

    # 3. The server saves by itself.
    wait_for(lambda: saved(lab, name)["start"].get("name") == "theirs", 20, "the file")
    assert saved(lab, name)["al"] == FLOW[3]
    other_context.close()


def test_a_file_that_is_no_flow_is_shown_as_such_and_never_overwritten(
    lab: Lab, page: Page
) -> None:
    text = '[{"id": "a",'
    (lab.root / "broken.flow.json").write_text(text, "utf-8")
    open_lab(page, lab)
    page.locator(".jp-DirListing-item", has_text="broken.flow.json").dblclick()
    expect(page.get_by_test_id("broken-flow")).to_contain_text("not JSON")
    picture(page, "document-broken")
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)  # a save would have come by now
    assert (lab.root / "broken.flow.json").read_text("utf-8") == text


def test_deploy_from_the_document_runs_on_the_cluster_and_shows_live(lab: Lab, page: Page) -> None:
    name = write_flow(lab, "deployed.flow.json")
    editor = open_flow(page, lab, name)
    editor.get_by_test_id("tool-deploy").click()
    state = editor.get_by_test_id("run-state")
    expect(state).to_contain_text("Running · revision 1", timeout=30_000)
    editor.get_by_test_id("press-start").click()
    expect(editor.get_by_test_id("count-out")).to_contain_text("1")
    editor.get_by_test_id("tool-debug").click()
    expect(editor.get_by_test_id("debug-message").first).to_contain_text("5")
    picture(page, "document-deployed")
    deployed = lab.fetch("vgd/api/deployments/deployed")
    assert isinstance(deployed, dict)
    assert (deployed["state"], deployed["worker"] != "") == ("running", True)
    editor.get_by_test_id("tool-stop").click()
    wait_for(lambda: lab.fetch("vgd/api/deployments/deployed")["state"] == "stopped", 20, "stop")


def test_new_flow_is_in_the_launcher(lab: Lab, page: Page) -> None:
    open_lab(page, lab)
    page.locator(".jp-LauncherCard", has_text="flow").first.click()
    expect(page.get_by_test_id("flow-editor")).to_be_visible()
    expect(page.get_by_test_id("empty")).to_be_visible()
    picture(page, "document-new")
