"""The canvas in a notebook's output: edits reach Python, Python's reach it, runs show on it."""

from __future__ import annotations

import re

import pytest
from lab_driver import (
    Lab,
    choose,
    open_lab,
    output_text,
    picture,
    run_cell,
    wait_for_kernel,
    write_notebook,
)
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

FLOW = """from vgd_kernel import Flow
flow = Flow("doubling")
def double(msg):
    msg["payload"] *= 2
    return msg
start = flow.add("inject", name="start", props=[{"p": "payload"}], payload="5", payloadType="num")
start >> double
out = flow.add("debug", name="out", x=600, y=200)
flow"""


def open_flow(page: Page, lab: Lab, name: str, *cells: str) -> Locator:
    """Open a notebook whose first cell shows the flow and return its canvas."""
    open_lab(page, lab, write_notebook(lab, name, FLOW, *cells))
    wait_for_kernel(page)
    run_cell(page, 0)
    editor = page.get_by_test_id("flow-editor").first
    expect(editor.get_by_test_id("node-double")).to_be_visible()
    editor.get_by_test_id("tool-palette").click()
    editor.get_by_test_id("tool-fit").click()
    page.wait_for_timeout(400)  # the view glides to its new place; there is no event at its end
    return editor


def drag(page: Page, start: Locator, x: float, y: float) -> None:
    """Drag with the mouse from the middle of an element by some pixels."""
    box = start.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + x / 2, middle[1] + y / 2, steps=4)
    page.mouse.move(middle[0] + x, middle[1] + y, steps=4)
    page.mouse.up()


def test_a_drag_a_wire_and_a_form_reach_python(lab: Lab, page: Page) -> None:
    look = (
        "e = {i: dict(flow.entry(i)) for i in ('double', 'out', 'start')}\n"
        "print(e['out']['x'] != 600, e['double']['wires'], e['start']['payload'], "
        "type(e['out']['x']).__name__)"
    )
    editor = open_flow(page, lab, "edit.ipynb", look)

    # 1. Drag a node.
    drag(page, editor.get_by_test_id("node-out"), -20, 40)

    # 2. Draw a wire from port to port.
    source = editor.locator('.react-flow__node[data-id="double"] .react-flow__handle-right')
    target = editor.locator('.react-flow__node[data-id="out"] .react-flow__handle-left')
    source.drag_to(target)
    expect(editor.locator(".react-flow__edge")).to_have_count(2)

    # 3. Edit a field in the form.
    editor.get_by_test_id("node-start").dblclick()
    form = editor.get_by_test_id("node-form")
    form.get_by_test_id("field-payload").fill("21")
    picture(page, "canvas-form")
    form.get_by_test_id("form-done").click()

    # 4. The Python object has followed.
    run_cell(page, 1)
    assert output_text(page, 1).split("\n")[0] == "True [['out']] 21 int"


def test_a_change_in_python_appears_on_the_canvas(lab: Lab, page: Page) -> None:
    change = (
        "flow['out'].set(name='renamed'); flow['double'] >> out; flow.add('comment', name='new')"
    )
    editor = open_flow(page, lab, "python.ipynb", change)
    run_cell(page, 1)
    expect(editor.get_by_test_id("node-out")).to_contain_text("renamed")
    expect(editor.locator(".react-flow__edge")).to_have_count(2)
    expect(editor.locator(".react-flow__node")).to_have_count(4)


def test_undo_takes_back_ones_own_edit_in_python_too(lab: Lab, page: Page) -> None:
    editor = open_flow(page, lab, "undo.ipynb", "print(len(flow), 'out' in flow)")
    editor.get_by_test_id("node-out").click()
    page.keyboard.press("Delete")
    expect(editor.get_by_test_id("node-out")).to_have_count(0)
    run_cell(page, 1)
    assert output_text(page, 1) == "3 False"
    editor.get_by_test_id("tool-undo").click()
    expect(editor.get_by_test_id("node-out")).to_be_visible()
    run_cell(page, 1)
    assert output_text(page, 1) == "4 True"


