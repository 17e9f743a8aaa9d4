"""The magics of the kernel: ``%vgd`` and ``%%flow``.

``%vgd ps`` is the command line in a cell. ``%%flow NAME`` turns the functions of a cell into
``python`` nodes in a row, each wired to the next, between an inject and a debug node, and
leaves the flow in the variable ``NAME``.
"""

from __future__ import annotations

import ast
import re
import shlex
from typing import Any

import vgd_kernel
from vgd_kernel.model.errors import FlowSyntaxError


def flow_of_cell(name: str, source: str) -> Any:
    """Return the flow that a cell of functions describes, in the order in which they stand.

    Raises:
        FlowSyntaxError: The cell is not Python, or holds something other than functions.
    """
    from vgd_kernel.notebook.flow import Flow

    if not name.isidentifier():
        raise FlowSyntaxError(
            f"saw the name {name!r}; expected a Python name. Write for example: %%flow cleaning"
        )
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise FlowSyntaxError(
            f"line {error.lineno} of the cell is not Python: {error.msg}; expected functions. "
            "Mend the line."
        ) from None
    for statement in body:
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            raise FlowSyntaxError(
                f"line {statement.lineno} of the cell is no function; expected only `def`. "
                "Move imports into the functions and other code to another cell."
            )
    flow = Flow(name)
    last = flow.add("inject", name="start")
    for function in body:
        assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)), "checked above"
        text = ast.get_source_segment(source, function) or ""
        code = re.sub(rf"def\s+{function.name}\b", "def handle", text, count=1)
        last = last >> flow.add("python", name=function.name, code=code)
    last >> flow.add("debug", name="result")
    return flow


def register(shell: Any) -> None:
    """Register the magics with an IPython shell and give it this package under the name ``vgd``."""

    def vgd(line: str) -> None:
        """Run the ``vgd`` command line: ``%vgd ps``, ``%vgd check first.flow.json``."""
        from vgd_kernel.cli.main import main

        try:
            main(shlex.split(line) or ["--help"])
        except SystemExit:
            return  # argparse has printed its help or its complaint; the kernel lives on

    def flow(line: str, cell: str) -> Any:
        """Make a flow of the functions of this cell: ``%%flow NAME``."""
        made = flow_of_cell(line.strip(), cell)
        shell.push({made.name: made})
        return made

    shell.register_magic_function(vgd, "line", "vgd")
    shell.register_magic_function(flow, "cell", "flow")
    shell.push({"vgd": vgd_kernel})


__all__ = ("flow_of_cell", "register")
