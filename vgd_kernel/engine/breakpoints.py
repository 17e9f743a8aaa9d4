"""Where messages are held, on what condition, and what is held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Any, Literal

from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.hooks import ReceiveEvent, SendEvent
from vgd_kernel.model.jsonata import compile_jsonata
from vgd_kernel.model.message import UNDEFINED, Message

Language = Literal["python", "jsonata"]
Place = tuple[str, int, str]
"""Wire: source, port, target; input of a node: empty, 0, node."""


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A place where messages are held.

    Attributes:
        id: Its number.
        node: Id of the node before which messages are held.
        source: For a wire: id of the node at its start; else empty.
        port: For a wire: number of the output at its start.
        condition: Expression over ``msg`` that must be true; empty: always.
        language: Of the condition.
        pause_all: The whole run stands still on a hit.
    """

    id: int
    node: str
    source: str
    port: int
    condition: str
    language: Language
    pause_all: bool

    @property
    def place(self) -> Place:
        """Where it is."""
        return (self.source, self.port, self.node)


@dataclass(slots=True, eq=False)
class Held:
    """A message that is held.

    Attributes:
        id: Its number.
        place: Where it is held.
        time_s: Wall-clock time of the hit, seconds since 1970.
        event: The message on its way; `Debugger.edit` changes it.
    """

    id: int
    place: Place
    time_s: float
    event: SendEvent | ReceiveEvent
    go_on: Callable[..., None]

    @property
    def msg(self) -> Message:
        """The message itself."""
        return self.event.msg


def compile_condition(text: str, language: Language) -> Callable[[Message], bool]:
    """Return what tells whether a message is meant; one that cannot be judged is not."""
    if not text:
        return lambda msg: True
    if language == "jsonata":
        evaluate = compile_jsonata(text)
        return lambda msg: _judged(lambda: evaluate(msg))
    try:
        code: CodeType = compile(text, "<breakpoint>", "eval")
    except SyntaxError as error:
        raise ExpressionError(
            f"the condition {text!r} does not parse: {error.msg}; expected a Python expression "
            'over msg, such as msg["payload"] > 3.'
        ) from None
    return lambda msg: _judged(lambda: eval(code, {"msg": msg}))  # noqa: S307 - the author's own


def _judged(evaluate: Callable[[], Any]) -> bool:
    try:
        result = evaluate()
    except Exception:  # noqa: BLE001 - a condition over a message of another shape
        return False
    return result is not UNDEFINED and bool(result)


__all__ = ("Breakpoint", "Held", "Language", "Place", "compile_condition")
