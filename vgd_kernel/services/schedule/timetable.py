"""When a job is due: cron texts with time zones. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from vgd_kernel.model.errors import FlowError


class CronError(FlowError):
    """A cron text or a time zone that cannot be read."""


def next_due(cron: str, timezone: str, after: float) -> float | None:
    """Return the next due time after a moment; None when there is none within 50 years.

    Args:
        cron: Five fields (minute hour day month weekday), or six with seconds first.
        timezone: IANA name, as ``Europe/Berlin``.
        after: Seconds since the epoch; the due time is later.

    Raises:
        CronError: The text or the zone cannot be read.
    """
    moment = datetime.fromtimestamp(after, UTC).astimezone(zone(timezone))
    try:
        return float(next(CronSim(cron, moment)).timestamp())
    except CronSimError as error:
        raise CronError(
            f"the cron text {cron!r} cannot be read: {str(error).lower()}; expected five fields "
            "(minute hour day month weekday), as in '*/15 8-18 * * mon-fri'. Correct the field."
        ) from None
    except StopIteration:
        return None


@cache
def zone(name: str) -> ZoneInfo:
    """Return a time zone.

    Raises:
        CronError: There is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CronError(
            f"no time zone {name!r}; expected an IANA name, as 'Europe/Berlin' or 'UTC'. "
            "Correct the name."
        ) from None


def due_text(moment: float) -> str:
    """Return a due time as ISO text in UTC; equal texts are the same due time."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


__all__ = ("CronError", "due_text", "next_due", "zone")
