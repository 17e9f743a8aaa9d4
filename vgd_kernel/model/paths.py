"""Property paths, Node-RED's way to name a value inside a message: ``a.b[0]["c d"]``.

A path is a name followed by ``.name``, ``[0]``, ``["name"]`` or ``[msg.other.path]``; the last
takes its key from the message at the moment of use. Parsed paths are tuples of keys: texts,
numbers, and (for ``[msg.…]``) tuples. Parse once, at start; then `getter` and `setter` give
closures without a parser in them.

Values are read as JavaScript reads them: lists and texts have a ``length`` and take indices, a
dict takes a number as its text. What is not there is ``UNDEFINED``. Source: Node-RED,
``normalisePropertyExpression``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.message import UNDEFINED

Key = str | int | tuple[Any, ...]
"""One step of a path; a tuple is a path into the message whose value is the key."""

Path = tuple[Key, ...]
"""A parsed path."""

_DIGITS = re.compile(r"[0-9]+\Z")
_AFTER_DOT = re.compile(r"[a-zA-Z0-9$_]")
_NESTED = re.compile(r"msg[.\[]")


class _Parser:
    """Reads one path; ``position`` is where it stands, for the texts of errors."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.keys: list[Key] = []

    def parse(self) -> Path:
        if not self.text:
            raise ExpressionError(
                "saw an empty property path; expected a name such as payload.value. Enter one."
            )
        self._first()
        while self.position < len(self.text):
            character = self.text[self.position]
            if character == ".":
                self.position += 1
                self._after_dot()
            elif character == "[":
                self.position += 1
                self._bracket()
            else:
                raise self._error("'.' or '['")
        return tuple(self.keys)

    def _first(self) -> None:
        if self.text[0] in "'\"":
            self.keys.append(self._quoted())
        elif self.text[0] in ".[] ":
            raise self._error("a name")
        else:
            self._name()

    def _after_dot(self) -> None:
        if not _AFTER_DOT.match(self.text, self.position):
            raise self._error("a letter, a digit, $ or _")
        self._name()

    def _name(self) -> None:
        """Read a name; one of digits is a number when another ``.name`` follows it."""
        start = self.position
        while self.position < len(self.text) and self.text[self.position] not in ".[":
            character = self.text[self.position]
            if character in "] " or (character in "'\"" and self.position == start):
                raise self._error("a name")
            if character in "'\"":
                raise self._error("'.' or '['")
            self.position += 1
        name = self.text[start : self.position]
        number = self.text[self.position : self.position + 1] == "." and _DIGITS.match(name)
        self.keys.append(int(name) if number else name)

    def _bracket(self) -> None:
        if _NESTED.match(self.text, self.position):
            self._nested()
            return
        character = self.text[self.position : self.position + 1]
        if character and character in "'\"":
            self.keys.append(self._quoted())
        else:
            start = self.position
            while self.text[self.position : self.position + 1].isdecimal():
                self.position += 1
            if start == self.position:
                raise self._error("a number, a quoted name or msg.…")
            self.keys.append(int(self.text[start : self.position]))
        if self.text[self.position : self.position + 1] != "]":
            raise self._error("']'")
        self.position += 1

    def _nested(self) -> None:
        start, depth, quote = self.position, 1, ""
        for index in range(start, len(self.text)):
            character = self.text[index]
            if quote:
                quote = "" if character == quote else quote
            elif character in "'\"":
                quote = character
            elif character == "[":
                depth += 1
            elif character == "]":
                depth -= 1
                if depth == 0:
                    try:
                        self.keys.append(parse(self.text[start:index]))
                    except ExpressionError as error:
                        raise ExpressionError(
                            f"in the brackets at position {start} of {self.text!r}: {error}"
                        ) from None
                    self.position = index + 1
                    return
        self.position = len(self.text)
        raise self._error("']'")

    def _quoted(self) -> str:
        quote = self.text[self.position]
        start = self.position + 1
        end = self.text.find(quote, start)
        if end < 0:
            self.position = len(self.text)
            raise self._error(f"the closing {quote}")
        if end == start:
            raise self._error("a name between the quotes")
        self.position = end + 1
        return self.text[start:end]

    def _error(self, expected: str) -> ExpressionError:
        seen = self.text[self.position : self.position + 1]
        what = f"saw {seen!r} at position {self.position}" if seen else "it ends too early"
        return ExpressionError(
            f"property path {self.text!r}: {what}; expected {expected}. "
            'Write it like payload.items[0]["a name"].'
        )


def parse(text: str) -> Path:
    """Return a path as its keys.

    >>> parse('a["b c"][0].d')
    ('a', 'b c', 0, 'd')
    >>> parse("a[msg.topic]")
    ('a', ('msg', 'topic'))

    Raises:
        ExpressionError: Names the position and what was expected there.
    """
    return _Parser(text).parse()


def parse_message_path(text: str) -> Path:
    """Return a path into a message: as `parse`, but a leading ``msg.`` is dropped.

    Raises:
        ExpressionError: As `parse`.
    """
    return parse(text.removeprefix("msg."))


def _parsed(path: str | Path) -> Path:
    return parse(path) if isinstance(path, str) else path


