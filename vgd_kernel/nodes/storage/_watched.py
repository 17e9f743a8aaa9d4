"""What stands in watched files and folders, and how it changed; no I/O but looking."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Mark = tuple[int, int, int, int]
"""What tells one state of a file from another: inode, size, times of change."""

_KINDS = (
    (stat.S_ISREG, "file"), (stat.S_ISBLK, "blockdevice"), (stat.S_ISCHR, "characterdevice"),
    (stat.S_ISSOCK, "socket"), (stat.S_ISFIFO, "fifo"), (stat.S_ISDIR, "directory"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A change.

    Attributes:
        event: ``update`` (new or changed) or ``remove``.
        path: The file, as the watched path leads to it.
        kind: ``file``, ``directory`` and so on; ``none`` when it is not there.
        size_bytes: Size of a file, None for others.
    """

    event: Literal["update", "remove"]
    path: str
    kind: str
    size_bytes: int | None


def look(paths: Iterable[str], *, recursive: bool) -> dict[str, Mark]:
    """Return the state of every watched file; blocks.

    Args:
        paths: Files and folders; of a folder what stands in it counts, not the folder itself.
        recursive: Folders within folders count too.
    """
    marks: dict[str, Mark] = {}
    for path in map(Path, paths):
        if path.is_dir():
            for entry in _entries(path, recursive=recursive):
                _note(marks, entry)
        else:
            _note(marks, path)
    return marks


def _entries(folder: Path, *, recursive: bool) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return  # it went away, or must not be read: as if it were empty
    for path in entries:
        yield path
        if recursive and path.is_dir() and not path.is_symlink():
            yield from _entries(path, recursive=True)


def _note(marks: dict[str, Mark], path: Path) -> None:
    try:
        found = path.stat()
    except OSError:
        return  # it is not there
    is_folder = stat.S_ISDIR(found.st_mode)
    size, changed = (0, 0) if is_folder else (found.st_size, found.st_mtime_ns)
    marks[str(path)] = (found.st_ino, size, changed, 0 if is_folder else found.st_ctime_ns)


def changes(before: Mapping[str, Mark], after: Mapping[str, Mark]) -> list[Found]:
    """Return what changed between two looks; blocks a little, for the kinds of the files."""
    changed = [path for path, mark in after.items() if before.get(path) != mark]
    gone = [path for path in before if path not in after]
    return [_found(path) for path in (*gone, *changed)]


def _found(path: str) -> Found:
    try:
        state = Path(path).stat()
    except OSError:
        return Found("remove", path, "none", None)
    kind = next((name for test, name in _KINDS if test(state.st_mode)), "n/a")
    return Found("update", path, kind, state.st_size if kind == "file" else None)


__all__ = ("Found", "Mark", "changes", "look")
