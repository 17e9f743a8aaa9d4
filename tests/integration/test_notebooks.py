"""The notebooks of the guide, as a schedule runs them and as a reader without widgets sees them."""

from __future__ import annotations

import asyncio
import base64
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from vgd_kernel.services.schedule import PapermillRunner
from vgd_kernel.settings import whole_environment

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the notebooks."""
    work = tmp_path / "work"
    work.mkdir()
    for notebook in NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(notebook, work)
    return work


def run(folder: Path, name: str, **parameters: object) -> tuple[dict[str, object], str]:
    """Return the results of a notebook and the text of its executed copy."""
    environment = {**whole_environment(), "VGD_STATE_DIR": str(folder.parent / "state")}
    done = asyncio.run(PapermillRunner(environment).run(folder / name, parameters))
    return done.results, done.output.read_text("utf-8")


def test_the_first_notebook_runs_by_papermill(folder: Path) -> None:
    results, executed = run(folder, "00_first_flow.ipynb", weeks=30)
    assert results["weeks"] == 30
    assert results["deployed_weeks"] == 10
    assert (results["deployment"], results["report"]) == ("running", "succeeded")
    assert results["scheduled"] == ["morning report"]
    assert len(list((folder / "runs").glob("report-*.ipynb"))) == 1
    assert len(executed) < 300_000, "the notebook holds the state of its widgets"


def test_the_flow_that_the_first_notebook_makes_is_the_one_in_the_folder(folder: Path) -> None:
    run(folder, "00_first_flow.ipynb")
    made = (folder / "first.flow.json").read_text("utf-8")
    assert made == (NOTEBOOKS / "first.flow.json").read_text("utf-8")


def test_the_notebook_of_flows_from_python_runs_with_its_parameters(folder: Path) -> None:
    results, _ = run(folder, "01_flows_from_python.ipynb", readings=12)
    assert results["alarms"] + results["calm"] == 12
    assert results["deliveries"] == 48
    assert results["passed"] is True


def test_the_report_runs_with_its_parameters(folder: Path) -> None:
    results, _ = run(folder, "report.ipynb", company="AMZN", weeks=20)
    assert 0 < results["rising_weeks"] < 20


def test_where_no_widget_can_show_a_picture_of_the_flow_stands_in() -> None:
    cell = "from vgd_kernel import Flow\nflow = Flow()\nflow.add('inject', name='seen')\nflow"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    NotebookClient(notebook, kernel_name="vgd", store_widget_state=False).execute()
    html, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
    (picture,) = re.findall(r'<img[^>]*src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert ">seen</text>" in base64.b64decode(picture).decode()
