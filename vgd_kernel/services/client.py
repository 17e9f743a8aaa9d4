"""The client of a Jupyter server with VGD: plain JSON in and out, blocking calls."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from vgd_kernel.model.errors import ServerError
from vgd_kernel.model.flow import Entry
from vgd_kernel.services.finding import ServerPlace, find_server, local_servers
from vgd_kernel.services.headless import HeadlessServer

TIMEOUT_S = 30.0
"""Time for an answer, on top of what a call itself waits."""

POLL_S = 20.0
"""Longest wait in one request; longer waits are several."""

Json = dict[str, Any]
"""A JSON object, as the server's ``openapi.yaml`` describes it."""

ENDED = frozenset({"succeeded", "failed", "cancelled"})
"""States in which a run of a job does not change any more."""


class Client:
    """Talks to one server. Thread-safe; close it, or use it as a context manager.

    Every method raises `ServerError` when the server cannot be reached or refuses; its text says
    what was seen and what to do, its ``status`` is the HTTP status.
    """

    def __init__(
        self, url: str, token: str = "", *, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Prepare for a server; nothing is sent yet.

        Args:
            url: Base URL of the Jupyter server.
            token: Its token; empty when it needs none.
            transport: For tests.
        """
        self.url = url if url.endswith("/") else url + "/"
        headers = {"Authorization": f"token {token}"} if token else {}
        self._http = httpx.Client(
            base_url=self.url + "vgd/api/",
            headers=headers,
            timeout=TIMEOUT_S,
            transport=transport,
            trust_env=False,  # a proxy for the internet is no way to a server on this machine
        )
        self._server: HeadlessServer | None = None

    # -- finding one ---------------------------------------------------------------------------

    @classmethod
    def connect(cls, environment: Mapping[str, str], *, any_local: bool = False) -> Self:
        """Return a client of the server that this process belongs to.

        Args:
            environment: Variables that may name the server; those of this process are
                ``vgd_kernel.settings.whole_environment()``.
            any_local: Take any running server of this user on this machine that has VGD, when
                this process belongs to none (for the command line).

        Raises:
            ServerError: There is none.
        """
        place = find_server(environment, os.getppid())
        if place is not None:
            return cls(place.url, place.token)
        places = [place for _, place in local_servers()] if any_local else []
        for place in places:
            client = cls(place.url, place.token)
            if client.answers():
                return client
            client.close()
        raise ServerError(
            "no Jupyter server with VisualGridDev was found; expected one that started this "
            "process, or VGD_SERVER_URL and VGD_SERVER_TOKEN. Start JupyterLab, or set both."
        )

    @classmethod
    def embedded(cls, root: Path | str | None = None) -> Self:
        """Start a headless server for the life of this process and return its client.

        Args:
            root: Its folder; the working directory when absent.

        Raises:
            ServerError: It does not start.
        """
        server = HeadlessServer(Path(root or Path.cwd()).resolve())
        client = cls(server.place.url, server.place.token)
        client._server = server
        return client

    @property
    def place(self) -> ServerPlace:
        """Where the server is, for handing it to another process."""
        token = self._http.headers.get("Authorization", "").removeprefix("token ")
        return ServerPlace(self.url, token)

    def answers(self) -> bool:
        """Tell whether the server is there and has VGD."""
        try:
            self.me()
        except ServerError:
            return False
        return True

    def close(self) -> None:
        """Close connections, and the server if it was started here."""
        self._http.close()
        if self._server is not None:
            self._server.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    # -- who and what --------------------------------------------------------------------------

    def me(self) -> Json:
        """Return ``{username, name, permissions}``."""
        return self._call("GET", "me")

    def palette(self) -> list[Json]:
        """Return the node types of the server."""
        return list(self._call("GET", "palette")["types"])

    def workers(self) -> list[Json]:
        """Return the workers; the first call starts the server's own."""
        return list(self._call("GET", "workers")["workers"])

    # -- deployments ---------------------------------------------------------------------------

    def deploy(
        self,
        name: str,
        entries: list[Entry],
        labels: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Json:
        """Deploy a flow under a name: a new revision, which is started."""
        body = {"flow": entries, "labels": dict(labels or {}), "environment": environment or {}}
        return self._call("PUT", _path(name), json=body)

    def deployments(self) -> list[Json]:
        """Return all deployments."""
        return list(self._call("GET", "deployments")["deployments"])

    def deployment(self, name: str) -> Json:
        """Return one deployment."""
        return self._call("GET", _path(name))

    def status(self, name: str) -> Json:
        """Return one deployment with counters and status of each node under ``nodes``."""
        return self._call("GET", _path(name, "status"))

    def settle(self, name: str, *, timeout_s: float = 30.0) -> Json:
        """Wait until a deployment runs, has failed or is stopped; after the time, however it is."""
        deadline = time.monotonic() + timeout_s
        after = 0
        while True:
            found = self.deployment(name)
            left_s = deadline - time.monotonic()
            if found["state"] in ("running", "failed", "stopped") or left_s <= 0:
                return found
            # every change of state is a line of the log
            after = self.logs(name, after=after, wait_s=min(1.0, left_s))["next"]

    def start(self, name: str) -> Json:
        """Want a deployment running."""
        return self._call("POST", _path(name, "start"))

    def stop(self, name: str) -> Json:
        """Want a deployment stopped."""
        return self._call("POST", _path(name, "stop"))

    def rollback(self, name: str, revision: int) -> Json:
        """Deploy an older revision again, as a new revision."""
        return self._call("POST", _path(name, "rollback"), json={"revision": revision})

    def revisions(self, name: str) -> list[Json]:
        """Return the revisions of a deployment, oldest first, without their flows."""
        return list(self._call("GET", _path(name, "revisions"))["revisions"])

    def revision(self, name: str, number: int) -> Json:
        """Return one revision with its flow."""
        return self._call("GET", _path(name, "revisions", str(number)))

    def remove(self, name: str) -> None:
        """Stop a deployment and forget it."""
        self._call("DELETE", _path(name))

    def send(self, name: str, node: str, msg: Mapping[str, Any] | None = None) -> str:
        """Hand a message to a node (id or name) of a running deployment; return the node's id."""
        body = {"node": node, "msg": dict(msg or {})}
        return str(self._call("POST", _path(name, "messages"), json=body)["node"])

    def messages(
        self, name: str, node: str | None = None, *, after: int = 0, wait_s: float = 0.0
    ) -> Json:
        """Return ``{messages, next}``: what reached the debug nodes after a number, oldest first.

        Args:
            name: The deployment.
            node: Only this debug node (id or name).
            after: Only messages with a higher ``seq``; ``next`` is the value for the next call.
            wait_s: When there is none yet, wait so long for the first one.
        """
        query = {"after": after, "node": node or ""}
        return self._poll(_path(name, "messages"), "messages", query, wait_s)

    def logs(self, name: str, *, after: int = 0, wait_s: float = 0.0) -> Json:
        """Return ``{logs, next}``: the lines of the log; arguments as in `messages`."""
        return self._poll(_path(name, "logs"), "logs", {"after": after}, wait_s)

    # -- jobs ----------------------------------------------------------------------------------

    def create_job(
        self,
        notebook: str,
        cron: str = "",
        *,
        name: str = "",
        timezone: str = "UTC",
        parameters: Mapping[str, Any] | None = None,
        paused: bool = False,
    ) -> Json:
        """Schedule a notebook; without a cron text it runs only on demand.

        Args:
            notebook: Path below the server's folder, or an absolute one that lies there.
            cron: Five fields (minute hour day month weekday), or six with seconds first.
            name: For people; the notebook's name when empty.
            timezone: IANA name of the zone that the cron text is meant in.
            parameters: Values for its cell tagged ``parameters``.
            paused: Run it only on demand for now.
        """
        body = {
            "notebook": notebook,
            "name": name,
            "cron": cron,
            "timezone": timezone,
            "parameters": dict(parameters or {}),
            "paused": paused,
        }
        return self._call("POST", "jobs", json=body)

    def jobs(self) -> list[Json]:
        """Return all jobs."""
        return list(self._call("GET", "jobs")["jobs"])

    def job(self, id: str) -> Json:
        """Return one job."""
        return self._call("GET", f"jobs/{quote(id, safe='')}")

    def change_job(self, id: str, **fields: Any) -> Json:
        """Change fields of a job."""
        return self._call("PATCH", f"jobs/{quote(id, safe='')}", json=fields)

    def remove_job(self, id: str) -> None:
        """Cancel what runs of a job and forget it."""
        self._call("DELETE", f"jobs/{quote(id, safe='')}")

    def run_job(self, id: str) -> Json:
        """Run a job once, now; return the run."""
        return self._call("POST", f"jobs/{quote(id, safe='')}/run")

    def runs(self, id: str) -> list[Json]:
        """Return the runs of a job, newest first."""
        return list(self._call("GET", f"jobs/{quote(id, safe='')}/runs")["runs"])

    def wait_run(self, job: str, run: str, *, timeout_s: float = 600.0) -> Json:
        """Wait until a run has ended and return it; after the time, return it as it is."""
        deadline = time.monotonic() + timeout_s
        path = f"jobs/{quote(job, safe='')}/runs/{quote(run, safe='')}"
        while True:
            wait_s = min(POLL_S, max(0.0, deadline - time.monotonic()))
            found = self._call("GET", path, params={"wait_s": wait_s}, wait_s=wait_s)
            if found["state"] in ENDED or wait_s == 0.0:
                return found

    # -- transport -----------------------------------------------------------------------------

    def _poll(self, path: str, key: str, query: Mapping[str, Any], wait_s: float) -> Json:
        deadline = time.monotonic() + wait_s
        while True:
            part_s = min(POLL_S, max(0.0, deadline - time.monotonic()))
            found = self._call("GET", path, params={**query, "wait_s": part_s}, wait_s=part_s)
            if found[key] or part_s == 0.0:
                return found

    def _call(self, method: str, path: str, *, wait_s: float = 0.0, **request: Any) -> Json:
        try:
            answer = self._http.request(method, path, timeout=TIMEOUT_S + wait_s, **request)
        except httpx.HTTPError as error:
            raise ServerError(
                f"the Jupyter server at {self.url} does not answer ({error or type(error)}); "
                "expected it to run. Start it, or correct VGD_SERVER_URL."
            ) from None
        try:
            data = answer.json() if answer.content else None
        except ValueError:
            data = None
        if answer.is_success:
            return data if isinstance(data, dict) else {}
        raise ServerError(self._explain(answer.status_code, data), status=answer.status_code)

    def _explain(self, status: int, data: Any) -> str:
        if isinstance(data, dict) and data.get("reason") and data.get("message"):
            return str(data["message"])
        if status in (401, 403):
            return (
                f"the Jupyter server at {self.url} refused (status {status}); expected a token "
                "that it knows. Set VGD_SERVER_TOKEN."
            )
        if status == 404:
            return (
                f"the Jupyter server at {self.url} knows no VisualGridDev; expected its server "
                "extension. Install visualgriddev there and restart it."
            )
        return f"the Jupyter server at {self.url} answered with status {status}; see its log."


def _path(name: str, *parts: str) -> str:
    return "/".join(["deployments", quote(name, safe=""), *parts])


__all__ = ("ENDED", "POLL_S", "TIMEOUT_S", "Client")
