"""What the commands share that talk to a server: the connection, and rows on the screen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vgd_kernel.settings import whole_environment

if TYPE_CHECKING:
    from vgd_kernel.services.client import Client


def server() -> Client:
    """Return a client of this process's server, else of any of this user's on this machine.

    Raises:
        ServerError: There is none.
    """
    from vgd_kernel.services.client import Client  # brings an HTTP client: not for `vgd run`

    return Client.connect(whole_environment(), any_local=True)


def print_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Print one JSON object per line with everything, or a table of some columns."""
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False), flush=True)
        return
    cells = [[column.upper() for column in columns]]
    cells += [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(line[index]) for line in cells) for index in range(len(columns))]
    for line in cells:
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print(text.rstrip())


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, Mapping):
        return ",".join(f"{key}={item}" for key, item in value.items()) or "-"
    return str(value)


__all__ = ("print_rows", "server")
