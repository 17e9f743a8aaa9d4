"""What survives a restart: one SQLite file with deployments, their journals, jobs and runs."""

from vgd_kernel.services.store.config import StoreSettings
from vgd_kernel.services.store.database import Database
from vgd_kernel.services.store.deployments import Deployment, DeploymentTable, Revision
from vgd_kernel.services.store.jobs import Job, JobRun, JobTable, RunState
from vgd_kernel.services.store.journal import Cursor, JournalTable, Record
from vgd_kernel.services.store.state import StateChanges, StateKey, StateTable
from vgd_kernel.services.store.store import Store

__all__ = (
    "Cursor",
    "Database",
    "Deployment",
    "DeploymentTable",
    "Job",
    "JobRun",
    "JobTable",
    "JournalTable",
    "Record",
    "Revision",
    "RunState",
    "StateChanges",
    "StateKey",
    "StateTable",
    "Store",
    "StoreSettings",
)
