"""The Python function node."""

from __future__ import annotations

from pydantic import Field, field_validator

from vgd_kernel.model import Context, Node, NodeSpec, OutputsFrom, Receive, code_field
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import field
from vgd_kernel.nodes.function._python_code import compile_code, load, names, receiver


class Python(Node):
    """Runs Python code on every message.

    The code is the body of a function that gets `msg` and returns what goes on, or a module with
    `def handle(msg)` (imports and helpers above it run once, at start). It may `await`.

    **Returns**: `msg` or a new dict; `None` sends nothing; with several outputs a list or tuple
    with one item per output (a message, a list of messages, or `None`).

    **Names**: `node` (`send`, `error`, `warn`, `log`, `status`, `done`, `after`, `every`,
    `display`, `on("close", …)`), `context`, `flow`, `global_` (`get`, `set`, `keys`),
    `env("NAME")`, and `state`, a dict that survives a restart.

    **Errors** in the code can be caught by a catch node.
    """

    spec = NodeSpec(
        type="python",
        category="function",
        color="#FFD986",
        icon="python",
        outputs=OutputsFrom("outputs"),
        tags=("code", "script", "function"),
    )

    code: str = code_field("return msg", title="Code", language="python")
    outputs: int = Field(default=1, ge=0, le=64, title="Outputs")

    @field_validator("code")
    @classmethod
    def _check_code(cls, value: str) -> str:
        try:
            compile_code(value, where="code")
        except ExpressionError as error:
            raise ValueError(str(error)) from None
        return value

    def is_source(self) -> bool:
        """Tell whether the code may send by itself, from timers or tasks of its own."""
        return any(name in self.code for name in ("node.every(", "node.after(", "node.spawn("))

    def start(self, ctx: Context) -> Receive:
        """Compile the code once and load it."""
        with field(ctx, "code"):
            function = load(self.code, names(ctx), where=f"<python {ctx.name or ctx.id}>")
        return receiver(function, ctx)
