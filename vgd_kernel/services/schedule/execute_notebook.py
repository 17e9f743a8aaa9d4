"""The process that executes one notebook: ``python -m`` this, with the task on standard input.

The task is ``{"notebook", "output", "parameters", "answer"}``; what came of it is written as
JSON to the file ``answer``: ``{"results": {...}}`` or ``{"error": TEXT}``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

RESULT_TYPE = "application/vnd.vgd.result+json"
"""MIME type of an output that records a result: ``{"name": ..., "value": ...}``."""


def execute(task: dict[str, Any]) -> dict[str, Any]:
    """Execute the notebook of a task and return the answer."""
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel
    from papermill.exceptions import PapermillExecutionError

    notebook = Path(task["notebook"])
    try:
        executed = papermill.execute_notebook(
            str(notebook),
            task["output"],
            parameters=task["parameters"],
            cwd=str(notebook.parent),
            progress_bar=False,
            store_widget_state=False,  # it would put the widget's whole source into every copy
        )
    except PapermillExecutionError as error:
        return {"error": _describe_failure(notebook, error, task["output"])}
    except NoSuchKernel as error:
        return {"error": _describe_missing_kernel(notebook, error.name)}
    return {"results": collect_results(executed)}


def collect_results(notebook: Any) -> dict[str, Any]:
    """Return the results that an executed notebook recorded; the last of a name counts."""
    results: dict[str, Any] = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            recorded = output.get("data", {}).get(RESULT_TYPE)
            if isinstance(recorded, dict) and "name" in recorded:
                results[str(recorded["name"])] = recorded.get("value")
    return results


def _describe_failure(notebook: Path, error: Any, output: str) -> str:
    executed = json.loads(Path(output).read_text(encoding="utf-8"))
    tags = [cell.get("metadata", {}).get("tags", ()) for cell in executed["cells"]]
    # papermill has put cells of its own into the copy: notes of the error, after it counted, and
    # the injected parameters, before
    counted = [found for found in tags if "papermill-error-cell-tag" not in found]
    injected = sum("injected-parameters" in found for found in counted[: error.cell_index])
    number = error.cell_index + 1 - injected
    line = (error.source or "").strip().partition("\n")[0][:80]
    return (
        f"{notebook.name}, cell {number}: {error.ename}: {error.evalue} (in {line!r}). "
        f"Expected the cell to run; the executed copy {Path(output).name} shows the whole error."
    )


def _describe_missing_kernel(notebook: Path, name: str) -> str:
    from jupyter_client.kernelspec import KernelSpecManager

    known = ", ".join(sorted(KernelSpecManager().find_kernel_specs())) or "none"
    return (
        f"{notebook.name} asks for the kernel {name!r}, which is not installed; installed: "
        f"{known}. Install it, or open the notebook and choose another kernel."
    )


def main() -> None:
    """Read the task, execute, write the answer."""
    task = json.load(sys.stdin)
    answer = execute(task)
    Path(task["answer"]).write_text(json.dumps(answer), encoding="utf-8")


__all__ = ("RESULT_TYPE", "collect_results", "execute", "main")

if __name__ == "__main__":
    main()