def test_a_run_shows_counts_status_and_messages_on_the_canvas(lab: Lab, page: Page) -> None:
    editor = open_flow(
        page,
        lab,
        "live.ipynb",
        "flow['double'] >> out",
        "print(flow.live, flow.live.values('out'))",
    )
    run_cell(page, 1)
    editor.scroll_into_view_if_needed()

    # 1. Run from the canvas, and press the inject button.
    editor.get_by_test_id("tool-run").click()
    expect(editor.get_by_test_id("run-state")).to_contain_text("Running")
    editor.get_by_test_id("press-start").click()

    # 2. Counts stand at the nodes, the message in the debug panel.
    expect(editor.get_by_test_id("count-double")).to_contain_text("1")
    editor.get_by_test_id("tool-debug").click()
    expect(editor.get_by_test_id("debug-panel")).to_contain_text("10")
    picture(page, "canvas-running")

    # 3. Python has the same run; stopping on the canvas stops it.
    run_cell(page, 2)
    assert re.match(r'<LiveRun "doubling" running: .*> \[10\]', output_text(page, 2))
    editor.get_by_test_id("tool-stop").click()
    expect(editor.get_by_test_id("run-state")).to_have_count(0)


def test_an_error_of_a_node_stands_on_the_canvas(lab: Lab, page: Page) -> None:
    editor = open_flow(page, lab, "error.ipynb", "flow.run().send('double', {'payload': None})")
    run_cell(page, 1)
    editor.scroll_into_view_if_needed()
    editor.get_by_test_id("tool-debug").click()
    expect(editor.get_by_test_id("log-line").first).to_contain_text("NoneType")
    picture(page, "canvas-error")


def test_a_flow_with_a_wrong_field_says_so_on_the_canvas_and_does_not_start(
    lab: Lab, page: Page
) -> None:
    editor = open_flow(page, lab, "wrong.ipynb", "flow.update('out', {'active': 'maybe'})")
    run_cell(page, 1)
    editor.scroll_into_view_if_needed()
    editor.get_by_test_id("tool-run").click()
    expect(editor.get_by_test_id("run-state")).to_contain_text("1 problem")
    expect(editor.get_by_test_id("run-state")).not_to_contain_text("Running")
    expect(editor.get_by_test_id("problem-out")).to_be_visible()


def test_an_unknown_type_is_drawn_and_kept(lab: Lab, page: Page) -> None:
    add = (
        "flow.insert({'id': 'al', 'type': 'alien', 'z': 'tab', 'x': 200, 'y': 200, 'keep': [1],"
        " 'wires': []})"
    )
    editor = open_flow(page, lab, "alien.ipynb", add, "print(dict(flow.entry('al'))['keep'])")
    run_cell(page, 1)
    expect(editor.get_by_test_id("node-al")).to_contain_text("alien")
    expect(editor.get_by_test_id("problem-al")).to_be_visible()
    run_cell(page, 2)
    assert output_text(page, 2) == "[1]"


def test_a_kernel_that_dies_is_said_on_the_canvas(lab: Lab, page: Page) -> None:
    editor = open_flow(page, lab, "dies.ipynb", "import os; os.kill(os.getpid(), 9)")
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(1)
    cell.locator(".jp-InputArea-editor .cm-content").click()
    page.keyboard.press("Control+Enter")
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Restart", timeout=60_000)
    dialog.get_by_role("button", name="Ok").click()
    expect(editor.get_by_test_id("banner")).to_be_visible()
    picture(page, "canvas-kernel-gone")


def test_the_canvas_follows_the_dark_theme(lab: Lab, page: Page) -> None:
    editor = open_flow(page, lab, "dark.ipynb")
    light = editor.evaluate("element => getComputedStyle(element).backgroundColor")
    choose(page, "Settings", "Theme", "JupyterLab Dark")
    expect(page.locator('body[data-jp-theme-light="false"]')).to_have_count(1)
    dark = editor.evaluate("element => getComputedStyle(element).backgroundColor")
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)
    picture(page, "canvas-dark")
    choose(page, "Settings", "Theme", "JupyterLab Light")
    assert light != dark
