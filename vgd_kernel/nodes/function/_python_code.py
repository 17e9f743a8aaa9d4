"""Python code of a flow's author, compiled once into a function of a message.

The code is the body of a function that gets ``msg`` and may ``return``, or a module with
``def handle(msg)``. Besides Python it sees ``node``, ``context``, ``flow``, ``global_``, ``env``
and ``state``.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from types import CodeType
from typing import Any, Literal

from vgd_kernel.model import UNDEFINED, Context, Message, Receive
from vgd_kernel.model.context import DEFAULT_STORE, Emitted, Scope
from vgd_kernel.model.errors import ExpressionError

Function = Callable[[Message], Any]


def compile_code(source: str, *, where: str) -> CodeType:
    """Return code whose module defines ``handle(msg)``.

    Raises:
        ExpressionError: A syntax error; names the line.
    """
    try:
        tree = ast.parse(source, where)
        if not _defines_handle(tree):
            tree.body = [_function(tree.body)]
            ast.fix_missing_locations(tree)
        return compile(tree, where, "exec")
    except SyntaxError as error:
        text = (error.text or "").strip()
        raise ExpressionError(
            f"line {error.lineno}: {error.msg}"
            + (f" in {text!r}" if text else "")
            + "; expected Python code. Mend that line."
        ) from None
    except ValueError as error:
        raise ExpressionError(f"{error}; expected Python code. Mend the text.") from None


def _defines_handle(tree: ast.Module) -> bool:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(isinstance(item, functions) and item.name == "handle" for item in tree.body)


class _Waits(ast.NodeVisitor):
    """Finds out whether code waits, looking not into functions that it defines."""

    def __init__(self) -> None:
        self.found = False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Leave it out."""

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """Leave it out."""

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Leave it out."""

    def _wait(self, node: ast.AST) -> None:
        self.found = True

    visit_Await = visit_AsyncFor = visit_AsyncWith = _wait  # noqa: N815 - likewise


def _function(body: list[ast.stmt]) -> ast.stmt:
    waits = _Waits()
    for statement in body:
        waits.visit(statement)
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg("msg")], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    kind: Any = ast.AsyncFunctionDef if waits.found else ast.FunctionDef
    made: ast.stmt = kind(
        name="handle", args=arguments, body=body or [ast.Pass()], decorator_list=[], type_params=[]
    )
    return made


class PythonStore:
    """One context scope as author's code sees it: by name, or by property path."""

    def __init__(self, ctx: Context, scope: Scope) -> None:
        """Bind the store of a scope."""
        self._store = ctx.context(scope)

    def get(
        self, path: str | Sequence[str], default: Any = None, store: str = DEFAULT_STORE
    ) -> Any:
        """Return a value, the default when it is not there; of a list of paths a list."""
        if not isinstance(path, str):
            return [self.get(one, default, store) for one in path]
        found = self._store.get(path, store)
        return default if found is UNDEFINED else found

    def set(self, path: str | Sequence[str], value: Any, store: str = DEFAULT_STORE) -> None:
        """Set a value; None is a value. A list of paths takes a list of as many values."""
        if isinstance(path, str):
            self._store.set(path, value, store)
            return
        for one, item in zip(path, value, strict=True):
            self._store.set(one, item, store)

    def delete(self, path: str, store: str = DEFAULT_STORE) -> None:
        """Delete a value."""
        self._store.set(path, UNDEFINED, store)

    def keys(self, store: str = DEFAULT_STORE) -> list[str]:
        """Return the names of the values."""
        return self._store.keys(store)

    def __getitem__(self, path: str) -> Any:
        """Return a value; KeyError when it is not there."""
        found = self._store.get(path)
        if found is UNDEFINED:
            raise KeyError(path)
        return found

    def __setitem__(self, path: str, value: Any) -> None:
        """Set a value."""
        self.set(path, value)

    def __contains__(self, path: str) -> bool:
        """Tell whether a value is there."""
        return self._store.get(path) is not UNDEFINED


