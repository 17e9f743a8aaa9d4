"""Results of a notebook: values that outlive its run, kept in the executed copy."""

from __future__ import annotations

from typing import Any

from vgd_kernel.model.serialise import to_jsonable

MIME_TYPE = "application/vnd.vgd.result+json"
"""Output that carries one result: ``{"name": TEXT, "value": JSON}``."""


def result(name: str, value: Any) -> None:
    """Record a result of this notebook under a name; shown in the cell's output too.

    A job's runs list their results; ``notebook`` nodes hand them on.

    Args:
        name: Name of the result; the last value under a name counts.
        value: Anything with a JSON form (tables are cut to their first 200 rows).

    Raises:
        MessageError: The value has no JSON form.
    """
    from IPython.display import display

    bundle = {
        MIME_TYPE: {"name": name, "value": to_jsonable(value, strict=True)},
        "text/plain": f"{name} = {value!r}",
    }
    display(bundle, raw=True)


__all__ = ("MIME_TYPE", "result")
