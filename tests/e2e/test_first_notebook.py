"""The first notebook in a real JupyterLab, from top to bottom."""

from __future__ import annotations

import re

import pytest
from lab_driver import Lab, open_lab, picture, wait_for_cell, wait_for_kernel
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_the_first_notebook_runs_from_top_to_bottom(lab: Lab, page: Page) -> None:
    # 1. It opens, and its kernel starts.
    open_lab(page, lab, "00_first_flow.ipynb")
    wait_for_kernel(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    # 2. Every cell ends, none with an error.
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    for index in range(cells.count()):
        wait_for_cell(page, index, timeout_s=120)
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').all_inner_texts() == []

    # 3. The canvas stands in its output, with all nodes and with counts of the run.
    canvas = cells.nth(1).locator(".vgd-canvas")
    canvas.scroll_into_view_if_needed()
    expect(canvas.locator(".react-flow__node")).to_have_count(8)
    picture(page, "first-notebook-canvas")

    # 4. Tables and Plotly figures are drawn.
    figure = page.locator(".jp-OutputArea-output .js-plotly-plot").first
    figure.scroll_into_view_if_needed()
    expect(figure).to_be_visible()
    picture(page, "first-notebook-figure")

    # 5. The deployment answered, and the scheduled notebook ran.
    text = page.locator(".jp-Notebook").inner_text()
    assert re.search(r"weeks_ahead = \d+", text)
    assert "deployment = 'running'" in text
    assert "report = 'succeeded'" in text
    picture(page, "first-notebook-end")
