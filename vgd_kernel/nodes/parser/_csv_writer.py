"""Objects and lists as CSV lines, in both modes of the csv node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vgd_kernel.model import UNDEFINED
from vgd_kernel.model.javascript_values import to_json_text, to_text
from vgd_kernel.nodes.parser._csv_legacy import split_names
from vgd_kernel.nodes.parser._csv_options import CsvOptions
from vgd_kernel.nodes.parser._csv_rfc import Cell, join_names, quoted, read_names


class CsvWriter:
    """Writes values as lines; remembers the column names and whether they were written.

    Attributes:
        header_sent: The line of names was written and is not written again (*once*).
    """

    def __init__(
        self, options: CsvOptions, *, rfc: bool, header: str, warn: Callable[[str], None]
    ) -> None:
        """Take what the node is set to.

        Args:
            options: How to write.
            rfc: By RFC 4180; else as Node-RED has always written.
            header: ``none``, ``once`` or ``all``.
            warn: Told once that there are no column names.

        Raises:
            ExpressionError: The column names of the config are no line of CSV (``rfc``).
        """
        self._options = options
        self._rfc = rfc
        self._header = header
        self._warn = warn
        self._warned = False
        self._own = self._names_of(options.template)
        self._names = self._own
        self.header_sent = False

    def _names_of(self, line: str) -> list[Cell]:
        return read_names(line) if self._rfc else [*split_names(line, ",")]

    @property
    def columns(self) -> str:
        """The column names of the last text as a line."""
        if self._rfc:
            return join_names(self._names)
        return ",".join(f'"{name}"' if name and "," in name else name or "" for name in self._names)

    def write(self, value: Any, columns: Any, *, continues: bool) -> str:
        """Return a value as lines.

        Args:
            value: A list of objects or of lists, one of them, or a list of plain values.
            columns: ``msg.columns``, used when the config has no names; UNDEFINED: none.
            continues: It belongs to a sequence that has begun, whose names still hold.

        Raises:
            ExpressionError: ``columns`` is no line of CSV (RFC mode).
        """
        rows = _rows(value)
        if not (continues and self._own == [""]):
            self._names = self._own
        lines = []
        if self._header != "none" and not self.header_sent:
            if self._names == [""]:
                self._names = self._known(columns) or _keys(rows) or [""]
            lines.append(self._header_line())
            self.header_sent = self._header == "once"
        lines += [self._row(row, rows, columns) for row in rows]
        return self._options.line_end.join(lines) + self._options.line_end

    def _known(self, columns: Any) -> list[Cell]:
        return [] if columns is UNDEFINED else self._names_of(to_text(columns or ""))

    def _header_line(self) -> str:
        separator = self._options.separator
        if self._rfc:
            return separator.join(quoted(name or "", separator) for name in self._names)
        names = (name or "" for name in self._names)
        return separator.join(f'"{name}"' if separator in name else name for name in names)

    def _row(self, row: Any, rows: list[Any], columns: Any) -> str:
        separator = self._options.separator
        if isinstance(row, list):
            return separator.join(self._cells_of_list(row))
        if self._names == [""]:
            self._names = self._known(columns) or [""]
        if self._names != [""]:
            return separator.join(
                self._quoted(_text(row.get(name, ""))) if name else "" for name in self._names
            )
        if not self._warned:
            self._warned = True
            self._warn("No columns template specified for object -> CSV.")
        if self._rfc:
            self._names = [*row] or [""]
        return separator.join(
            self._quoted(to_text(row[key]))
            for key in _keys(rows)
            if key in row and (not isinstance(row[key], (Mapping, list)) and row[key] is not None)
        )

    def _cells_of_list(self, row: list[Any]) -> list[str]:
        if not self._rfc:
            return [self._quoted("" if cell is None else to_text(cell)) for cell in row]
        if self._names == [""]:
            return [self._quoted(_text(cell)) for cell in row]
        padded = [*row, *[""] * len(self._names)]
        return [
            self._quoted(_text(cell)) if name else ""
            for name, cell in zip(self._names, padded, strict=False)
        ]

    def _quoted(self, text: str) -> str:
        if not self._rfc and not any(c in text for c in ('"', "\n", self._options.separator)):
            return text
        return quoted(text, self._options.separator)


def _rows(value: Any) -> list[Any]:
    """Return the rows of a value: plain values make up one row."""
    if isinstance(value, (bytes, bytearray)):
        return [list(value)]
    if not isinstance(value, list):
        return [value if isinstance(value, Mapping) else {}]
    if any(not isinstance(item, (Mapping, list)) and item is not None for item in value):
        return [value]
    return [{} if item is None else item for item in value]


def _keys(rows: list[Any]) -> list[Cell]:
    if not rows:
        return []
    keys = rows[0] if isinstance(rows[0], Mapping) else range(len(rows[0]))
    return [str(key) for key in keys]


def _text(value: Any) -> str:
    if isinstance(value, (Mapping, list)) or value is None:
        return to_json_text(value)
    return to_text(value)


__all__ = ("CsvWriter",)
