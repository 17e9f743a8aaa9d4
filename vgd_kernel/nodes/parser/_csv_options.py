"""What a csv node is set to, and what its readers give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """How CSV is read and written.

    Attributes:
        template: Line of column names, separated by commas.
        separator: Between the cells, usually one character.
        line_end: What ends a written line.
        skip: Lines to leave out at the start.
        header_in: The first line holds the column names.
        numbers: Cells that are numbers become numbers.
        empty_texts: Keep empty texts.
        nulls: Keep cells that hold nothing, as null.
    """

    template: str
    separator: str
    line_end: str
    skip: int
    header_in: bool
    numbers: bool
    empty_texts: bool
    nulls: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """What was read.

    Attributes:
        rows: One object per line that is not empty.
        columns: The column names as a line.
        damaged: A quote was not closed, so the rows are probably wrong.
    """

    rows: list[dict[str, Any]]
    columns: str
    damaged: bool = False


__all__ = ("CsvOptions", "Rows")
