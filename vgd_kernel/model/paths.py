"""Property paths, Node-RED's way to name a value inside a message: ``a.b[0]["c d"]``.

A path is a name followed by ``.name``, ``[0]``, ``["name"]`` or ``[msg.other.path]``; the last
takes its key from the message at the moment of use. Parsed paths are tuples of keys: texts,
numbers, and references (for ``[msg.…]``). Parse once, at start; then `getter` and `setter` give
closures without a parser in them.

Values are read as JavaScript reads them: lists and texts have a ``length`` and take indices, a
dict takes a number as its text. What is not there is ``UNDEFINED``. Source: Node-RED,
``getObjectProperty`` and ``setObjectProperty``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any

from vgd_kernel.model.errors import ThrownError
from vgd_kernel.model.javascript_values import number_text, to_text
from vgd_kernel.model.message import UNDEFINED
from vgd_kernel.model.path_parser import Key, Path, Reference, parse_path

_DIGITS = re.compile(r"[0-9]+\Z")


def parse(text: str) -> Path:
    """Return a path as its keys.

    >>> parse('a["b c"][0].d')
    ('a', 'b c', 0, 'd')
    >>> parse("a[msg.topic]")
    ('a', Reference(keys=('topic',), position=2))

    Raises:
        ThrownError: With Node-RED's text; names the position.
    """
    return parse_path(text)


def parse_message_path(text: str) -> Path:
    """Return a path into a message: as `parse`, but a leading ``msg.`` is dropped.

    Raises:
        ThrownError: As `parse`.
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
    if isinstance(key, str):
        return bool(_DIGITS.match(key))
    return type(key) is int and key >= 0


def resolve(root: Any, key: Key) -> str | int:
    """Return the key that a step stands for; of a reference, what the message has there.

    Raises:
        ThrownError: The message has no such property.
    """
    if not isinstance(key, Reference):
        return key
    try:
        found = get(root, key.keys, strict=True)
    except ThrownError:
        found = UNDEFINED
    if found is UNDEFINED:
        raise key.error()
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        return int(found) if found == found // 1 else number_text(found)
    return to_text(found)


def get(obj: Any, path: str | Path, *, strict: bool = False) -> Any:
    """Return the value at a path, or UNDEFINED.

    Args:
        obj: The root, usually a message.
        path: Text or parsed path.
        strict: Raise when a parent is missing, as Node-RED's typed input ``msg`` does.

    Raises:
        ThrownError: Bad text, an undefined ``[msg.…]`` key, or (strict) a missing parent.
    """
    return _walk(obj, _keys(obj, path), strict=strict)


def _walk(value: Any, keys: Iterable[Any], *, strict: bool) -> Any:
    for key in keys:
        if strict and (value is UNDEFINED or value is None):
            kind = "null" if value is None else "undefined"
            text = f"Cannot read properties of {kind} (reading '{key}')"
            raise ThrownError(text, kind="TypeError")
        value = read(value, key)
    return value


def _keys(obj: Any, path: str | Path) -> list[str | int]:
    return [resolve(obj, key) for key in _parsed(path)]


def set(obj: Any, path: str | Path, value: Any) -> bool:
    """Set the value at a path; missing parents are made, lists before a number.

    Args:
        obj: The root, usually a message.
        path: Text or parsed path.
        value: What to put there; UNDEFINED deletes it.

    Returns:
        False when a parent is there but cannot hold properties (a text, a number, null).

    Raises:
        ThrownError: Bad text or an undefined ``[msg.…]`` key.
    """
    if value is UNDEFINED:
        return delete(obj, path)
    keys = _keys(obj, path)
    for index, key in enumerate(keys[:-1]):
        child = _own(obj, key)
        if child is UNDEFINED:
            child = {} if isinstance(keys[index + 1], str) else []
            _write(obj, key, child)
        elif not holds_properties(child):
            return False
        obj = child
    _write(obj, keys[-1], value)
    return True


def _own(value: Any, key: str | int) -> Any:
    """Return ``value[key]`` where an object has it itself, as a list has its length."""
    return read(value, key) if not isinstance(value, str) else UNDEFINED


def holds_properties(value: Any) -> bool:
    """Tell whether JavaScript takes a value for an object, which may have any property."""
    return value is not None and not isinstance(value, (bool, int, float, str))


def _write(obj: Any, key: str | int, value: Any) -> None:
    """Set ``obj[key]``; what only an object of JavaScript can hold is set in vain."""
    if isinstance(obj, MutableMapping):
        obj[str(key) if type(key) is int else key] = value
    elif isinstance(obj, list) and _is_index(key):
        index = int(key)
        if index >= len(obj):
            obj.extend([None] * (index + 1 - len(obj)))
        obj[index] = value


def delete(obj: Any, path: str | Path) -> bool:
    """Delete the value at a path; an item of a list is taken out, the rest moves up.

    Returns:
        False when a parent is not there.

    Raises:
        ThrownError: Bad text or an undefined ``[msg.…]`` key.
    """
    keys = _keys(obj, path)
    for key in keys[:-1]:
        obj = read(obj, key)
        if not isinstance(obj, (MutableMapping, list)):
            return False
    last = keys[-1]
    if isinstance(obj, MutableMapping):
        obj.pop(str(last) if type(last) is int else last, None)
    elif isinstance(obj, list) and type(last) is int:
        obj[last : last + 1 or None] = []
    elif isinstance(obj, list) and _is_index(last) and int(last) < len(obj):
        obj[int(last)] = None
    return True


def getter(path: str | Path, *, strict: bool = False) -> Callable[[Any], Any]:
    """Return a closure ``(message) -> value`` for a path; see `get`.

    Raises:
        ThrownError: Bad text.
    """
    parsed = _parsed(path)
    if len(parsed) == 1 and isinstance(parsed[0], str):
        name = parsed[0]
        return lambda msg: msg.get(name, UNDEFINED)
    if any(isinstance(key, Reference) for key in parsed):
        return lambda msg: get(msg, parsed, strict=strict)
    return lambda msg: _walk(msg, parsed, strict=strict)


def setter(path: str | Path) -> Callable[[Any, Any], bool]:
    """Return a closure ``(message, value) -> set or not`` for a path; see `set`.

    Raises:
        ThrownError: Bad text.
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
    "Reference",
    "delete",
    "get",
    "getter",
    "holds_properties",
    "parse",
    "parse_message_path",
    "read",
    "resolve",
    "set",
    "setter",
)
