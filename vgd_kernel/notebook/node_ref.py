"""A node of a flow as a Python object: read and change its fields, draw its wires."""

from __future__ import annotations

import builtins
import dis
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import TYPE_CHECKING, Any

from vgd_kernel.model import Node
from vgd_kernel.model.errors import NodeConfigError, Problem, UnknownNodeError

if TYPE_CHECKING:
    from vgd_kernel.notebook.flow import Flow

NodeLike = Node | str | Callable[..., Any]
"""What can be added to a flow: a node's config, a type name, or a Python function."""


@dataclass(frozen=True, slots=True)
class NodeRef:
    """Points at a node of a flow; stays valid while the node is there.

    Attributes:
        flow: The flow.
        id: Id of the node.
        port: Output port that `>>` draws from.
    """

    flow: Flow
    id: str
    port: int = 0

    @property
    def entry(self) -> Mapping[str, Any]:
        """The node's entry in the document, read-only."""
        return self.flow.entry(self.id)

    @property
    def config(self) -> Node:
        """The node's config as its frozen class.

        Raises:
            UnknownNodeError: The type is not installed.
            NodeConfigError: A field is wrong.
        """
        cls = self.flow.registry.get(self.entry["type"])
        if cls is None:
            raise UnknownNodeError(
                f'node "{self.id}" has the unknown type "{self.entry["type"]}"; expected a type of '
                "the palette. Install the package that has it."
            )
        return cls.parse(self.entry)

    def set(self, **fields: Any) -> NodeRef:
        """Change fields (names as in the flow file) and return the node.

        Raises:
            NodeConfigError: A value does not fit; nothing was changed.
        """
        cls = self.flow.registry.get(self.entry["type"])
        if cls is not None:
            cls.parse({**self.entry, **fields})
        self.flow.update(self.id, fields)
        return self

    def move(self, x: float, y: float) -> NodeRef:
        """Move the node's centre to a point of the canvas, in pixels, and return the node."""
        self.flow.update(self.id, {"x": x, "y": y})
        return self

    def remove(self) -> None:
        """Remove the node and its wires."""
        self.flow.remove(self.id)

    def __getitem__(self, port: int) -> NodeRef:
        """Return the node with another output port, for `node[1] >> other`."""
        return NodeRef(self.flow, self.id, port)

    def __rshift__(self, other: NodeLike | NodeRef) -> NodeRef:
        """Draw a wire to another node, added when it is not in the flow, and return that node."""
        target = other if isinstance(other, NodeRef) else self.flow.add(other)
        self.flow.connect(self, target)
        return target

    def __repr__(self) -> str:
        """Return type and id."""
        return f'<{self.entry["type"]} "{self.id}">'


NODE_NAMES = frozenset({"node", "context", "flow", "global_", "env", "state"})
"""Names that the code of a ``python`` node sees besides Python's own."""


def function_code(function: Callable[..., Any]) -> str:
    """Return the code of a ``python`` node that does what a Python function does.

    The node runs in other processes too, so the source must stand alone: a function that reads
    variables of the notebook is refused.

    Raises:
        NodeConfigError: There is no source, or it reads names from outside.
    """
    name = getattr(function, "__name__", repr(function))
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        raise _refused(name, "has no source to read", "a function defined by `def`") from None
    if not source.startswith(("def ", "async def ")):
        raise _refused(name, "is not a plain `def`", "a function defined by `def`, undecorated")
    read = _names_from_outside(function.__code__)
    outside = sorted(read - NODE_NAMES - {name})
    if outside:
        raise _refused(
            name, f"reads {', '.join(outside)} from outside", "a function that stands alone"
        )
    code = re.sub(rf"def\s+{name}\b", "def handle", source, count=1)
    return f"{code}\n{name} = handle\n" if name in read else code


def _names_from_outside(code: CodeType) -> set[str]:
    """Return the names that compiled code reads from its module or an enclosing function."""
    read = {step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"}
    names = {*code.co_freevars, *(name for name in read if not hasattr(builtins, name))}
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            names |= _names_from_outside(inner) - set(code.co_cellvars)
    return names


def _refused(name: str, seen: str, expected: str) -> NodeConfigError:
    return NodeConfigError(
        (
            Problem(
                severity="error",
                node=name,
                type="python",
                field="code",
                seen=f"the function {name} {seen}",
                expected=expected,
                action="Import and compute inside the function; hand values in by the message.",
            ),
        )
    )


__all__ = ("NodeLike", "NodeRef", "function_code")
