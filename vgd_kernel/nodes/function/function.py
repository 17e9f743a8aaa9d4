"""The function node: the author's own code, in JavaScript or Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from vgd_kernel.model import Context, Message, Node, NodeSpec, OutputsFrom, Receive, code_field
from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.fields import Item, NumberText, Text, field, number
from vgd_kernel.model.node import FindService
from vgd_kernel.model.services import JavaScriptFactory
from vgd_kernel.nodes.function._javascript import MODULES, JavaScriptFunction, check
from vgd_kernel.nodes.function._python_code import compile_code, load, names, receiver


class Library(Item):
    """A module that the code wants under a name."""

    var: Text = Field(default="", title="Name")
    module: Text = Field(default="", title="Module")


class Function(Node):
    """Runs JavaScript (or Python) on every message.

    The code is the body of a function with the parameter `msg`.

    **Returns**: a message, or a list with one item per output: a message, a list of messages, or
    null. New objects get the id of the message that came in.

    **Names**: `msg`, `node` (`send`, `done`, `error`, `warn`, `log`, `status`, `on("close", …)`,
    `id`, `name`), `context`, `flow`, `global` (`get`, `set`, `keys`), `env.get`, `RED.util`,
    `Buffer`, `util`, `URL`, `setTimeout`, `setInterval`; in JavaScript the body may `await`.

    **On start** runs once before the first message, **on stop** when the node is closed.

    JavaScript runs in an isolated V8 engine, without files, network or modules; it is ended after
    the *timeout* (10 seconds when none is set). In Python `global` is written `global_`.
    """

    spec = NodeSpec(
        type="function",
        category="function",
        color="#FDD0A2",
        icon="function",
        outputs=OutputsFrom("outputs"),
        tags=("code", "javascript", "python", "script"),
    )
    defers_done: ClassVar[bool] = True
    shows_empty_name: ClassVar[bool] = True

    language: Literal["javascript", "python"] = Field(default="javascript", title="Language")
    func: Text = code_field("\nreturn msg;", title="On message", language="=language")
    outputs: int = Field(default=1, ge=0, le=500, title="Outputs")
    timeout: NumberText = Field(default="0", title="Timeout", description="Seconds; 0: 10 s.")
    noerr: int = Field(default=0, title="", json_schema_extra={"x-vgd": {"widget": "hidden"}})
    initialize: Text = code_field("", title="On start", language="=language")
    finalize: Text = code_field("", title="On stop", language="=language")
    libs: list[Library] = Field(default=[], title="Modules")

    @classmethod
    def upgrade(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Fill what older entries leave empty."""
        optional = ("outputs", "timeout", "noerr", "language")
        entry = {key: value for key, value in raw.items() if value is not None}
        return {key: value for key, value in entry.items() if value != "" or key not in optional}

    @model_validator(mode="after")
    def _check(self) -> Function:
        for library in self.libs:
            if (
                library.module.removeprefix("node:") not in MODULES
                or not library.var.isidentifier()
            ):
                raise ValueError(
                    f"libs: the module {library.module!r} as {library.var!r} cannot be loaded here;"
                    f" only {', '.join(sorted(MODULES))} under a name"
                )
        if self.language == "python":
            for name in ("func", "initialize", "finalize"):
                try:
                    compile_code(getattr(self, name), where=name)
                except ExpressionError as error:
                    raise ValueError(f"{name}: {error}") from None
        return self

    def is_source(self) -> bool:
        """Tell whether the code at the start does something, such as setting a timer that sends."""
        return any(
            line and not line.startswith(("//", "#"))
            for line in map(str.strip, self.initialize.splitlines())
        )

    def timeout_s(self) -> float:
        """Return the time limit in seconds, 0 when none is set."""
        return max(0.0, number(self.timeout))

    def examine(self, service: FindService) -> Iterable[tuple[str, Exception]]:
        """Yield the fields whose JavaScript does not parse."""
        sources = {name: getattr(self, name) for name in ("func", "initialize", "finalize")}
        if self.language == "javascript":
            isolate = service(JavaScriptFactory).isolate("examine")
            try:
                for name, source in sources.items():
                    try:
                        check(source, isolate)
                    except ExpressionError as error:
                        yield name, error
            finally:
                isolate.close()

    def start(self, ctx: Context) -> Receive:
        """Load the code into the flow's isolate, or compile the Python."""
        with field(ctx, "func"):
            if self.language == "javascript":
                return JavaScriptFunction(self, ctx).receive
            namespace = names(ctx)
            where = f"<function {ctx.name or ctx.id}>"
            function = load(self.func, namespace, where=where)
            begin = load(self.initialize, dict(namespace), where=f"{where} start")
            end = load(self.finalize, dict(namespace), where=f"{where} stop")
        begin({})
        ctx.on_close(lambda: end({}))
        return _completing(receiver(function, ctx), ctx)


def _completing(receive: Receive, ctx: Context) -> Receive:
    """Report completion of Python functions, which the engine leaves to this type."""
    import inspect

    if inspect.iscoroutinefunction(receive):

        async def later(msg: Message) -> None:
            await receive(msg)
            ctx.done(msg)

        return later

    def now(msg: Message) -> None:
        receive(msg)
        ctx.done(msg)

    return now
