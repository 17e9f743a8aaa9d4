"""When a job is due."""

from datetime import UTC, datetime

import pytest

from vgd_kernel.services.schedule.timetable import CronError, due_text, next_due


def moment(text):
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("cron", "zone", "after", "due"),
    [
        ("*/15 * * * *", "UTC", "2026-11-23T10:01:00+00:00", "2026-11-23T10:15:00+00:00"),
        ("*/15 * * * *", "UTC", "2026-11-23T10:15:00+00:00", "2026-11-23T10:30:00+00:00"),
        ("0 6 * * *", "Europe/Berlin", "2026-11-23T00:00:00+00:00", "2026-11-23T05:00:00+00:00"),
        ("0 6 * * *", "Europe/Berlin", "2026-07-01T00:00:00+00:00", "2026-07-01T04:00:00+00:00"),
        ("0 9 * * mon-fri", "UTC", "2026-11-27T10:00:00+00:00", "2026-11-30T09:00:00+00:00"),
        ("*/5 * * * * *", "UTC", "2026-11-23T10:00:01+00:00", "2026-11-23T10:00:05+00:00"),
        # the night in which clocks jump from 2:00 to 3:00: 2:30 does not exist
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T02:00:00+00:00", "2026-03-29T01:00:00+00:00"),
    ],
)
def test_the_next_due_time_is_later_and_in_its_zone(cron, zone, after, due):
    found = next_due(cron, zone, moment(after))
    assert datetime.fromtimestamp(found, UTC).isoformat() == due


@pytest.mark.parametrize("cron", ["", "hello", "61 * * * *", "* * *", "0 0 30 2 *"])
def test_a_cron_text_that_cannot_be_read_is_named(cron):
    with pytest.raises(CronError, match="cannot be read"):
        next_due(cron, "UTC", 0.0)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unknown_zone_is_named(zone):
    with pytest.raises(CronError, match="no time zone"):
        next_due("* * * * *", zone, 0.0)


def test_equal_due_times_have_equal_texts():
    assert due_text(60.0) == due_text(60.2) == "1970-01-01T00:01:00+00:00"
