"""The first notebook in a real JupyterLab, from top to bottom."""

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
    wait_for_cell,
    wait_for_kernel,
    write_notebook,
)
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_the_first_notebook_runs_from_top_to_bottom(lab: Lab, page: Page) -> None:
    # 1. It opens, and its kernel starts.
    open_lab(page, lab, "00_first_flow.ipynb")
    wait_for_kernel(page)
    choose(page, "Run", "Run All Cells")

    # 2. Every cell ends, none with an error.
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    for index in range(cells.count()):
        wait_for_cell(page, index, timeout_s=120)
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').all_inner_texts() == []

    # 3. The canvas stands in its output, with all nodes and with counts of the run.
    canvas = cells.nth(1).get_by_test_id("flow-editor")
    canvas.scroll_into_view_if_needed()
    expect(canvas.locator(".react-flow__node")).to_have_count(8)
    box = canvas.bounding_box()
    assert box is not None
    assert 400 <= box["height"] <= 440
    picture(page, "first-notebook-canvas")

    # 4. Tables and Plotly figures are drawn.
    figure = page.locator(".js-plotly-plot").first
    figure.scroll_into_view_if_needed()
    expect(figure).to_be_visible()
    picture(page, "first-notebook-figure")

    # 5. The deployment answered, and the scheduled notebook ran.
    text = page.locator(".jp-Notebook").inner_text()
    assert re.search(r"weeks_ahead = \d+", text)
    assert "deployment = 'running'" in text
    assert "report = 'succeeded'" in text
    picture(page, "first-notebook-end")


def test_a_deployment_goes_on_when_the_kernel_is_restarted(lab: Lab, page: Page) -> None:
    # 1. A flow that ticks is deployed from a notebook.
    name = write_notebook(
        lab,
        "deploy.ipynb",
        """from vgd_kernel import Flow
flow = Flow("ticking")
flow.add("inject", name="tick", repeat="0.2") >> flow.add("debug", name="ticks")
flow.deploy()""",
        "from vgd_kernel import Deployment; d = Deployment('ticking'); print(d.state)",
        "before = len(d.messages()); print(len(d.messages(count=before + 5)) >= before + 5)",
        "d.send('ticks', 'by hand')\n"
        "print('by hand' in d.values('ticks', count=9999, timeout_s=1))",
        "print(d.stop().state)",
    )
    open_lab(page, lab, name)
    wait_for_kernel(page)
    run_cell(page, 0)

    # 2. The kernel is restarted.
    choose(page, "Kernel", "Restart Kernel…")
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    wait_for_kernel(page)

    # 3. The deployment is still there, its messages go on, it takes messages, it stops.
    run_cell(page, 1)
    assert output_text(page, 1) == "running"
    run_cell(page, 2)
    assert output_text(page, 2) == "True"
    run_cell(page, 3)
    assert output_text(page, 3) == "True"
    run_cell(page, 4)
    assert output_text(page, 4) == "stopped"
    picture(page, "deployment-after-restart")
