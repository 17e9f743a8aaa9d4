"""The service behind the surfaces: deploy, start, stop, talk to, look at."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from vgd_kernel.model.errors import FlowError, VgdError
from vgd_kernel.model.flow import Entry, FlowDocument
from vgd_kernel.model.message import Message
from vgd_kernel.services.cluster.cluster import Cluster
from vgd_kernel.services.cluster.config import ClusterSettings
from vgd_kernel.services.cluster.controller import Controller
from vgd_kernel.services.cluster.errors import DeploymentStateError, UnknownDeploymentError
from vgd_kernel.services.cluster.journals import Journal, JournalBook
from vgd_kernel.services.cluster.link import Link
from vgd_kernel.services.cluster.machine import Item
from vgd_kernel.services.cluster.machine_events import Forget, Want
from vgd_kernel.services.cluster.tasks import TaskSet
from vgd_kernel.services.cluster.watching import Frame, Watchers
from vgd_kernel.services.contexts.config import ContextSettings
from vgd_kernel.services.store import Deployment, Revision, Store

NAME_RULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
"""Names stand in URLs, file names and logs."""

REPLAYED = 200
"""Events that somebody who begins to watch is shown; as many as one live frame holds."""

logger = logging.getLogger(__name__)


class Deployments:
    """Keeps flows running on workers. All calls on the loop that started it."""

    def __init__(
        self,
        store: Store,
        settings: ClusterSettings,
        cluster: Cluster,
        *,
        journal_size: int,
        contexts: ContextSettings | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare; `start` does the work.

        Args:
            store: What survives.
            settings: When a worker is lost.
            cluster: Where workers come from; started when it is first needed.
            journal_size: Records kept per deployment.
            contexts: Context stores of the flows; the usual ones when absent.
            clock: Wall-clock seconds.
        """
        self._store = store
        self._cluster = cluster
        self._clock = clock
        self._journals = JournalBook(store, size=journal_size)
        self._watchers = Watchers(self._watch_changed)
        self._rows: dict[str, Deployment] = {}
        self._labels: dict[str, Mapping[str, str]] = {}
        self._tasks = TaskSet("deployments")
        self._cluster_started = False
        self.controller = Controller(
            store,
            self._journals,
            silent_after_s=settings.silent_after_s,
            contexts=contexts or ContextSettings(),
            on_frame=self._watchers.post,
            on_show=self._show,
            on_lost=cluster.lost,
        )

    async def start(self) -> None:
        """Take up the deployments of before; workers are started only when one is wanted."""
        for row in await asyncio.to_thread(self._store.deployments.all):
            await self._refresh(row.name)
        await self.controller.start()
        self._tasks.spawn(self._journals.run())
        if any(row.desired == "running" for row in self._rows.values()):
            self.ensure_cluster()

    def ensure_cluster(self) -> None:
        """Begin to start the workers, once; returns at once."""
        if not self._cluster_started:
            self._cluster_started = True
            self._tasks.spawn(self._cluster.run(self.controller.see))

    async def close(self) -> None:
        """Stop the own workers, keep what is wanted; deployments start again with the server."""
        await self._tasks.close()
        await self.controller.close()
        await self._cluster.close()
        await self._journals.write()

    # -- what there is -------------------------------------------------------------------------

    def all(self) -> list[dict[str, Any]]:
        """Return every deployment as JSON, by name."""
        return [self.describe(name) for name in sorted(self._rows)]

    def describe(self, name: str) -> dict[str, Any]:
        """Return one deployment as JSON.

        Raises:
            UnknownDeploymentError: There is none.
        """
        row = self._row(name)
        item = self.controller.machine.items.get(name)
        card = self.controller.machine.workers.get(item.address) if item else None
        return {
            "name": name,
            "revision": row.revision,
            "desired": row.desired,
            "state": _state(row, item),
            "reason": item.reason if item else "",
            "worker": card.name if card else None,
            "labels": dict(self._labels[name]),
            "owner": row.owner,
            "created": row.created,
            "updated": row.updated,
            "problems": list(item.problems) if item else [],
        }

    def workers(self) -> dict[str, Any]:
        """Return the workers, and what keeps more from being found, as JSON."""
        self.ensure_cluster()
        machine = self.controller.machine
        workers = [
            {
                "name": card.name,
                "address": card.address,
                "labels": dict(card.labels),
                "resources": dict(card.resources),
                "version": card.version,
                "pid": card.pid,
                "embedded": card.embedded,
                "deployments": sorted(
                    item.name for item in machine.items.values() if item.address == card.address
                ),
            }
            for card in sorted(machine.workers.values(), key=lambda card: card.name)
        ]
        return {
            "scheduler": self._cluster.scheduler,
            "problem": self._cluster.problem,
            "workers": workers,
        }

    async def revisions(self, name: str) -> list[Revision]:
        """Return the revisions of a deployment, oldest first."""
        self._row(name)
        return await asyncio.to_thread(self._store.deployments.revisions, name)

    async def revision(self, name: str, number: int) -> Revision:
        """Return one revision.

        Raises:
            UnknownDeploymentError: There is no such deployment or revision.
        """
        row = self._row(name)
        found = await asyncio.to_thread(self._store.deployments.revision, name, number)
        if found is None:
            raise UnknownDeploymentError(
                f'"{name}" has no revision {number}; expected 1 to {row.revision}. '
                "List its revisions."
            )
        return found

    # -- changes -------------------------------------------------------------------------------

    async def put(
        self,
        name: str,
        flow: list[Entry],
        *,
        labels: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        owner: str = "",
    ) -> dict[str, Any]:
        """Deploy a flow under a name: a new revision, which is started.

        Raises:
            FlowError: The name or the flow cannot be used.
        """
        if not NAME_RULE.fullmatch(name):
            raise FlowError(
                f"the deployment name {name!r} cannot be used; expected 1 to 63 letters, digits, "
                "dots, hyphens or underscores, a letter or digit first. Choose another name."
            )
        entries = FlowDocument(flow).entries()
        await asyncio.to_thread(
            self._store.deployments.put,
            name,
            flow=entries,
            labels=labels or {},
            environment=environment or {},
            owner=owner,
            now=self._clock(),
        )
        return await self._changed(name)

    async def set_desired(self, name: str, *, running: bool) -> dict[str, Any]:
        """Start or stop a deployment."""
        self._row(name)
        await asyncio.to_thread(
            self._store.deployments.set_desired,
            name,
            "running" if running else "stopped",
            now=self._clock(),
        )
        return await self._changed(name)

    async def rollback(self, name: str, number: int, *, owner: str = "") -> dict[str, Any]:
        """Deploy an older revision again, as a new revision (history only grows)."""
        old = await self.revision(name, number)
        return await self.put(
            name, old.flow, labels=old.labels, environment=old.environment, owner=owner
        )

    async def remove(self, name: str) -> None:
        """Stop a deployment and forget it with its revisions and journal."""
        self._row(name)
        await asyncio.to_thread(self._store.deployments.remove, name)
        del self._rows[name]
        self._journals.forget(name)
        self.controller.post(Forget(name))

    async def _changed(self, name: str) -> dict[str, Any]:
        await self._refresh(name)
        await self._journals.open(name)
        row = self._rows[name]
        wanted = row.desired == "running"
        if wanted:
            self.ensure_cluster()
        handled = self.controller.post(
            Want(name, row.revision, self._labels[name], wanted, row.epoch)
        )
        await handled.wait()
        return self.describe(name)

    async def _refresh(self, name: str) -> None:
        row = await asyncio.to_thread(self._store.deployments.get, name)
        if row is None:
            raise _unknown(name, self._rows)
        revision = await asyncio.to_thread(self._store.deployments.revision, name, row.revision)
        self._rows[name] = row
        self._labels[name] = revision.labels if revision is not None else {}

    # -- talk ----------------------------------------------------------------------------------

    async def send(self, name: str, node: str, msg: Message) -> str:
        """Hand a message to a node (id or name) of a running deployment; return the node's id.

        Raises:
            DeploymentStateError: It does not run now.
            UnknownNodeError: It has no such node.
            WorkerLostError: Its worker went away meanwhile.
        """
        return str(await self._link(name).request("send", name=name, node=node, msg=msg))

    async def status(self, name: str) -> dict[str, Any]:
        """Return the deployment with counters and status of each node under ``nodes``."""
        described = self.describe(name)
        nodes: dict[str, Any] = {}
        if described["state"] == "running":
            nodes = (await self._link(name).request("status", name=name))["nodes"]
        return {**described, "nodes": nodes}

    def journal(self, name: str) -> Journal:
        """Return the messages and log lines of a deployment.

        Raises:
            UnknownDeploymentError: There is none.
        """
        self._row(name)
        journal = self._journals.get(name)
        assert journal is not None, f"{name}: a known deployment has an open journal"
        return journal

    async def node_id(self, name: str, node: str) -> str:
        """Return the id of a node that is given by id or name, in the newest revision."""
        revision = await self.revision(name, self._row(name).revision)
        return str(FlowDocument(revision.flow).find(node)["id"])

    @asynccontextmanager
    async def watch(self, name: str) -> AsyncIterator[asyncio.Queue[Frame]]:
        """Give a queue of state and live frames for as long as the block runs.

        The first two are the state and, marked ``replay``, what happened last.
        """
        recent = [record.body for record in self.journal(name).recent(REPLAYED)]
        replay = {"kind": "live", "nodes": {}, "events": recent, "replay": True}
        async with self._watchers.watch(name, [self._state_frame(name), replay]) as queue:
            yield queue

    def _link(self, name: str) -> Link:
        described = self.describe(name)
        item = self.controller.machine.items.get(name)
        link = self.controller.links.get(item.address) if item else None
        if link is None or described["state"] != "running":
            why = f": {described['reason']}" if described["reason"] else ""
            raise DeploymentStateError(
                f'"{name}" is {described["state"]}{why}; expected it to be running. '
                "Start it, or wait until it runs."
            )
        return link

    def _show(self, name: str) -> None:
        if name in self._rows and self._watchers.watched(name):
            self._watchers.post(name, self._state_frame(name))
            self._watch_changed(name, True)

    def _watch_changed(self, name: str, on: bool) -> None:
        self._tasks.spawn(self._set_watch(name, on=on))

    async def _set_watch(self, name: str, *, on: bool) -> None:
        try:
            await self._link(name).request("watch", name=name, on=on)
        except VgdError as error:
            logger.debug("frames of %s: %s", name, error)  # it does not run; `_show` comes again

    def _state_frame(self, name: str) -> Frame:
        described = self.describe(name)
        running = described["state"] == "running"
        message = described["reason"] or (
            f"running on {described['worker']}" if running else described["state"]
        )
        return {
            "kind": "state",
            "running": running,
            "where": "deployment",
            "state": described["state"],
            "problems": described["problems"],
            "message": message,
        }

    def _row(self, name: str) -> Deployment:
        row = self._rows.get(name)
        if row is None:
            raise _unknown(name, self._rows)
        return row


def _state(row: Deployment, item: Item | None) -> str:
    if item is None:
        return "stopped" if row.desired == "stopped" else "starting"
    return "starting" if item.phase == "settling" else item.phase


def _unknown(name: str, known: Mapping[str, Any]) -> UnknownDeploymentError:
    names = ", ".join(sorted(known)[:8]) or "none yet"
    return UnknownDeploymentError(
        f'no deployment "{name}"; there are: {names}. Check the name, or deploy it first.'
    )


__all__ = ("NAME_RULE", "Deployments")
