"""Sending the pieces of one message: copies that differ in one property and in ``parts``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vgd_kernel.model import Message, clone
from vgd_kernel.model.message import clone_value

_PLAIN = (str, int, float, bool, bytes, type(None))


def sender(
    send: Callable[[Message], None],
    msg: Message,
    put: Callable[[Any, Any], bool],
    key: str | None,
) -> Callable[[Any, int], None]:
    """Return what sends a copy of a message with a piece and the index of the piece.

    Where everything but the piece is plain, two shallow copies do: lists of 100,000 items are
    common, and a full clone of each message would cost five times as much.

    Args:
        send: Where to.
        msg: The message that is taken apart, with ``parts``.
        put: Puts a piece into a message.
        key: Name of the property that holds the piece, None when it lies deeper.
    """
    parts = msg["parts"]
    others = [value for name, value in msg.items() if name not in ("parts", key)]
    plain = all(type(value) in _PLAIN for value in (*others, *parts.values()))
    if key is None or not plain:

        def send_clone(piece: Any, index: int) -> None:
            put(msg, piece)
            parts["index"] = index
            send(clone(msg))

        return send_clone

    def send_copy(piece: Any, index: int) -> None:
        out = dict(msg)
        out[key] = piece if type(piece) in _PLAIN else clone_value(piece)
        out["parts"] = {**parts, "index": index}
        send(out)

    return send_copy


__all__ = ("sender",)
