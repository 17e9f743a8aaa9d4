"""A Python function as a node type: its signature is the form, its docstring the help.

    @function_node(category="function")
    def scale(payload: float, factor: float = 2.0) -> float:
        '''Multiplies the payload.'''
        return payload * factor

The first parameter gets the message when it is called ``msg``, else the payload; what is returned
is the message, or the payload of the message that goes on. ``None`` sends nothing. A parameter
``ctx`` gets the node's context. All others are fields of the form. The function may be ``async``;
a generator sends each value that it yields as a message of its own.

The decorator gives the class; in a package that is named in the entry-point group ``vgd.nodes``
it is found like every other node.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, ClassVar, Literal, get_args, get_origin

from pydantic import ConfigDict, Field, create_model

from vgd_kernel.model.context import Context
from vgd_kernel.model.message import Message, clone
from vgd_kernel.model.node import Node, NodeSpec, Receive

MESSAGE, CONTEXT = "msg", "ctx"
"""Names of parameters that get the message and the node's context."""

_EMPTY: dict[Any, Any] = {str: "", int: 0, float: 0.0, bool: False, list: [], dict: {}}


class FunctionNode(Node):
    """Base of the classes that `function_node` makes.

    Attributes:
        function: The function.
        whole: It gets the message, not the payload.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)
    function: ClassVar[Callable[..., Any]]
    whole: ClassVar[bool]
    wants_context: ClassVar[bool]

    def start(self, ctx: Context) -> Receive:
        """Bind the fields and return the handler that fits the kind of function."""
        function, whole = type(self).function, self.whole
        own = set(type(self).model_fields) - set(Node.model_fields)
        fields: dict[str, Any] = {name: getattr(self, name) for name in own}
        if self.wants_context:
            fields[CONTEXT] = ctx

        def call(msg: Message) -> Any:
            return function(msg if whole else msg.get("payload"), **fields)

        def send(msg: Message, value: Any) -> None:
            if value is None:
                return
            if not whole:
                msg["payload"] = value
                value = msg
            if isinstance(value, dict):
                value.setdefault("_msgid", msg.get("_msgid"))
            ctx.emit(value)

        if inspect.isasyncgenfunction(function):

            async def receive_stream(msg: Message) -> None:
                values: AsyncIterator[Any] = call(msg)
                async for value in values:
                    send(clone(msg), value)

            return receive_stream
        if inspect.iscoroutinefunction(function):

            async def receive_later(msg: Message) -> None:
                send(msg, await call(msg))

            return receive_later
        if inspect.isgeneratorfunction(function):

            def receive_many(msg: Message) -> None:
                values: Iterator[Any] = call(msg)
                for value in values:
                    send(clone(msg), value)

            return receive_many

        def receive(msg: Message) -> None:
            send(msg, call(msg))

        return receive


Made = type[FunctionNode]
"""The class that is made of a function."""


def function_node(
    *,
    type: str = "",
    category: str = "function",
    color: str = "#FFD986",
    icon: str = "python",
    label: str = "",
    outputs: int = 1,
    tags: Iterable[str] = (),
) -> Callable[[Callable[..., Any]], Made]:
    """Return a decorator that makes a node type of a function.

    Args:
        type: Name of the type; the function's name when empty.
        category: Palette category.
        color: Background on the canvas.
        icon: Name of an icon of the canvas.
        label: Name in the palette; the type when empty.
        outputs: Output ports; with several, return a list with an item per port.
        tags: More words to find it by.

    Raises:
        TypeError: By the decorator: the function takes no message, or its signature is no form.
    """

    def decorate(function: Callable[..., Any]) -> Made:
        spec = NodeSpec(
            type=type or function.__name__, category=category, color=color, icon=icon,
            label=label, outputs=outputs, tags=tuple(tags),
        )  # fmt: skip
        return _make(function, spec)

    return decorate


def _make(function: Callable[..., Any], spec: NodeSpec) -> Made:
    parameters = list(inspect.signature(function).parameters.values())
    plain = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    if not parameters or any(
        parameter.kind not in plain for parameter in parameters[1:]
    ):  # the first may be positional only
        raise TypeError(
            f"{function.__name__}{inspect.signature(function)} is no node; expected a first "
            "parameter for the message or its payload, then named ones. Change its signature."
        )
    hints = typing.get_type_hints(function)
    first, *others = parameters
    fields: dict[str, Any] = {
        item.name: _field(item, hints.get(item.name, Any))
        for item in others
        if item.name != CONTEXT
    }
    made = create_model(
        "".join(part.capitalize() for part in function.__name__.split("_")) or "Function",
        __base__=FunctionNode,
        __module__=function.__module__,
        __doc__=inspect.getdoc(function) or f"Calls the Python function `{function.__name__}`.",
        **fields,
    )
    made.spec = spec
    made.function = staticmethod(function)
    made.whole = first.name == MESSAGE
    made.wants_context = any(item.name == CONTEXT for item in others)
    return made


def _field(parameter: inspect.Parameter, hint: Any) -> tuple[Any, Any]:
    """Return the type and the declaration of a field; what has no default gets an empty value."""
    default = parameter.default
    if default is inspect.Parameter.empty:
        origin = get_origin(hint) or hint
        default = get_args(hint)[0] if origin is Literal else _EMPTY.get(origin)
    elif hint is Any and default is not None:
        hint = default.__class__
    title = parameter.name.replace("_", " ").capitalize()
    return hint, Field(default=default, title=title)


__all__ = ("CONTEXT", "MESSAGE", "FunctionNode", "Made", "function_node")
