"""The notebook node: runs a Jupyter notebook for every message."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from pydantic import field_validator

from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive, code_field, text_field
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import Text
from vgd_kernel.model.services import NotebookRunner
from vgd_kernel.model.typed import parse_json


class Notebook(Node):
    """Runs a Jupyter notebook with parameters, by papermill, in a process of its own.

    **Input**: when `payload` is an object, its values are parameters over the fixed ones; they go
    into the notebook's cell tagged `parameters`. Messages are worked through one after the other.

    **Output**: `payload` with `output` (the executed copy), `results` (what the notebook recorded
    by `vgd_kernel.result(name, value)`) and `duration` in seconds.

    A notebook that is not there, or a cell that fails, is an error that can be caught.
    """

    spec = NodeSpec(
        type="notebook",
        category="notebook",
        color="#F7C59F",
        icon="notebook",
        tags=("papermill", "jupyter", "run", "parameters"),
    )

    notebook: Text = text_field("", title="Notebook", description="Path of the .ipynb file.")
    parameters: Text = code_field("{}", title="Parameters", language="json")
    output: Text = text_field(
        "", title="Executed copy", description="Path; empty: in runs/ beside the notebook."
    )

    @field_validator("parameters")
    @classmethod
    def _check_parameters(cls, value: str) -> str:
        _fixed(value)
        return value

    def start(self, ctx: Context) -> Receive:
        """Ask for the runner of notebooks."""
        runner = ctx.service(NotebookRunner)  # type: ignore[type-abstract]  # asked for by protocol
        fixed, turn = _fixed(self.parameters), asyncio.Lock()

        async def receive(msg: Message) -> None:
            payload = msg.get("payload")
            given = payload if isinstance(payload, dict) else {}
            path = msg.get("notebook") or self.notebook
            if not path:
                raise ExpressionError(
                    "no notebook; expected the path of a .ipynb file. Enter it in the node or set "
                    "msg.notebook."
                )
            async with turn:
                ctx.status("blue", "dot", "running")
                try:
                    result = await runner.run(
                        Path(str(path)),
                        {**fixed, **given},
                        output=Path(self.output) if self.output else None,
                    )
                except Exception:
                    ctx.status("red", "dot", "failed")
                    raise
            ctx.status("green", "dot", f"{result.duration_s:.1f} s")
            msg["payload"] = {
                "output": str(result.output),
                "results": result.results,
                "duration": result.duration_s,
            }
            ctx.send(msg)

        return receive


def _fixed(text: str) -> dict[str, Any]:
    try:
        value = parse_json(text) if text.strip() else {}
    except ExpressionError as error:
        raise ValueError(str(error)) from None
    if not isinstance(value, dict):
        raise ValueError("a JSON object with a value per parameter")
    return value
