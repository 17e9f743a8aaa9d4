"""Scheduled notebooks as Python objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vgd_kernel.notebook.server import connect

if TYPE_CHECKING:
    import pandas as pd


class Job:
    """A notebook that runs by papermill on a schedule.

    Attributes:
        id: Its id on the server.
    """

    def __init__(self, id: str) -> None:
        """Point at a job; nothing is asked of the server yet."""
        self.id = id

    def status(self) -> dict[str, Any]:
        """Return the job as JSON: name, notebook, cron, next_run, paused and so on."""
        return connect().job(self.id)

    def run(self, *, wait: bool = True, timeout_s: float = 300.0) -> dict[str, Any]:
        """Run it now, outside its schedule.

        Args:
            wait: Return when it has ended; else at once.
            timeout_s: Longest wait, in seconds.

        Returns:
            The run as JSON: state, output (path of the executed copy), results, error.

        Raises:
            ServerError: No server, or the run did not end in time.
        """
        run = connect().run_job(self.id)
        return connect().wait_run(self.id, run["id"], timeout_s=timeout_s) if wait else run

    def runs(self) -> pd.DataFrame:
        """Return the runs, newest first: state, times (UTC), output, results."""
        import pandas as pd

        table = pd.DataFrame(connect().runs(self.id))
        for column in ("scheduled", "started", "finished"):
            if column in table:
                table[column] = pd.to_datetime(table[column], unit="s", utc=True).dt.round("s")
        return table

    def remove(self) -> None:
        """Forget the job and its runs; executed copies stay on disk."""
        connect().remove_job(self.id)

    def __repr__(self) -> str:
        """Say notebook, schedule and next run."""
        status = self.status()
        return (
            f'<Job {status["name"]}: {status["notebook"]} at "{status["cron"]}" '
            f"({status['timezone']}), next {_moment(status['next_run'])}>"
        )

    def _repr_html_(self) -> str:
        status = self.status()
        facts = {
            "notebook": status["notebook"],
            "schedule": f"{status['cron']} ({status['timezone']})",
            "parameters": ", ".join(f"{k} = {v!r}" for k, v in status["parameters"].items()),
            "next run": _moment(status["next_run"]),
        }
        rows = "".join(
            f"<tr><th>{key}</th><td>{escape(str(value))}</td></tr>" for key, value in facts.items()
        )
        return f"<div><b>{escape(status['name'])}</b><table>{rows}</table></div>"


def _moment(epoch_s: float | None) -> str:
    """Return a time of the server for people, in UTC; ``never`` for none."""
    if epoch_s is None:
        return "never"
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def schedule(
    notebook: str | Path,
    cron: str,
    *,
    parameters: Mapping[str, Any] | None = None,
    name: str = "",
    timezone: str = "UTC",
) -> Job:
    """Run a notebook on a schedule, by papermill.

    Args:
        notebook: Path of the ``.ipynb``, absolute or relative to this process's folder.
        cron: Cron text with five fields (``"0 6 * * *"``) or six (seconds first).
        parameters: Values for its cell tagged ``parameters``.
        name: Name of the job; the notebook's name when absent.
        timezone: IANA name, such as ``Europe/Berlin``.

    Raises:
        ServerError: No such notebook, a wrong cron text or parameter (status 400), or no server.
    """
    file = Path(notebook).resolve()
    created = connect().create_job(
        str(file), cron, parameters=dict(parameters or {}), name=name, timezone=timezone
    )
    return Job(created["id"])


def jobs() -> list[Job]:
    """Return all jobs of the server."""
    return [Job(status["id"]) for status in connect().jobs()]


__all__ = ("Job", "jobs", "schedule")
