"""Credentials of a node, as an import from Node-RED carries them beside its config.

They are read from the entry's ``credentials`` and are no part of the config: no form, no palette
and no ``to_raw`` shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import PrivateAttr

from vgd_kernel.model.node import Node


class Credentials(Mapping[str, str]):
    """Names and secret texts; a name that is not there is an empty text. Its repr hides them."""

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        """Keep what is a text and not empty; a number becomes one."""
        given = values.items() if isinstance(values, Mapping) else ()
        self._values = {str(key): str(value) for key, value in given if value not in (None, "")}

    def __getitem__(self, name: str) -> str:
        """Return a secret, an empty text when there is none."""
        return self._values.get(name, "")

    def __iter__(self) -> Any:
        """Iterate over the names."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._values)

    def __repr__(self) -> str:
        """Return the names without the secrets."""
        return f"Credentials({', '.join(sorted(self._values))})"


class NodeWithCredentials(Node):
    """Base of nodes that have credentials.

    Attributes:
        credential_fields: Their names; ``text`` may be shown again, ``password`` never.
    """

    credential_fields: ClassVar[Mapping[str, Literal["text", "password"]]] = {
        "user": "text",
        "password": "password",
    }

    _credentials: Credentials = PrivateAttr(default_factory=Credentials)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """Return the config of an entry, its credentials beside it."""
        return super().parse(raw)._with(raw)

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> Self:
        """Return the config that a run takes, the credentials beside it."""
        return super().load(raw)._with(raw)

    def _with(self, raw: Mapping[str, Any]) -> Self:
        self._credentials = Credentials(raw.get("credentials"))
        return self


__all__ = ("Credentials", "NodeWithCredentials")