class PythonNode:
    """The object ``node`` of author's code: what Node-RED's function node offers."""

    def __init__(self, ctx: Context) -> None:
        """Bind the node's context."""
        self._ctx = ctx
        self.id = ctx.id
        self.name = ctx.name
        self.log = ctx.log
        self.now = ctx.now
        self.after = ctx.after
        self.every = ctx.every
        self.spawn = ctx.spawn
        self.display = ctx.display

    def send(self, result: Emitted, clone: bool = True) -> None:
        """Send a message, or messages per output, at once; what is sent is copied.

        With ``clone=False`` the first wire gets the object itself, as in Node-RED: the code must
        not change it afterwards.
        """
        self._ctx.emit(result, clone_first=clone)

    def error(self, error: str | BaseException, msg: Message | None = None) -> None:
        """Report an error; with a message it can be caught."""
        self._ctx.error(error, msg)

    def warn(self, text: str) -> None:
        """Write a warning to the log."""
        self._ctx.log(str(text), level="warn")

    def status(self, status: Mapping[str, Any] | str | None = None) -> None:
        """Set the status: ``{"fill", "shape", "text"}``, a text, or nothing to clear it."""
        found: dict[str, Any] = {"text": status} if isinstance(status, str) else dict(status or {})
        text = found.get("text", "")
        self._ctx.status(found.get("fill", ""), found.get("shape", ""), str(text))

    def done(self, msg: Message) -> None:
        """Tell that a message is handled (complete nodes hear it)."""
        self._ctx.done(msg)

    def on(self, event: Literal["close"], call: Callable[[], Awaitable[None] | None]) -> None:
        """Call something when the node stops."""
        if event != "close":
            raise ExpressionError(f'saw node.on("{event}"); expected "close". Use that event.')
        self._ctx.on_close(call)


def names(ctx: Context) -> dict[str, Any]:
    """Return the names that author's code finds besides Python's own."""

    def env(name: str, default: Any = None) -> Any:
        found = ctx.env(name)
        return default if found is UNDEFINED else found

    env.get = env  # type: ignore[attr-defined]  # both env("X") and env.get("X") are written
    return {
        "__name__": f"node_{re.sub('[^A-Za-z0-9_]', '_', ctx.id)}",
        "node": PythonNode(ctx),
        "context": PythonStore(ctx, "node"),
        "flow": PythonStore(ctx, "flow"),
        "global_": PythonStore(ctx, "global"),
        "env": env,
        "state": ctx.state,
    }


def load(source: str, namespace: dict[str, Any], *, where: str) -> Function:
    """Return the function of a source, its module code carried out.

    Raises:
        ExpressionError: A syntax error, or the module code raised; names the line.
    """
    code = compile_code(source, where=where)
    try:
        exec(code, namespace)  # noqa: S102 - the author's code is what this node is for
    except Exception as error:
        raise ExpressionError(
            f"{type(error).__name__}: {error}; expected code that loads. Mend it."
        ) from error
    function: Function = namespace["handle"]
    return function


def receiver(function: Function, ctx: Context) -> Receive:
    """Return the handler that calls a function and sends what it returns.

    A new message gets the id of the one that came in, as in Node-RED.
    """
    send, emit = ctx.send, ctx.emit

    def route(msgid: Any, result: Any) -> None:
        if type(result) is dict:
            result["_msgid"] = msgid
            send(result)
        else:
            emit(_with_id(result, msgid))

    if inspect.iscoroutinefunction(function):

        async def receive_later(msg: Message) -> None:
            msgid = msg.get("_msgid")
            result = await function(msg)
            if result is not None:
                route(msgid, result)

        return receive_later

    def receive(msg: Message) -> None:
        result = function(msg)
        if result is msg:
            send(msg)
        elif result is not None:
            route(msg.get("_msgid"), result)

    return receive


def _with_id(result: Any, msgid: Any) -> Any:
    """Give every message of a result in Node-RED's shape the id."""
    if isinstance(result, dict):
        result["_msgid"] = msgid
        return result
    if isinstance(result, Iterable) and not isinstance(result, (str, bytes)):
        return [_with_id(item, msgid) for item in result]
    return result


__all__ = ("PythonNode", "PythonStore", "compile_code", "load", "names", "receiver")
