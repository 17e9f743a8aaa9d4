"""Executes notebooks by papermill, each in a process that can be killed with its kernel."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from vgd_kernel.model.services import NotebookResult
from vgd_kernel.services.schedule.parameters import NotebookError, typed_values

_MODULE = "vgd_kernel.services.schedule.execute_notebook"


class PapermillRunner:
    """The `NotebookRunner` of the platform."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """Prepare.

        Args:
            environment: All variables of the notebooks; this process's own when absent.
        """
        self._environment = environment

    async def run(
        self, notebook: Path, parameters: Mapping[str, Any], *, output: Path | None = None
    ) -> NotebookResult:
        """Execute a notebook; cancelling the call kills its process and its kernel.

        Args:
            notebook: The ``.ipynb`` to execute.
            parameters: Values for its cell tagged ``parameters``.
            output: Where the executed copy goes; beside the notebook, in ``runs/``, when absent.

        Raises:
            NotebookError: No such file, not a notebook, no such kernel, or a cell raised.
            ParameterError: A parameter that it does not have, or of another type.
        """
        notebook = await asyncio.to_thread(notebook.resolve)
        values = await asyncio.to_thread(typed_values, notebook, parameters)
        output = output or default_output(notebook)
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="vgd-run-") as folder:
            answer_file = Path(folder) / "answer.json"
            await asyncio.to_thread(output.parent.mkdir, parents=True, exist_ok=True)
            task = {
                "notebook": str(notebook),
                "output": str(output),
                "parameters": values,
                "answer": str(answer_file),
            }
            said = await self._execute(task)
            answer = await asyncio.to_thread(_read_answer, answer_file)
        if answer is None:
            raise NotebookError(
                f"the execution of {notebook.name} broke off: {said or 'no message'}; expected an "
                "executed copy. Run the notebook in JupyterLab to see what is wrong."
            )
        if "error" in answer:
            raise NotebookError(str(answer["error"]))
        return NotebookResult(output, answer["results"], time.monotonic() - began)

    async def _execute(self, task: dict[str, Any]) -> str:
        """Run the process to its end; return the last line that it wrote to standard error."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            _MODULE,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment,
            start_new_session=True,
        )
        try:
            _, written = await process.communicate(json.dumps(task).encode())
        except BaseException:
            _kill_tree(process.pid)
            await process.wait()
            raise
        lines = written.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""


def default_output(notebook: Path) -> Path:
    """Return a fresh path for an executed copy: ``runs/NAME-DATE-TIME-XXXX.ipynb``."""
    moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    return notebook.parent / "runs" / f"{notebook.stem}-{moment}-{secrets.token_hex(2)}.ipynb"


def _read_answer(file: Path) -> dict[str, Any] | None:
    try:
        answer = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return answer if isinstance(answer, dict) else None


def _kill_tree(pid: int) -> None:
    import psutil  # type: ignore[import-untyped]  # it has no types; only cancelled runs need it

    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in [*process.children(recursive=True), process]:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()


__all__ = ("PapermillRunner", "default_output")
