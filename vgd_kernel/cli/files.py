"""Flow files on the command line: reading one with an error that names it."""

from __future__ import annotations

import sys
from pathlib import Path

from vgd_kernel.model import FlowDocument
from vgd_kernel.model.errors import FlowSyntaxError


def read_flow(file: str) -> FlowDocument:
    """Return the flow of a file; ``-`` is standard input.

    Raises:
        FlowSyntaxError: No such file, not text, or not flow JSON; names the file.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise FlowSyntaxError(
            f"{file}: {error.strerror or error}; expected a readable flow file. Check the path."
        ) from None
    except UnicodeDecodeError as error:
        raise FlowSyntaxError(
            f"{file}: byte {error.start} is not UTF-8; expected a JSON text. "
            "Save the file as UTF-8."
        ) from None
    try:
        return FlowDocument.from_json(text)
    except FlowSyntaxError as error:
        raise FlowSyntaxError(f"{file}: {error}") from None


__all__ = ("read_flow",)
