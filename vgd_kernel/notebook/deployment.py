"""A deployment as a Python object: state, messages in and out, logs, stop."""

from __future__ import annotations

import time
from html import escape
from typing import TYPE_CHECKING, Any

from vgd_kernel.model import Message
from vgd_kernel.model.errors import ServerError
from vgd_kernel.notebook.server import connect

if TYPE_CHECKING:
    import pandas as pd

_COLORS = {"running": "#2e7d32", "stopped": "#757575", "failed": "#c62828"}
_PENDING = "#ef6c00"


class Deployment:
    """A flow that the platform keeps running, by name.

    Attributes:
        name: Its name.
    """

    def __init__(self, name: str) -> None:
        """Point at a deployment; nothing is asked of the server yet."""
        self.name = name

    def status(self) -> dict[str, Any]:
        """Return the deployment as JSON: state, revision, worker, reason and so on.

        Raises:
            ServerError: No such deployment (status 404), or no server.
        """
        return connect().deployment(self.name)

    @property
    def state(self) -> str:
        """``starting``, ``running``, ``waiting`` (no worker fits), ``stopped`` or ``failed``."""
        return str(self.status()["state"])

    def wait(self, timeout_s: float = 30.0) -> Deployment:
        """Wait while it is starting, or no worker has come yet, and return it."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            state = self.state
            if state != "starting" and (state != "waiting" or connect().workers()):
                break
            time.sleep(0.05)
        return self

    def send(self, node: str, msg: Message | Any = None) -> None:
        """Hand a message to a node; a value that is no dict is its payload."""
        if msg is not None and not isinstance(msg, dict):
            msg = {"payload": msg}
        connect().send(self.name, node, dict(msg or {}))

    def messages(
        self, node: str | None = None, *, count: int = 0, timeout_s: float = 10.0
    ) -> list[dict[str, Any]]:
        """Return the messages that reached debug nodes, oldest first (the server keeps the last).

        Args:
            node: Only those of this debug node.
            count: Wait until there are so many, or until the time is over.
            timeout_s: Longest wait, in seconds.
        """
        deadline = time.monotonic() + timeout_s
        found: list[dict[str, Any]] = []
        after = 0
        while True:
            left = max(0.0, deadline - time.monotonic()) if len(found) < count else 0.0
            answer = connect().messages(self.name, node, after=after, wait_s=min(left, 5.0))
            found += [message["msg"] for message in answer["messages"]]
            after = answer["next"]
            if len(found) >= count or time.monotonic() >= deadline:
                return found

    def values(
        self, node: str | None = None, *, count: int = 0, timeout_s: float = 10.0
    ) -> list[Any]:
        """Return the payloads of `messages`."""
        found = self.messages(node, count=count, timeout_s=timeout_s)
        return [msg.get("payload") for msg in found]

    def frame(
        self, node: str | None = None, *, count: int = 0, timeout_s: float = 10.0
    ) -> pd.DataFrame:
        """Return the payloads (dicts) of `messages` as a DataFrame, one row each."""
        import pandas as pd

        return pd.DataFrame(self.values(node, count=count, timeout_s=timeout_s))

    def logs(self) -> list[dict[str, Any]]:
        """Return the log lines, oldest first."""
        lines: list[dict[str, Any]] = connect().logs(self.name)["logs"]
        return lines

    def stop(self) -> Deployment:
        """Stop the flow; the deployment and its revisions stay."""
        connect().stop(self.name)
        return self

    def start(self) -> Deployment:
        """Start the flow again, from its last revision."""
        connect().start(self.name)
        return self.wait()

    def remove(self) -> None:
        """Stop the flow and forget the deployment."""
        connect().remove(self.name)

    def __repr__(self) -> str:
        """Say name, state and worker."""
        try:
            status = self.status()
        except ServerError as error:
            return f'<Deployment "{self.name}": {error}>'
        where = f" on {status['worker']}" if status.get("worker") else ""
        reason = f" ({status['reason']})" if status.get("reason") else ""
        return (
            f'<Deployment "{self.name}" revision {status["revision"]}: '
            f"{status['state']}{where}{reason}>"
        )

    def _repr_html_(self) -> str:
        try:
            status = self.status()
        except ServerError as error:
            return f"<p>{escape(str(error))}</p>"
        cells = "".join(
            f"<tr><th>{escape(key)}</th><td>{escape(str(status[key]))}</td></tr>"
            for key in ("revision", "worker", "labels", "reason", "updated")
            if status.get(key)
        )
        color = _COLORS.get(status["state"], _PENDING)
        mark = f'<span style="color:{color}">&#9679;</span>'
        title = f"{mark} <b>{escape(self.name)}</b> {escape(status['state'])}"
        return f"<div>{title}<table>{cells}</table></div>"


def deployments() -> list[Deployment]:
    """Return all deployments of the server."""
    return [Deployment(status["name"]) for status in connect().deployments()]


__all__ = ("Deployment", "deployments")
