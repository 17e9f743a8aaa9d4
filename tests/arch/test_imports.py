"""What may import what, and how light an import is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_imports_go_down() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = (
        "pandas numpy plotly distributed dask jupyter_server IPython anywidget pycrdt py_mini_racer"
    )
    code = (
        "import sys, vgd_kernel, vgd_kernel.engine, vgd_kernel.model; "
        f"print(sorted(set('{heavy}'.split()) & set(sys.modules)))"
    )
    assert python(code) == "[]"


def test_the_palette_loads_nothing_heavy() -> None:
    heavy = "pandas plotly distributed jupyter_server IPython anywidget py_mini_racer papermill"
    code = (
        "import sys; from vgd_kernel.model import installed; installed(); "
        f"print(sorted(set('{heavy}'.split()) & set(sys.modules)))"
    )
    assert python(code) == "[]"


def test_a_flow_runs_where_jupyter_is_not_installed() -> None:
    code = """
import asyncio, sys
class NoJupyter:
    def find_spec(self, name, path=None, target=None):
        parts = ("jupyter", "IPython", "ipykernel", "anywidget", "ipywidgets")
        if name.split(".")[0].startswith(parts):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NoJupyter())
from vgd_kernel import Flow
flow = Flow("edge")
rule = {"t": "set", "p": "payload", "pt": "msg", "to": "42", "tot": "num"}
middle = flow.add("inject", name="in") >> flow.add("change", rules=[rule])
middle >> flow.add("debug", name="out")
with flow.run() as run:
    run.send("in")
    assert run.wait()
    print(run.values("out"))
"""
    assert python(code) == "[42]"
