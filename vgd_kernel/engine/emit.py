"""Node-RED's return shapes, sent: who gets the original and who a clone.

Source: Node-RED, ``Node.prototype.send``: of everything that one call sends, only the very
first message goes out as it is; messages without an id get the id of the first that has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from vgd_kernel.engine.ports import Port
from vgd_kernel.model.context import Emitted
from vgd_kernel.model.message import Message, clone


def make_emit(
    ports: tuple[Port, ...],
    new_id: Callable[[], str],
    refuse: Callable[[str], None],
) -> Callable[..., None]:
    """Return the ``emit`` of a node.

    Args:
        ports: Its compiled outputs.
        new_id: Makes message ids.
        refuse: Told of a value that is no message.
    """
    if not any(port.inboxes for port in ports):
        refuse = _drop  # Node-RED does not look at what a node sends to nobody
    first = ports[0].send if ports else None

    def emit(result: Emitted, *, clone_first: bool = False) -> None:
        if isinstance(result, dict):
            if not result.get("_msgid"):
                result["_msgid"] = new_id()
            if first is not None:
                first(clone(result) if clone_first else result)
        elif result is None:
            return
        elif isinstance(result, (str, bytes)) or not isinstance(result, Iterable):
            refuse(_not_a_message(result))
        else:
            emit_many(list(result), clone_first=clone_first)

    def emit_many(results: list[Any], *, clone_first: bool) -> None:
        events = []
        for number, (port, result) in enumerate(zip(ports, results, strict=False)):
            msgs = list(_messages(result, refuse))
            port.add(len(msgs))
            events += [(number, wire, msg) for wire in range(len(port.inboxes)) for msg in msgs]
        shared = next((m["_msgid"] for _, _, m in events if m.get("_msgid")), None) or new_id()
        for _, _, msg in events:
            if not msg.get("_msgid"):
                msg["_msgid"] = shared
        route = ports[0].route if ports else None
        if route is not None:
            route.emit(events, clone_first=clone_first)
            return
        outgoing = [
            (ports[number].inboxes[wire].deliver, clone(msg) if index or clone_first else msg)
            for index, (number, wire, msg) in enumerate(events)
        ]
        for deliver, msg in outgoing:
            deliver(msg)

    return emit


def _drop(text: str) -> None:
    """Tell nobody."""


def _messages(result: Any, refuse: Callable[[str], None]) -> Iterator[Message]:
    if result is None:
        return
    many = isinstance(result, Iterable) and not isinstance(result, (dict, str, bytes))
    for msg in result if many else (result,):
        if isinstance(msg, dict):
            yield msg
        elif msg is not None:
            refuse(_not_a_message(msg))


def _not_a_message(value: Any) -> str:
    return (
        f"tried to send a value of type {type(value).__name__}; expected a message (dict), "
        "None, or a list of them per output. Return a message, for example {'payload': value}."
    )


__all__ = ("make_emit",)
