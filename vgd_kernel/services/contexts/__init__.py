"""Context stores that outlive a run: files as Node-RED's, an SQLite file, kept state."""

from vgd_kernel.services.contexts.config import ContextSettings, ContextStoreSettings
from vgd_kernel.services.contexts.keeping import FileKeeper, StateKeeper
from vgd_kernel.services.contexts.local_files import LocalFiles
from vgd_kernel.services.contexts.opening import ContextStores
from vgd_kernel.services.contexts.sqlite_store import SqliteStore

__all__ = (
    "ContextSettings",
    "ContextStoreSettings",
    "ContextStores",
    "FileKeeper",
    "LocalFiles",
    "SqliteStore",
    "StateKeeper",
)
