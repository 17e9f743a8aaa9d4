"""From settings to the context stores of a run."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from vgd_kernel.engine import RunOptions
from vgd_kernel.services.contexts.config import ContextSettings, ContextStoreSettings
from vgd_kernel.services.contexts.local_files import LocalFiles
from vgd_kernel.services.contexts.sqlite_store import SqliteStore

Backend = LocalFiles | SqliteStore


class ContextStores:
    """Open context stores, for one run at a time.

    Attributes:
        backends: Store names to what keeps them; None: memory alone.
        default: Name of the default store; empty: the first one.
    """

    def __init__(self, backends: Mapping[str, Backend | None], default: str) -> None:
        """Own the backends."""
        self.backends = dict(backends)
        self.default = default

    @classmethod
    async def open(cls, settings: ContextSettings, folder: Path) -> ContextStores:
        """Open the stores of the settings, in a thread.

        Args:
            settings: Which stores.
            folder: Where those lie that name no folder.

        Raises:
            PlatformError: What a store keeps cannot be read.
        """
        return await asyncio.to_thread(_open, settings, folder)

    async def close(self) -> None:
        """Write what changed, and close."""
        async with contextlib.AsyncExitStack() as stack:
            for backend in self.backends.values():
                if backend is not None:
                    stack.push_async_callback(backend.close)

    def options(self, options: RunOptions) -> RunOptions:
        """Return the options of a run with these stores, unless it names its own."""
        if options.context_stores:
            return options
        return replace(options, context_stores=self.backends, default_store=self.default)


def _open(settings: ContextSettings, folder: Path) -> ContextStores:
    backends: dict[str, Backend | None] = {}
    for name, store in settings.context_stores.items():
        backends[name] = _backend(name, store, folder)
    default = settings.default_store or ("default" if "default" in backends else "")
    return ContextStores(backends, default)


def _backend(name: str, store: ContextStoreSettings, folder: Path) -> Backend | None:
    place = (store.dir.expanduser() if store.dir is not None else folder) / store.base
    match store.module:
        case "memory":
            return None
        case "localfilesystem":
            return LocalFiles(place, cache=store.cache, flush_interval_s=store.flush_interval_s)
        case "sqlite":
            path = place.with_name(f"{place.name}.sqlite")
            return SqliteStore(name, path, flush_interval_s=store.flush_interval_s)


__all__ = ("ContextStores",)
