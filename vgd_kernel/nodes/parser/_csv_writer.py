"""Objects and lists as CSV lines, in both modes of the csv node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from vgd_kernel.model import UNDEFINED, Message
from vgd_kernel.model.errors import ThrownError
from vgd_kernel.model.javascript_objects import called_text, ensured_text, own_keys
from vgd_kernel.model.javascript_values import to_text, type_name
from vgd_kernel.model.paths import read
from vgd_kernel.nodes.parser._csv_names import LegacyNames
from vgd_kernel.nodes.parser._csv_options import CsvOptions
from vgd_kernel.nodes.parser._csv_rfc import Cell, join_names, quoted, read_names

NO_COLUMNS = "No columns template specified for object -> CSV."


class Writer(Protocol):
    """Writes values as lines; remembers whether the line of names was written.

    Attributes:
        header_sent: It was, and is not written again (*once*).
    """

    header_sent: bool

    def write(self, msg: Message, *, continues: bool) -> None:
        """Put the lines and the column names of a message's payload into the message.

        Args:
            msg: Its payload is an object, a list of objects or of lists, or a list of values.
            continues: It belongs to a sequence that has begun, whose names still hold.

        Raises:
            ExpressionError: The payload cannot be written, or the columns are no line of CSV.
        """


class _Names:
    """What both writers do with the line of names."""

    def __init__(self, options: CsvOptions, header: str, warn: Callable[[str], None]) -> None:
        """Take what the node is set to; ``header`` is ``none``, ``once`` or ``all``."""
        self._options = options
        self._header = header
        self._warn = warn
        self._warned = False
        self.header_sent = False

    def _needs_header(self) -> bool:
        needed = self._header != "none" and not self.header_sent
        self.header_sent = self.header_sent or self._header == "once"
        return needed

    def _warn_once(self) -> None:
        if not self._warned:
            self._warned = True
            self._warn(NO_COLUMNS)

    def _end(self, msg: Message, lines: list[str], columns: str) -> None:
        msg["payload"] = self._options.line_end.join(lines) + self._options.line_end
        msg["columns"] = columns


class LegacyWriter(_Names):
    """Writes as Node-RED has always written; shares the column names with the reader."""

    def __init__(
        self,
        options: CsvOptions,
        header: str,
        warn: Callable[[str], None],
        names: LegacyNames,
    ) -> None:
        """Take what the node is set to."""
        super().__init__(options, header, warn)
        self._names = names
        self._nameless = names.current == [""]

    def write(self, msg: Message, *, continues: bool) -> None:
        """Put the lines and the column names of a message's payload into the message."""
        names, separator, lines = self._names, self._options.separator, list[str]()
        if not (continues and self._nameless):
            names.reset()
        if not isinstance(msg["payload"], list):
            msg["payload"] = [msg["payload"]]
        if self._needs_header():
            self._name_header(msg)
            lines.append(separator.join(_if_in(separator, name) for name in names.current))
        index = 0
        while index < len(msg["payload"]):
            row = msg["payload"][index]
            if isinstance(row, list) or type_name(row) != "object":
                if not isinstance(row, list):
                    msg["payload"] = [msg["payload"]]
                lines.append(self._list_line(read(msg["payload"], index)))
            else:
                lines.append(self._object_line(msg, row))
            index += 1
        self._end(msg, lines, ",".join(_if_in(",", name) for name in names.current))

    def _name_header(self, msg: Message) -> None:
        if self._names.current != [""]:
            return
        if "columns" in msg:
            self._names.take(to_text(msg["columns"] or ""), ",")
        else:
            self._names.current = own_keys(read(msg["payload"], 0))

    def _list_line(self, row: Any) -> str:
        if row is UNDEFINED:
            raise ThrownError(
                "Cannot read properties of undefined (reading 'length')", kind="TypeError"
            )
        return self._options.separator.join(self._quoted(called_text(cell)) for cell in row)

    def _object_line(self, msg: Message, row: Any) -> str:
        names = self._names
        if names.current == [""] and "columns" in msg:
            names.take(to_text(msg["columns"] or ""), ",")
        if names.current != [""]:
            cells = (_cell(row, name) if name else "" for name in names.current)
            return self._options.separator.join(self._quoted(cell) for cell in cells)
        self._warn_once()
        # a line break in the key, not in the value, decides about quotes in Node-RED
        return self._options.separator.join(
            self._quoted(text, breaks=key)
            for key, text in _plain_cells(read(msg["payload"], 0), row)
        )

    def _quoted(self, text: str, *, breaks: str | None = None) -> str:
        if '"' in text:
            return quoted(text, self._options.separator)
        special = self._options.separator in text or "\n" in (text if breaks is None else breaks)
        return f'"{text}"' if special else text


class RfcWriter(_Names):
    """Writes by RFC 4180."""

    def __init__(self, options: CsvOptions, header: str, warn: Callable[[str], None]) -> None:
        """Take what the node is set to.

        Raises:
            ExpressionError: The column names of the config are no line of CSV.
        """
        super().__init__(options, header, warn)
        self._own = read_names(options.template)
        self._names = self._own

    def write(self, msg: Message, *, continues: bool) -> None:
        """Put the lines and the column names of a message's payload into the message."""
        value, lines = msg["payload"], list[str]()
        rows = value if isinstance(value, list) else [value]
        lists = bool(rows) and isinstance(rows[0], list)
        if rows and type_name(rows[0]) != "object":
            rows, lists = [rows], True
        if not (continues and self._own == [""]):
            self._names = self._own
        separator = self._options.separator
        if self._needs_header():
            if self._names == [""]:
                named = "columns" in msg
                self._names = self._columns(msg) if named else [*own_keys(read(rows, 0))]
            lines.append(separator.join(quoted(name or "", separator) for name in self._names))
        for row in rows:
            cells = self._list_cells(row) if lists else self._object_cells(msg, rows[0], row)
            lines.append(separator.join(quoted(cell, separator) for cell in cells))
        self._end(msg, lines, join_names(self._names))

    def _columns(self, msg: Message) -> list[Cell]:
        return read_names(to_text(msg["columns"] or ""))

    def _list_cells(self, row: Any) -> list[str]:
        cells = row if isinstance(row, list) else []
        if self._names in ([], [""]):
            return [ensured_text(cell) for cell in cells]
        padded = [*cells, *[""] * len(self._names)]
        return [
            ensured_text(cell) if name else ""
            for name, cell in zip(self._names, padded, strict=False)
        ]

    def _object_cells(self, msg: Message, first: Any, row: Any) -> list[str]:
        if self._names in ([], [""]) and "columns" in msg:
            self._names = self._columns(msg)
        if self._names in ([], [""]):
            self._warn_once()
            self._names = [*own_keys(row)]
            return [text for _, text in _plain_cells(first, row)]
        return [_cell(row, name) if name else "" for name in self._names]


def _if_in(separator: str, name: str) -> str:
    return f'"{name}"' if separator in name else name


def _plain_cells(first: Any, row: Any) -> list[tuple[str, str]]:
    """Return the keys of the first row and their values in a row that are no objects, as texts."""
    keys = own_keys(first) if first is not None else []
    has = set(own_keys(row)) if keys else set()
    found = [(key, read(row, key)) for key in keys if key in has]
    return [(key, to_text(value)) for key, value in found if type_name(value) != "object"]


def _cell(row: Any, name: str) -> str:
    if row is None:
        raise ThrownError(f"Cannot read properties of null (reading '{name}')", kind="TypeError")
    value = read(row, name)
    return "" if value is UNDEFINED else ensured_text(value)


__all__ = ("LegacyWriter", "RfcWriter", "Writer")
