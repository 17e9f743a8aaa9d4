"""Times of the calendar, by crontab."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from vgd_kernel.model.errors import ExpressionError


def next_time(crontab: str) -> Callable[[float], float]:
    """Return what gives the next time (epoch seconds) after a time.

    Raises:
        ExpressionError: The crontab is wrong.
    """
    from cronsim import CronSim, CronSimError  # only flows with a crontab need it

    start = datetime.datetime.now()  # noqa: DTZ005 - crontabs are in local time
    try:
        CronSim(crontab, start)
    except CronSimError as error:
        raise ExpressionError(
            f"{error} in {crontab!r}; expected minute hour day month weekday"
        ) from None
    return lambda now: next(CronSim(crontab, datetime.datetime.fromtimestamp(now))).timestamp()  # noqa: DTZ006


__all__ = ("next_time",)
