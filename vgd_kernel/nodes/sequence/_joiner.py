"""How a join node collects groups of messages and builds their value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from vgd_kernel.model import UNDEFINED, Context, Message, Timer, clone, paths
from vgd_kernel.model.errors import ExpressionError, ThrownError
from vgd_kernel.model.fields import number
from vgd_kernel.model.javascript_values import is_number, to_number, to_text, type_name
from vgd_kernel.nodes.sequence._group import Group

if TYPE_CHECKING:
    from vgd_kernel.nodes.sequence.join import Join

_CONTROLS = frozenset({"reset", "restartTimeout", "complete"})
"""Properties that make a message a command."""


class Joiner:
    """Collects groups; a group is sent when it is complete or its time is over."""

    def __init__(self, config: Join, ctx: Context, separator: str | bytes) -> None:
        """Start without a group."""
        self._config = config
        self._ctx = ctx
        self._separator = separator
        self._auto = config.mode == "auto"
        self._full = config.propertyType == "full"
        self._property = "payload" if self._full else config.property or "payload"
        self._get = paths.getter(paths.parse_message_path(self._property), strict=True)
        self._get_key = paths.getter(paths.parse_message_path(config.key or "topic"), strict=True)
        self._get_part = cache(lambda path: paths.getter(path, strict=True))
        self._is_plain = self._auto and self._property == "payload" and not self._full
        self._timeout_s = 0.0 if self._auto else number(config.timeout)
        self._count = number(config.count)
        self._groups: dict[Any, Group] = {}
        self._timers: dict[Any, Timer] = {}

    def receive(self, msg: Message) -> None:
        """Take a message of a group, or a command."""
        if self._is_plain and self._take_item(msg):
            return
        ctx = self._ctx
        if self._auto and not (isinstance(msg.get("parts"), Mapping) and "id" in msg["parts"]):
            if "parts" in msg and msg["parts"] is None:
                raise ThrownError(
                    "Cannot read properties of null (reading 'hasOwnProperty')", kind="TypeError"
                )
            if "reset" in msg:
                self._groups.clear()  # Node-RED does not complete what it drops here
            else:
                ctx.log(
                    "Message missing msg.parts property - cannot join in 'auto' mode",
                    level="warn",
                    msg=msg,
                )
            ctx.done(msg)
            return
        try:
            value = msg if self._full else self._get(msg)
        except ExpressionError:
            ctx.log(f"Message property {self._property} not found", level="warn", msg=msg)
            ctx.done(msg)
            return
        if not self._auto and not self._config.useparts and "parts" in msg:
            outer = msg["parts"].get("parts") if isinstance(msg["parts"], Mapping) else None
            if outer is None:
                del msg["parts"]
            else:
                msg["parts"] = {"parts": outer}
        self._join(msg, value)

    def _take_item(self, msg: Message) -> bool:
        """Take one more item of a list or text in the making; False: look at it closely.

        What `receive` does with it in the end, without the questions that do not arise: sequences
        of 100,000 items are common.
        """
        parts = msg.get("parts")
        if type(parts) is not dict or "property" in parts or not _CONTROLS.isdisjoint(msg):
            return False
        group = self._groups.get(parts.get("id"))
        index = parts.get("index")
        if group is None or type(index) is not int or group.kind not in ("array", "string"):
            return False
        group.waiting.append(msg)
        group.place(msg.get("payload", UNDEFINED), index)
        group.msg.update(msg)
        if not group.target:
            group.target = parts.get("count") or 0
        if is_number(group.target) and 0 < group.target <= group.size:
            self._complete(parts["id"])
        return True

    def _join(self, msg: Message, value: Any) -> None:
        parts = msg["parts"] if isinstance(msg.get("parts"), Mapping) else {}
        if self._auto:
            id, kind, count = parts["id"], parts.get("type", "array"), parts.get("count", 0)
            key, index = parts.get("key", UNDEFINED), parts.get("index")
            value = self._get_part(parts.get("property") or "payload")(msg)
        else:
            id, kind, count = "_", str(self._config.build), self._count
            key, index = UNDEFINED, None
            if self._config.count == "" and parts:
                count, id = parts.get("count") or 0, parts.get("id", "_")
            if kind == "object":
                key = self._get_key(msg)
        if "restartTimeout" in msg and id in self._groups:
            self._start_timer(id)
        if "reset" in msg:
            self._forget(id)
            self._ctx.done(msg)
        elif kind == "object" and (key is UNDEFINED or key is None or key == ""):
            self._without_key(id, msg)
        else:
            group = self._groups.get(id) or self._open(id, kind, count, parts, msg)
            self._add(id, group, msg, value, key=key, index=index)

    def _open(
        self, id: Any, kind: str, count: Any, parts: Mapping[str, Any], msg: Message
    ) -> Group:
        group = Group(
            kind="object" if kind == "merged" else kind,
            msg=clone(msg),
            target=count,
            path=parts.get("property") or "payload" if self._auto else self._property,
            separator=parts.get("ch", UNDEFINED) if self._auto else self._separator,
            chunk=parts.get("len", 0) if self._auto else 0,
        )
        self._groups[id] = group
        self._start_timer(id)
        return group

    def _start_timer(self, id: Any) -> None:
        timer = self._timers.pop(id, None)
        if timer is not None:
            timer.cancel()
        if self._timeout_s > 0:
            self._timers[id] = self._ctx.after(self._timeout_s, self._complete, id)

    def _add(
        self, id: Any, group: Group, msg: Message, value: Any, *, key: Any, index: Any
    ) -> None:
        group.waiting.append(msg)
        if (self._auto and group.kind == "object") or (
            not self._auto and self._config.build == "object"
        ):
            group.set(to_text(key), value)
        elif not self._auto and self._config.build == "merged":
            if isinstance(value, Mapping):
                group.merge(value)
            elif "complete" not in msg and value is not None:
                self._ctx.log("Cannot merge non-object types", level="warn", msg=msg)
        elif group.kind == "buffer" and not isinstance(value, (str, bytes, list, type(UNDEFINED))):
            raise ExpressionError(f"Cannot join {type_name(value)} to buffer")
        else:
            group.place(value, _position(index))
        group.msg.update(msg)
        if not group.target and isinstance(msg.get("parts"), Mapping):
            group.target = msg["parts"].get("count") or 0
        full = is_number(group.target) and 0 < group.target <= group.size
        if full or "complete" in msg:
            self._complete(id)

    def _complete(self, id: Any) -> None:
        group = self._groups[id]
        timer = self._timers.pop(id, None)
        if timer is not None:
            timer.cancel()
        if self._auto or not self._config.accumulate or "complete" in group.msg:
            del self._groups[id]
        waiting, group.waiting = group.waiting, []
        result = group.result(full=self._full)
        parts = group.msg.get("parts")
        if isinstance(parts, Mapping) and "parts" in parts:
            group.msg["parts"] = parts["parts"]
        else:
            group.msg.pop("parts", None)
        group.msg.pop("complete", None)
        self._ctx.send(clone(result))
        for held in waiting:
            self._ctx.done(held)

    def _without_key(self, id: Any, msg: Message) -> None:
        if not self._auto and "complete" in msg:
            group = self._groups.get(id)
            if group is not None:
                group.msg["complete"] = msg["complete"]
                self._complete(id)
        else:
            name = "msg.parts.key" if self._auto else f"msg.{self._config.key}"
            where = f"'{name}' property" if self._auto else f"key property '{name}'"
            self._ctx.log(f"Message missing {where} - cannot add to object", level="warn", msg=msg)
        self._ctx.done(msg)

    def _forget(self, id: Any) -> None:
        timer = self._timers.pop(id, None)
        if timer is not None:
            timer.cancel()
        group = self._groups.pop(id, None)
        for held in group.waiting if group is not None else ():
            self._ctx.done(held)


def _position(index: Any) -> int | None:
    found = to_number(index) if isinstance(index, (int, float, str)) else math.nan
    return int(found) if math.isfinite(found) else None


__all__ = ("Joiner",)
