"""An error as a value in a message, such as ``msg.error`` of a file that could not be read."""

from __future__ import annotations

from typing import Any


class ErrorValue(dict[str, Any]):
    """What JavaScript calls an Error object: a dict with ``name``, ``message`` and maybe ``code``.

    It can be read, cloned and sent as any other object; only what tells objects from errors (the
    debug node, recorded cases) sees that it is one.
    """

    def __init__(self, message: str, *, code: str = "", name: str = "Error") -> None:
        """Make the dict; an empty code is left out."""
        super().__init__(name=name, message=message, **({"code": code} if code else {}))

    def __deepcopy__(self, memo: dict[int, Any]) -> ErrorValue:
        """Return a copy of the same kind."""
        return ErrorValue(self["message"], code=self.get("code", ""), name=self["name"])


__all__ = ("ErrorValue",)