def read(value: Any, key: Any) -> Any:
    """Return ``value[key]`` by JavaScript's rules, or UNDEFINED."""
    if isinstance(value, Mapping):
        found = value.get(key, UNDEFINED)
        return value.get(str(key), UNDEFINED) if found is UNDEFINED and type(key) is int else found
    if isinstance(value, (list, str, bytes, tuple, bytearray)):
        if key == "length":
            return len(value)
        index = key if type(key) is int else int(key) if _is_index(key) else -1
        return value[index] if 0 <= index < len(value) else UNDEFINED
    return UNDEFINED


def _is_index(key: Any) -> bool:
    return isinstance(key, str) and bool(_DIGITS.match(key))


def _resolve(root: Any, key: tuple[Any, ...]) -> str | int:
    """Return the key that ``[msg.…]`` stands for.

    Raises:
        ExpressionError: The message has no such property.
    """
    found = get(root, key[1:] if key and key[0] == "msg" else key)
    if found is UNDEFINED:
        name = ".".join(str(part) for part in key)
        raise ExpressionError(
            f"the key [{name}] of a property path is undefined in this message; expected a text "
            "or a number. Set it before this node."
        )
    if isinstance(found, float) and found.is_integer():
        return int(found)
    return found if type(found) is int else str(found)


def get(obj: Any, path: str | Path, *, strict: bool = False) -> Any:
    """Return the value at a path, or UNDEFINED.

    Args:
        obj: The root, usually a message.
        path: Text or parsed path.
        strict: Raise when a parent is missing, as Node-RED's typed input ``msg`` does.

    Raises:
        ExpressionError: Bad text, an undefined ``[msg.…]`` key, or (strict) a missing parent.
    """
    value = obj
    for key in _parsed(path):
        if strict and (value is UNDEFINED or value is None):
            kind = "null" if value is None else "undefined"
            raise ExpressionError(f"Cannot read properties of {kind} (reading '{key}')")
        value = read(value, _resolve(obj, key) if isinstance(key, tuple) else key)
    return value


def set(obj: Any, path: str | Path, value: Any) -> bool:
    """Set the value at a path; missing parents are made, lists before a number.

    Args:
        obj: The root, usually a message.
        path: Text or parsed path.
        value: What to put there; UNDEFINED deletes it.

    Returns:
        False when a parent is there but cannot hold properties (a text, a number, null).

    Raises:
        ExpressionError: Bad text or an undefined ``[msg.…]`` key.
    """
    if value is UNDEFINED:
        return delete(obj, path)
    keys = [_resolve(obj, key) if isinstance(key, tuple) else key for key in _parsed(path)]
    for index, key in enumerate(keys[:-1]):
        child = read(obj, key)
        if child is UNDEFINED:
            child = {} if isinstance(keys[index + 1], str) else []
            if not _write(obj, key, child):
                return False
        elif not isinstance(child, (MutableMapping, list)):
            return False
        obj = child
    return _write(obj, keys[-1], value)


def _write(obj: Any, key: str | int, value: Any) -> bool:
    if isinstance(obj, MutableMapping):
        obj[str(key) if type(key) is int else key] = value
        return True
    if isinstance(obj, list) and (type(key) is int or _is_index(key)):
        index = int(key)
        if index >= len(obj):
            obj.extend([None] * (index + 1 - len(obj)))
        obj[index] = value
        return True
    return False


def delete(obj: Any, path: str | Path) -> bool:
    """Delete the value at a path; an item of a list is taken out, the rest moves up.

    Returns:
        False when a parent is not there.

    Raises:
        ExpressionError: Bad text or an undefined ``[msg.…]`` key.
    """
    keys = [_resolve(obj, key) if isinstance(key, tuple) else key for key in _parsed(path)]
    for key in keys[:-1]:
        obj = read(obj, key)
        if not isinstance(obj, (MutableMapping, list)):
            return False
    last = keys[-1]
    if isinstance(obj, MutableMapping):
        obj.pop(str(last) if type(last) is int else last, None)
    elif isinstance(obj, list) and type(last) is int and last < len(obj):
        del obj[last]
    elif isinstance(obj, list) and _is_index(last) and int(last) < len(obj):
        obj[int(last)] = None
    return True


def getter(path: str | Path, *, strict: bool = False) -> Callable[[Any], Any]:
    """Return a closure ``(message) -> value`` for a path; see `get`.

    Raises:
        ExpressionError: Bad text.
    """
    parsed = _parsed(path)
    if len(parsed) == 1 and isinstance(parsed[0], str):
        name = parsed[0]
        return lambda msg: msg.get(name, UNDEFINED)
    return lambda msg: get(msg, parsed, strict=strict)


def setter(path: str | Path) -> Callable[[Any, Any], bool]:
    """Return a closure ``(message, value) -> set or not`` for a path; see `set`.

    Raises:
        ExpressionError: Bad text.
    """
    parsed = _parsed(path)
    if len(parsed) == 1 and isinstance(parsed[0], str):
        name = parsed[0]

        def assign(msg: Any, value: Any) -> bool:
            if value is UNDEFINED:
                msg.pop(name, None)
            else:
                msg[name] = value
            return True

        return assign
    return lambda msg, value: set(msg, parsed, value)


__all__ = (
    "Key",
    "Path",
    "delete",
    "get",
    "getter",
    "parse",
    "parse_message_path",
    "read",
    "set",
    "setter",
)
