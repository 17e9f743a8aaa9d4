"""The store as a whole: the database, its tables, and the lock that says whose it is."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from vgd_kernel.model.errors import PlatformError
from vgd_kernel.services.store.config import StoreSettings
from vgd_kernel.services.store.database import Database
from vgd_kernel.services.store.deployments import DeploymentTable
from vgd_kernel.services.store.jobs import JobTable
from vgd_kernel.services.store.journal import JournalTable
from vgd_kernel.services.store.state import StateTable


class Store:
    """An open state folder. One process at a time: a lock file is held until `close`.

    Attributes:
        folder: The state folder.
        deployments: Deployments and revisions.
        journal: Messages and log lines of deployments.
        jobs: Jobs and their runs.
        state: Node states and contexts of deployments.
    """

    def __init__(self, folder: Path, settings: StoreSettings | None = None) -> None:
        """Open a state folder, made when it is not there.

        Raises:
            PlatformError: Another process holds it, or the database cannot be read.
        """
        settings = settings or StoreSettings()
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = _lock(folder / "lock.sqlite")
        try:
            self._database = Database(folder / "vgd.sqlite")
        except BaseException:
            self._lock.close()
            raise
        (folder / "pid").write_text(str(os.getpid()), encoding="ascii")
        self.deployments = DeploymentTable(self._database)
        self.journal = JournalTable(self._database, settings.journal_size)
        self.jobs = JobTable(self._database)
        self.state = StateTable(self._database)

    def close(self) -> None:
        """Close the files and give the folder free."""
        self._database.close()
        self._lock.close()


def _lock(path: Path) -> sqlite3.Connection:
    """Hold a file exclusively until the connection is closed or the process ends (any system)."""
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=0)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        holder = "unknown"
        with contextlib.suppress(OSError):
            holder = path.with_name("pid").read_text(encoding="ascii")
        raise PlatformError(
            f"the state folder {path.parent} is in use by another server (process {holder}); "
            "expected one server per folder. Use that server, stop it, or set VGD_STATE_DIR to "
            "another folder."
        ) from None
    return connection


__all__ = ("Store",)
