"""The files of a runtime: Node-RED's user directory, written so that no crash loses them.

``flows.json`` holds the flows, ``flows_cred.json`` their credentials, ``.config.runtime.json``
what the runtime itself remembers. A file is written beside the old one and then put in its
place; the old one stays as ``.NAME.backup``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from vgd_kernel.model.errors import FlowSyntaxError, PlatformError
from vgd_kernel.services.runtime.json_text import make_pretty, read_json, write_json

DEFAULT_NAME = "flows.json"


class RuntimeFiles:
    """Reads and writes the files of one runtime.

    Attributes:
        folder: The user directory.
        flows: The flows file.
        credentials: The file of their credentials.
        config: What the runtime remembers.
        users: What editors remember for their users.
    """

    def __init__(self, folder: Path, flows: Path | None = None) -> None:
        """Name the files.

        Args:
            folder: The user directory; made when it is not there.
            flows: The flows file; ``flows.json`` in the folder when absent.
        """
        self.folder = folder
        self.flows = flows or folder / DEFAULT_NAME
        self.credentials = self.flows.with_name(f"{self.flows.stem}_cred{self.flows.suffix}")
        self.config = folder / ".config.runtime.json"
        self.users = folder / ".config.users.json"

    def prepare(self) -> None:
        """Make the folders.

        Raises:
            PlatformError: One cannot be made.
        """
        for folder in (self.folder, self.flows.parent):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise PlatformError(
                    f"the folder {folder} cannot be made: {error.strerror}; expected a folder that "
                    "this user can write. Give another one with --folder."
                ) from None

    def read(self, path: Path) -> Any:
        """Return the JSON of a file, None when it is not there; of its backup when it is empty.

        Raises:
            FlowSyntaxError: It is not JSON.
            PlatformError: It cannot be read.
        """
        data = _bytes_of(path)
        if data is not None and not data.strip():
            data = _bytes_of(backup_of(path))
        if data is None or not data.strip():
            return None
        try:
            return read_json(data.removeprefix(b"\xef\xbb\xbf"), str(path))
        except FlowSyntaxError as error:
            raise FlowSyntaxError(
                f"{error} Its last version is {backup_of(path)}, when that is there."
            ) from None

    def remembered(self, key: str) -> Any:
        """Return what the runtime remembers under a key, None when nothing.

        Raises:
            FlowSyntaxError: The file is not JSON.
            PlatformError: It cannot be read.
        """
        return self._config().get(key)

    def remember(self, key: str, value: Any) -> None:
        """Keep a value under a key; None forgets it.

        Raises:
            FlowSyntaxError: The file is not JSON.
            PlatformError: It cannot be read or written.
        """
        config = self._config()
        if config.get(key) != value:
            changed = {**config, key: value}
            self.write(self.config, {k: v for k, v in changed.items() if v is not None})

    def _config(self) -> dict[str, Any]:
        found = self.read(self.config)
        return found if isinstance(found, dict) else {}

    def write(self, path: Path, value: Any) -> None:
        """Replace a file by JSON; see `write_text` for the errors."""
        self.write_text(path, write_json(value))

    def write_text(self, path: Path, text: bytes) -> None:
        """Replace a file by a JSON text, which is made readable.

        Raises:
            PlatformError: It cannot be written; the old one is as it was.
        """
        path = path.resolve()  # a link stays a link
        beside = path.with_name(f"{path.name}.$$$")
        try:
            mode = path.stat().st_mode & 0o777 if path.exists() else None
            with beside.open("wb") as file:
                if mode is not None or path != self.flows.resolve():
                    beside.chmod(mode or 0o600)
                file.write(make_pretty(text))
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                _keep(path)
            beside.replace(path)
        except OSError as error:
            raise PlatformError(
                f"{path} cannot be written: {error.strerror}; expected a folder with room that "
                "this user can write. Nothing was changed."
            ) from None


def backup_of(path: Path) -> Path:
    """Return where the last version of a file stays."""
    return path.with_name(f".{path.name}.backup")


def _keep(path: Path) -> None:
    """Let the backup name the present file, so that it is there at every moment."""
    backup = backup_of(path)
    backup.unlink(missing_ok=True)
    try:
        backup.hardlink_to(path)
    except OSError:  # a file system without links
        backup.write_bytes(path.read_bytes())


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PlatformError(
            f"{path} cannot be read: {error.strerror}; expected a file that this user can read. "
            "Correct its owner or mode."
        ) from None


__all__ = ("DEFAULT_NAME", "RuntimeFiles", "backup_of")
