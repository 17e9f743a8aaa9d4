"""Node-RED's context store ``localfilesystem``: JSON files in a folder, one per scope.

The folder is ``DIR/BASE`` with ``global/global.json``, ``FLOW/flow.json`` and ``FLOW/NODE.json``;
what Node-RED wrote is read here and the reverse. A file is written beside its place and moved
there, so that it is whole at any time. Source: Node-RED, ``context/localfilesystem.js``.
"""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from vgd_kernel.model.context_backend import ScopeId
from vgd_kernel.model.errors import PlatformError
from vgd_kernel.services.contexts.file_text import read_text, write_text
from vgd_kernel.services.contexts.write_behind import WriteBehind

logger = logging.getLogger(__name__)

_GLOBAL = "global"
_Stamp = tuple[int, int, int]


class LocalFiles:
    """One named store in files. Made in a thread (it reads), used on one loop.

    Attributes:
        values: Scope to its values.
        refresh: Reads a scope again when its file was changed by others; None with a cache.
    """

    def __init__(self, folder: Path, *, cache: bool = True, flush_interval_s: float = 30.0) -> None:
        """Read what is there.

        Args:
            folder: Where the files lie, made when it is not there.
            cache: Take what was read at the start for true; else every access looks whether
                the file was changed meanwhile, and every change is written at once.
            flush_interval_s: Time from a change to its write, with ``cache``.

        Raises:
            PlatformError: The folder cannot be made or read.
        """
        self._folder = folder
        self._stamps: dict[ScopeId, _Stamp | None] = {}
        self._circular: set[ScopeId] = set()
        self.refresh: Callable[[ScopeId], None] | None = None if cache else self._refresh
        self._writer: WriteBehind[ScopeId] = WriteBehind(
            f"the context folder {folder}",
            self._encode,
            self._write,
            interval_s=flush_interval_s if cache else 0.0,
        )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.values = {scope: self._load(scope) for scope in tuple(_scopes(folder))}
        except OSError as error:
            raise PlatformError(
                f"the context folder {folder} cannot be used: {error.strerror}; expected a folder "
                "that can be read and written. Correct its rights, or set another one."
            ) from None

    def changed(self, scope: ScopeId, key: Any) -> None:
        """Write the file of the scope later."""
        self._writer.mark(scope)

    def removed(self, scope: ScopeId) -> None:
        """Remove the file of the scope later."""
        self._writer.mark(scope)

    async def flush(self) -> None:
        """Write what changed so far."""
        await self._writer.flush()

    async def close(self) -> None:
        """Write what changed; the store is not used any more."""
        await self._writer.close()

    def _path(self, scope: ScopeId) -> Path:
        node, colon, flow = scope.partition(":")
        if scope == _GLOBAL:
            parts = (_GLOBAL, _GLOBAL)
        else:
            parts = (flow, node) if colon else (scope, "flow")
        return self._folder.joinpath(*map(_file_name, parts[:1]), f"{_file_name(parts[1])}.json")

    def _load(self, scope: ScopeId) -> dict[Any, Any]:
        path = self._path(scope)
        try:
            return self._read(scope)
        except ValueError as error:
            aside = _free_name(path)
            path.replace(aside)
            logger.warning(
                "the context file %s is not JSON: %s; expected an object. Its values are not "
                "there; the file is kept as %s. Mend it and move it back.",
                path, error, aside.name,
            )  # fmt: skip
            return {}

    def _read(self, scope: ScopeId) -> dict[Any, Any]:
        path = self._path(scope)
        self._stamps[scope] = _stamp(path)
        return read_text(path.read_text(encoding="utf-8"))

    def _refresh(self, scope: ScopeId) -> None:
        """Read the file if it was changed; while it is none, the values of before hold."""
        path = self._path(scope)
        if self._writer.dirty(scope) or _stamp(path) == self._stamps.get(scope):
            return
        try:
            self.values[scope] = self._read(scope)
        except FileNotFoundError:
            self.values.pop(scope, None)
        except (OSError, ValueError) as error:
            logger.warning("the context file %s cannot be read: %s", path, error)

    def _encode(self, scope: ScopeId) -> bytes | None:
        values = self.values.get(scope)
        if values is None:
            return None
        text, circular = write_text(values)
        if circular and scope not in self._circular:
            logger.warning("the context %s contains itself; what is inside again is cut", scope)
        (self._circular.add if circular else self._circular.discard)(scope)
        return text.encode("utf-8", "surrogatepass")

    def _write(self, batch: Mapping[ScopeId, bytes | None]) -> None:
        for scope, data in batch.items():
            path = self._path(scope)
            if data is None:
                path.unlink(missing_ok=True)
                if path.parent.is_dir() and not any(path.parent.iterdir()):
                    path.parent.rmdir()
            else:
                _write_whole(path, data)
            self._stamps[scope] = _stamp(path)


def _file_name(id: str) -> str:
    """Return an id as the name of a file; one that would leave the folder goes in hex."""
    if id in ("", "..") or id[0] in ".%" or "/" in id or "\\" in id or "\0" in id:
        return "%" + id.encode("utf-8", "surrogatepass").hex()
    return id


def _scopes(folder: Path) -> Iterator[ScopeId]:
    """Yield the scopes that have a file."""
    for inside in sorted(folder.iterdir()):
        if inside.name.startswith(".") or not inside.is_dir():
            continue
        for file in sorted(inside.glob("*.json")):
            if inside.name == _GLOBAL:
                if file.stem == _GLOBAL:
                    yield _GLOBAL
            else:
                flow = _id(inside.name)
                yield flow if file.stem == "flow" else f"{_id(file.stem)}:{flow}"


def _id(name: str) -> str:
    return bytes.fromhex(name[1:]).decode("utf-8", "surrogatepass") if name[:1] == "%" else name


def _free_name(path: Path) -> Path:
    numbers = itertools.count(1)
    return next(
        aside
        for aside in (path.with_name(f"{path.name}.corrupt-{number}") for number in numbers)
        if not aside.exists()
    )


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


__all__ = ("LocalFiles",)
