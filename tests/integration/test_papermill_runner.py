"""Notebooks executed for real: results, errors, and the end of a kernel."""

import asyncio
import json
import os

import nbformat
import psutil
import pytest

from vgd_kernel.model.services import NotebookRunner
from vgd_kernel.services.schedule import PapermillRunner
from vgd_kernel.services.schedule.execute_notebook import RESULT_TYPE
from vgd_kernel.services.schedule.parameters import NotebookError

pytestmark = [pytest.mark.integration, pytest.mark.asyncio]

RECORD = (
    "from IPython.display import publish_display_data\n"
    f"publish_display_data({{'{RESULT_TYPE}': {{'name': 'sum', 'value': n + 1}}}})"
)


def write(path, *sources, kernel="python3"):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook.cells[0].metadata["tags"] = ["parameters"]
    notebook.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
    nbformat.write(notebook, path)
    return path


async def test_a_notebook_runs_with_parameters_and_gives_its_results(tmp_path):
    runner = PapermillRunner({**os.environ, "GREETING": "hello"})
    assert isinstance(runner, NotebookRunner)
    check = (
        "import os, pathlib\nassert os.environ['GREETING'] == 'hello'\npathlib.Path('here').touch()"
    )
    path = write(tmp_path / "report.ipynb", "n = 1", check, RECORD)

    result = await runner.run(path, {"n": "41"})

    assert result.results == {"sum": 42}
    assert result.output.parent == tmp_path / "runs"
    assert "metadata" in json.loads(result.output.read_text())
    assert (tmp_path / "here").exists(), "it runs in its own folder"


async def test_a_failing_cell_is_named_with_its_error(tmp_path):
    path = write(tmp_path / "report.ipynb", "n = 1", "print(n)", "1 / (n - 1)")
    with pytest.raises(NotebookError) as caught:
        await PapermillRunner().run(path, {"n": 1})
    text = str(caught.value)
    assert text.startswith("report.ipynb, cell 3: ZeroDivisionError: division by zero")


async def test_a_missing_kernel_is_named_with_those_there_are(tmp_path):
    path = write(tmp_path / "report.ipynb", "n = 1", kernel="fortran77")
    with pytest.raises(NotebookError, match=r"asks for the kernel 'fortran77'.*python3"):
        await PapermillRunner().run(path, {})


async def test_cancelling_kills_the_kernel(tmp_path):
    say = "import os, pathlib\npathlib.Path('pid').write_text(str(os.getpid()))\n"
    path = write(tmp_path / "report.ipynb", "n = 1", say + "import time\ntime.sleep(600)")
    running = asyncio.create_task(PapermillRunner().run(path, {}))
    async with asyncio.timeout(20):
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            await asyncio.sleep(0.05)
    pid = int((tmp_path / "pid").read_text())
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    async with asyncio.timeout(5):
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.02)
