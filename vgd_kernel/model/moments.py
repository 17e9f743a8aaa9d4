"""Dates as text by the format language of moment.js, which Node-RED's typed input ``date`` uses."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

_TOKEN = re.compile(
    r"\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|Mo|M|DDDD|DDD|Do|DD|D|dddd|ddd|d|E|WW|W|HH|H|hh|h|kk|k"
    r"|mm|m|ss|s|SSS|SS|S|A|a|ZZ|Z|X|x"
)


def _ordinal(number: int) -> str:
    ending = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _zone(moment: datetime.datetime, separator: str) -> str:
    text = f"{moment:%z}"[:5]
    return f"{text[:3]}{separator}{text[3:]}"


_WRITE: dict[str, Callable[[datetime.datetime], object]] = {
    "YYYY": lambda t: f"{t.year:04}",
    "YY": lambda t: f"{t:%y}",
    "MMMM": lambda t: f"{t:%B}",
    "MMM": lambda t: f"{t:%b}",
    "MM": lambda t: f"{t:%m}",
    "Mo": lambda t: _ordinal(t.month),
    "M": lambda t: t.month,
    "DDDD": lambda t: f"{t:%j}",
    "DDD": lambda t: int(f"{t:%j}"),
    "Do": lambda t: _ordinal(t.day),
    "DD": lambda t: f"{t:%d}",
    "D": lambda t: t.day,
    "dddd": lambda t: f"{t:%A}",
    "ddd": lambda t: f"{t:%a}",
    "d": lambda t: t.isoweekday() % 7,
    "E": lambda t: t.isoweekday(),
    "WW": lambda t: f"{t.isocalendar().week:02}",
    "W": lambda t: t.isocalendar().week,
    "HH": lambda t: f"{t:%H}",
    "H": lambda t: t.hour,
    "hh": lambda t: f"{t:%I}",
    "h": lambda t: int(f"{t:%I}"),
    "kk": lambda t: f"{t.hour or 24:02}",
    "k": lambda t: t.hour or 24,
    "mm": lambda t: f"{t:%M}",
    "m": lambda t: t.minute,
    "ss": lambda t: f"{t:%S}",
    "s": lambda t: t.second,
    "SSS": lambda t: f"{t.microsecond // 1000:03}",
    "SS": lambda t: f"{t.microsecond // 10_000:02}",
    "S": lambda t: t.microsecond // 100_000,
    "A": lambda t: f"{t:%p}",
    "a": lambda t: f"{t:%p}".lower(),
    "ZZ": lambda t: _zone(t, ""),
    "Z": lambda t: _zone(t, ":"),
    "X": lambda t: int(t.timestamp()),
    "x": lambda t: int(t.timestamp() * 1000),
}


def format_moment(moment: datetime.datetime, pattern: str) -> str:
    """Return a moment (with a zone) as text; text in ``[brackets]`` stands for itself.

    >>> format_moment(datetime.datetime(2026, 3, 1, 9, 5, tzinfo=datetime.UTC), "D.M.YY [at] HH:mm")
    '1.3.26 at 09:05'
    """

    def write(match: re.Match[str]) -> str:
        return match[1] if match[1] is not None else str(_WRITE[match[0]](moment))

    return _TOKEN.sub(write, pattern)


__all__ = ("format_moment",)
