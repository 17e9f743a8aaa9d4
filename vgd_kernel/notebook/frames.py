"""Payloads as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def payload_frame(values: Iterable[Any]) -> pd.DataFrame:
    """Return payloads as one DataFrame: a row per dict, rows of lists and tables joined.

    Values that are neither stand in the column ``payload``.
    """
    import pandas as pd

    tables = []
    for value in values:
        rows = value if isinstance(value, (pd.DataFrame, list)) else [value]
        if isinstance(rows, list) and not any(isinstance(row, (dict, list)) for row in rows):
            rows = [{"payload": row} for row in rows]
        tables.append(rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


__all__ = ("payload_frame",)
