"""Tables in and out of messages: rows, columns, CSV text and pandas DataFrames."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vgd_kernel.model.errors import ExpressionError

if TYPE_CHECKING:
    import pandas as pd

_TYPES: dict[str, Any] = {
    "int": "int64", "integer": "int64", "float": "float64", "number": "float64", "str": "string",
    "text": "string", "string": "string", "bool": "bool", "boolean": "bool",
    "category": "category",
}  # fmt: skip
DATE_TYPES = frozenset({"date", "datetime", "time"})
"""Names of column types that are read as dates."""


def names(text: str) -> list[str]:
    """Return the column names of a comma-separated text."""
    return [name.strip() for name in text.split(",") if name.strip()]


def column_types(text: str) -> dict[str, str]:
    """Return the types of ``price: float, day: date`` by column.

    Raises:
        ExpressionError: A part is no ``name: type`` or names an unknown type.
    """
    found = {}
    for part in names(text):
        name, separator, kind = (piece.strip() for piece in part.partition(":"))
        if not separator or (kind not in _TYPES and kind not in DATE_TYPES):
            known = ", ".join(sorted({*_TYPES, *DATE_TYPES}))
            raise ExpressionError(
                f"column type {part!r}; expected name: type, with a type of {known}. Mend it."
            )
        found[name] = kind
    return found


def to_frame(value: Any) -> pd.DataFrame:
    """Return a table made of a list of rows, a dict of columns, one row, or CSV text.

    Raises:
        ExpressionError: It is none of these.
    """
    import pandas as pd  # heavy: only data nodes load it

    try:
        if isinstance(value, pd.DataFrame):
            return value
        if isinstance(value, pd.Series):
            return value.to_frame()
        if isinstance(value, (bytes, str)):
            text = value.decode("utf-8") if isinstance(value, bytes) else value
            return pd.read_csv(io.StringIO(text))
        if isinstance(value, Mapping):
            columns = any(isinstance(item, (list, tuple)) for item in value.values())
            return pd.DataFrame(dict(value) if columns else [dict(value)])
        if isinstance(value, Sequence) or hasattr(value, "__array__"):
            rows: Any = value if hasattr(value, "__array__") else list(value)
            return pd.DataFrame(rows)
    except (ValueError, TypeError, UnicodeDecodeError) as error:
        raise ExpressionError(
            f"no table: {error}; expected rows of equal shape. Mend it."
        ) from None
    raise ExpressionError(
        f"saw a {type(value).__name__}; expected a list of rows, a dict of columns, CSV text or a "
        "DataFrame. Put one into the property."
    )


def shape_frame(
    frame: pd.DataFrame, *, columns: Sequence[str], types: Mapping[str, str], index: str
) -> pd.DataFrame:
    """Return a table with only some columns, of given types, indexed by one.

    Raises:
        ExpressionError: A column is not there, or its values do not fit its type.
    """
    import pandas as pd

    wanted = [*columns, *types, *([index] if index else [])]
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        has = ", ".join(str(name) for name in frame.columns)
        raise ExpressionError(f"no column {missing[0]!r}; expected one of {has}. Change the name.")
    if columns:
        keep = [*columns, *([index] if index and index not in columns else [])]
        frame = frame[keep]
    for name, kind in types.items():
        if name not in frame.columns:
            continue
        try:
            column = frame[name]
            shaped = (
                pd.to_datetime(column, utc=True)
                if kind in DATE_TYPES
                else column.astype(_TYPES[kind])
            )
        except (ValueError, TypeError) as error:
            raise ExpressionError(f"column {name!r}: {error}; expected {kind}. Mend it.") from None
        frame = frame.assign(**{name: shaped})
    return frame.set_index(index) if index else frame


def to_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as rows of plain values; what is missing is None, dates have a zone."""
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    columns = [str(name) for name in frame.columns]
    return [
        dict(zip(columns, (_plain(item) for item in row), strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, bytes)):
        return value
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    if isinstance(value, datetime.datetime):
        moment = value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
        return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


__all__ = ("column_types", "names", "shape_frame", "to_frame", "to_rows")
