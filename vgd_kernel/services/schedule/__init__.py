"""Notebooks that run by the clock, and the running of notebooks itself."""

from vgd_kernel.services.schedule.config import ScheduleSettings
from vgd_kernel.services.schedule.papermill_runner import PapermillRunner
from vgd_kernel.services.schedule.service import FieldError, Schedule, UnknownJobError

__all__ = ("FieldError", "PapermillRunner", "Schedule", "ScheduleSettings", "UnknownJobError")
