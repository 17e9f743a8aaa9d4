"""A context store in an SQLite file: values without loss, key by key."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vgd_kernel.model.context_backend import ScopeId
from vgd_kernel.services.contexts.encoding import decode, encode
from vgd_kernel.services.contexts.value_file import Key, ValueFile
from vgd_kernel.services.contexts.write_behind import WriteBehind

logger = logging.getLogger(__name__)


class SqliteStore:
    """One named store in a file. Made in a thread (it reads), used on one loop.

    Attributes:
        values: Scope to its values.
        refresh: None: what others write to the file is seen at the next start.
    """

    refresh: Callable[[ScopeId], None] | None = None

    def __init__(self, name: str, path: Path, *, flush_interval_s: float) -> None:
        """Read what the file has under a store's name.

        Args:
            name: Name of the store; a file can hold several.
            path: The file.
            flush_interval_s: Time from a change to its write.

        Raises:
            PlatformError: The file is something else, or cannot be used.
        """
        self._name = name
        self._file = ValueFile(path)
        self.values: dict[ScopeId, dict[Any, Any]] = {}
        for (store, scope, key), data in self._file.load().items():
            if store == name:
                self._take(scope, key, data)
        self._kept = {scope: set(values) for scope, values in self.values.items()}
        self._writer: WriteBehind[Key] = WriteBehind(
            f"the context store {name} in {path}",
            self._encode,
            self._file.write,
            interval_s=flush_interval_s,
        )

    def _take(self, scope: ScopeId, key: str, data: bytes) -> None:
        try:
            self.values.setdefault(scope, {})[key] = decode(data)
        except ValueError as error:
            logger.warning("the value %s of the context %s is left out: %s", key, scope, error)

    def changed(self, scope: ScopeId, key: Any) -> None:
        """Write the value later."""
        self._kept.setdefault(scope, set()).add(str(key))
        self._writer.mark((self._name, scope, str(key)))

    def removed(self, scope: ScopeId) -> None:
        """Delete the values of the scope later."""
        for key in self._kept.pop(scope, ()):
            self._writer.mark((self._name, scope, key))

    def _encode(self, key: Key) -> bytes | None:
        values = self.values.get(key[1], {})
        return encode(values[key[2]]) if key[2] in values else None

    async def flush(self) -> None:
        """Write what changed so far."""
        await self._writer.flush()

    async def close(self) -> None:
        """Write what changed and close the file."""
        await self._writer.close()
        self._file.close()


__all__ = ("SqliteStore",)
