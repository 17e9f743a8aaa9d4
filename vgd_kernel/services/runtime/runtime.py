"""A runtime: one flows file, the run of it, and what may be done with both.

It holds the flows without their credentials, the revision, the run that is going and the state
that a person wants. Deployments come one after the other; each is saved before it is started.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from vgd_kernel.engine import Run, RunOptions, start
from vgd_kernel.model.errors import FlowInvalidError, FlowSyntaxError
from vgd_kernel.model.flow import Entry, FlowDocument, check_entries
from vgd_kernel.model.registry import Registry
from vgd_kernel.services.runtime.credentials import CredentialSet
from vgd_kernel.services.runtime.errors import RefusedError
from vgd_kernel.services.runtime.files import RuntimeFiles
from vgd_kernel.services.runtime.json_text import write_json
from vgd_kernel.services.runtime.logbook import Logbook
from vgd_kernel.services.runtime.vault import Vault

logger = logging.getLogger(__name__)

DeployKind = Literal["full", "flows", "nodes"]
State = Literal["start", "stop"]

STATE_KEY = "runtimeFlowState"
"""Where the files remember the state that a person wants."""


class Runtime:
    """Runs one flows file. All methods on one event loop.

    Attributes:
        registry: The node types.
        credentials: Of the flows.
        vault: How they are kept.
        revision: Digest of the flows, 64 hex digits.
        state: ``start`` when the flows are wanted to run.
        run: What runs; None when stopped.
        last_run: What runs or ran last; its contexts can be looked at when it is stopped.
        events: Observers of all runs.
    """

    def __init__(
        self, files: RuntimeFiles, vault: Vault, registry: Registry, options: RunOptions
    ) -> None:
        """Take the parts; `open` does the rest.

        Args:
            files: Where everything is kept.
            vault: Keeps the credentials.
            registry: The node types.
            options: How to run; the observer is the runtime's own.
        """
        self.registry = registry
        self.vault = vault
        self.credentials = CredentialSet(registry)
        self._entries: list[Entry] = []
        self._by_id: dict[str, Entry] | None = None
        self.revision = revision_of([])
        self.state: State = "stop"
        self.run: Run | None = None
        self.last_run: Run | None = None
        self.events = Logbook(self)
        self._files = files
        self._options = replace(options, observer=self.events)
        self._snapshot: Mapping[str, Any] | None = options.snapshot
        self._lock = asyncio.Lock()

    async def open(self) -> None:
        """Read the files and start the flows.

        Raises:
            FlowSyntaxError: A file is not what it should be; nothing was changed.
            CredentialsError: The secret is wrong.
            PlatformError: A file cannot be read or written.
        """
        stopped = await self._load()
        if stopped:
            logger.info("Stopped flows")
        else:
            self.state = "start"
            await self._begin("full")
        self.events.notify("runtime-deploy", {"revision": self.revision})

    async def close(self) -> None:
        """Stop the flows."""
        async with self._lock:
            if self.run is not None:
                logger.info("Stopping flows")
                await self._end()
                logger.info("Stopped flows")

    async def deploy(
        self,
        entries: Any,
        *,
        kind: DeployKind = "full",
        credentials: Mapping[str, Any] | None = None,
        revision: str | None = None,
    ) -> str:
        """Put other flows in place of the present ones, and start them if these run.

        Args:
            entries: The flows as they came in; checked here, the runtime's own from now on.
            kind: What may be restarted.
            credentials: All credentials, plain or encrypted; None: those in the entries.
            revision: That the flows were made from; refused when it is not the present one.

        Returns:
            The new revision.

        Raises:
            RefusedError: The flows are wrong, somebody else was faster, or secrets do not open.
            PlatformError: They cannot be saved; nothing was changed.
        """
        async with self._lock:
            if revision is not None and revision != self.revision:
                raise RefusedError(
                    f"the flows were changed since revision {revision}; the present one is "
                    f"{self.revision}. Read them again and bring the change into them.",
                    status=409,
                    code="version_mismatch",
                )
            return await self._deploy(entries, kind, credentials, muted=False)

    async def edit(self, change: Callable[[list[Entry]], list[Entry]]) -> str:
        """Deploy what a function makes of the present flows, of kind ``flows`` and unlogged.

        Returns:
            The new revision.

        Raises:
            RefusedError: What the function raises, or what it makes is wrong.
            PlatformError: It cannot be saved; nothing was changed.
        """
        async with self._lock:
            return await self._deploy(change(self.entries), "flows", None, muted=True)

    async def _deploy(
        self,
        entries: Any,
        kind: DeployKind,
        credentials: Mapping[str, Any] | None,
        *,
        muted: bool,
    ) -> str:
        try:
            checked = check_entries(entries)
        except FlowSyntaxError as error:
            raise RefusedError(str(error)) from None
        secrets = self.credentials.copy()
        if credentials:
            secrets.replace(self.vault.open(dict(credentials))[0])
        taken = secrets.take(checked)
        text = write_json(taken)
        await asyncio.to_thread(self._save, text, secrets)
        self.entries, self.credentials = taken, secrets
        self.revision = _digest(text)
        if self.state == "start":
            await self._restart(kind, muted=muted)
        else:
            logger.info("Updated flows")
        self.events.notify("runtime-deploy", {"revision": self.revision})
        return self.revision

    async def reload(self) -> str:
        """Read the files again and start everything anew; return the revision.

        Raises:
            RefusedError: A file is wrong; the flows go on as they were.
        """
        async with self._lock:
            try:
                await self._load()
            except FlowSyntaxError as error:
                raise RefusedError(str(error)) from None
            if self.state == "start":
                await self._restart("full", loaded=True)
            self.events.notify("runtime-deploy", {"revision": self.revision})
            return self.revision

    async def set_state(self, state: State) -> None:
        """Start or stop the flows; harmless when they are so already."""
        async with self._lock:
            await asyncio.to_thread(self._files.remember, STATE_KEY, state)
            if state == self.state:
                return
            self.state = state
            if state == "start":
                await self._begin("full")
            else:
                logger.info("Stopping flows")
                await self._end()
                logger.info("Stopped flows")

    def entry(self, id: str) -> Entry | None:
        """Return the entry with an id, without credentials."""
        if self._by_id is None:
            self._by_id = {entry["id"]: entry for entry in self._entries}
        return self._by_id.get(id)

    @property
    def entries(self) -> list[Entry]:
        """The flows, without credentials; replaced as a whole, never changed."""
        return self._entries

    @entries.setter
    def entries(self, entries: list[Entry]) -> None:
        self._entries = entries
        self._by_id = None

    async def _load(self) -> bool:
        """Read the files; return whether the flows shall stay stopped."""
        entries, values, changed, state = await asyncio.to_thread(self._read)
        secrets = CredentialSet(self.registry, values)
        taken = secrets.take(entries, forget=False)
        if secrets.dirty:
            logger.warning(
                "%s holds credentials in clear text; the next deployment moves them to %s",
                self._files.flows,
                self._files.credentials.name,
            )
        if values and self.vault.kind == "system":
            logger.info(
                "Credentials are encrypted with a generated secret, which %s keeps; set "
                "VGD_CREDENTIAL_SECRET to have one of your own",
                self._files.config.name,
            )
        secrets.dirty = secrets.dirty or changed
        self.entries, self.credentials = taken, secrets
        self.revision = revision_of(taken)
        return bool(state == "stop")

    def _read(self) -> tuple[list[Entry], dict[str, Any], bool, Any]:
        """Return the flows, their credentials, whether those are in another form, the state."""
        data = self._files.read(self._files.flows)
        if data is None:
            logger.info("Creating new flow file")
            self._files.write(self._files.flows, [])
        if isinstance(data, dict) and isinstance(data.get("flows"), list):
            data = data["flows"]
        entries = check_entries([] if data is None else data)
        return entries, *self.vault.load(), self._files.remembered(STATE_KEY)

    def _save(self, text: bytes, secrets: CredentialSet) -> None:
        """Write the flows and what changed of their credentials; in a thread."""
        if secrets.dirty:
            self.vault.save(secrets.values)
            secrets.dirty = False
        self._files.write_text(self._files.flows, text)

    async def _restart(
        self, kind: DeployKind, *, muted: bool = False, loaded: bool = False
    ) -> None:
        """Let the run take the present flows; what the kind leaves alone goes on."""
        what = "flows" if kind == "full" else f"modified {kind}"
        run = self.run
        if not muted:
            logger.info("Stopping %s", what)
        known = set(run.problems) if run is not None else set()
        if run is not None:
            try:
                deployed = await run.deploy(self._document(), kind)
            except FlowInvalidError:  # found again, and told, when it is begun
                await self._end()
            except Exception:  # the boundary of the engine: it is reported, and all begun anew
                logger.exception("The deployment failed; everything is started again")
                await self._end()
            else:
                self.events.stopped(deployed.stopped)
        if not muted:
            logger.info("Stopped %s", what)
        if not loaded:
            logger.info("Updated flows")
        if self.run is None:
            await self._begin(kind, muted=muted)
            return
        if not muted:
            logger.info("Starting %s", what)
        self.events.tell_problems(p for p in self.run.problems if p not in known)
        self.events.notify("runtime-state", {"state": "start", "deploy": True})
        if not muted:
            logger.info("Started %s", what)

    async def _begin(self, kind: DeployKind, *, muted: bool = False) -> None:
        what = "flows" if kind == "full" else f"modified {kind}"
        if not muted:
            logger.info("Starting %s", what)
        self.last_run = None  # its memory is needed
        options = replace(self._options, snapshot=self._snapshot)
        try:
            self.run = await start(self._document(), self.registry, options)
        except FlowInvalidError as error:
            self.events.refused(error.problems)
            logger.error("The flows were not started, as strict asks for:\n%s", error)
            return
        self.last_run = self.run
        self.events.tell_problems(self.run.problems)
        self.events.notify("runtime-state", {"state": "start"})
        if not muted:
            logger.info("Started %s", what)

    def _document(self) -> FlowDocument:
        """Return the flows with their credentials."""
        return FlowDocument.adopt(self.credentials.give(self.entries))

    async def _end(self) -> None:
        run, self.run = self.run, None
        if run is not None:
            await run.stop()
            self._snapshot = run.snapshot()
            self.events.notify("runtime-state", {"state": "stop"})


def revision_of(entries: Sequence[Entry]) -> str:
    """Return the digest of flows."""
    return _digest(write_json(entries))


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


__all__ = ("DeployKind", "Runtime", "State", "revision_of")
