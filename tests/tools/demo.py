"""``make demo``: the main job without a browser.

Runs the first notebook by papermill, as a schedule would: it builds a flow on real data, runs it
live, starts an embedded Dask cluster, deploys the flow there, and schedules a notebook. Prints
the results that the notebook recorded and where the executed copy lies.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from vgd_kernel.model.errors import VgdError
from vgd_kernel.services.schedule import PapermillRunner
from vgd_kernel.settings import whole_environment

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Run the notebook and print what came of it."""
    notebook = ROOT / "notebooks" / "00_first_flow.ipynb"
    output = ROOT / "notebooks" / "runs" / f"00_first_flow-{time.strftime('%Y%m%d-%H%M%S')}.ipynb"
    print(f"Running {notebook.relative_to(ROOT)} by papermill…", flush=True)
    try:
        # a state of its own, so that a JupyterLab that runs on the same folder is not disturbed
        with tempfile.TemporaryDirectory(prefix="vgd-demo-") as state:
            runner = PapermillRunner({**whole_environment(), "VGD_STATE_DIR": state})
            done = asyncio.run(runner.run(notebook, {}, output=output))
    except VgdError as error:
        print(f"visualgriddev: {error}", file=sys.stderr)
        return 1
    for name, value in done.results.items():
        text = json.dumps(value, ensure_ascii=False)
        print(f"  {name:<22} {text[:200]}")
    print(f"Done in {done.duration_s:.1f} s; the executed notebook: {done.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
