"""Parameters of a notebook: read from its cell tagged ``parameters``, and given values typed."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vgd_kernel.model.errors import FlowError

_TYPES: dict[str, type] = {
    "bool": bool, "int": int, "float": float, "str": str, "list": list, "dict": dict,
}  # fmt: skip


class NotebookError(FlowError):
    """A notebook that cannot be read or executed."""


class ParameterError(FlowError):
    """A value that a notebook's parameter cannot take.

    Attributes:
        name: Name of the parameter.
    """

    def __init__(self, text: str, *, name: str) -> None:
        """Keep the text and the name."""
        super().__init__(text)
        self.name = name


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a notebook.

    Attributes:
        name: Its name.
        default: Its value in the notebook, None when that is not a literal.
        kind: ``bool``, ``int``, ``float``, ``str``, ``list``, ``dict``, or empty: anything.
    """

    name: str
    default: Any
    kind: str


def read_parameters(notebook: Path) -> dict[str, Parameter] | None:
    """Return the parameters of a notebook, None when it is not a Python notebook.

    Raises:
        NotebookError: No such file, or not a notebook.
    """
    try:
        data = json.loads(notebook.read_text(encoding="utf-8"))
        cells = list(data["cells"])
        language = data.get("metadata", {}).get("language_info", {}).get("name", "python")
    except OSError as error:
        raise NotebookError(
            f"the notebook {notebook} cannot be read: {error.strerror or error}; "
            "expected an .ipynb file. Check the path."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotebookError(
            f"{notebook} is not a notebook: no JSON with cells; expected an .ipynb file "
            "of format 4. Open and save it in JupyterLab."
        ) from None
    if language != "python":
        return None
    found: dict[str, Parameter] = {}
    for cell in cells:
        if "parameters" in cell.get("metadata", {}).get("tags", ()):
            found.update(_parse("".join(cell.get("source", ""))))
    return found


def _parse(source: str) -> dict[str, Parameter]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return {}
    found: dict[str, Parameter] = {}
    targets: list[ast.expr]
    for statement in tree.body:
        if isinstance(statement, ast.AnnAssign):
            targets, note = [statement.target], ast.unparse(statement.annotation)
        elif isinstance(statement, ast.Assign):
            targets, note = statement.targets, ""
        else:
            continue
        default = _literal(statement.value)
        kind = note.partition("[")[0].strip() or type(default).__name__
        for target in targets:
            if isinstance(target, ast.Name):
                kind = kind if kind in _TYPES else ""
                found[target.id] = Parameter(target.id, default, kind)
    return found


def _literal(value: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(value) if value is not None else None
    except (ValueError, TypeError):
        return None


def typed_values(notebook: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return given values in the types that the notebook's parameters have.

    A text for a parameter that is not a text is read as JSON, so that forms can hand over texts.

    Raises:
        NotebookError: See `read_parameters`.
        ParameterError: No such parameter, or a value of another type.
    """
    known = read_parameters(notebook)
    if known is None:
        return dict(given)
    values: dict[str, Any] = {}
    for name, value in given.items():
        parameter = known.get(name)
        if parameter is None:
            names = ", ".join(known) or "none: it has no cell tagged 'parameters'"
            raise ParameterError(
                f"the notebook {notebook.name} has no parameter {name!r}; it has: {names}. "
                "Correct the name, or add it to the tagged cell.",
                name=name,
            )
        values[name] = _typed(parameter, value)
    return values


def _typed(parameter: Parameter, value: Any) -> Any:
    wanted = _TYPES.get(parameter.kind)
    if wanted is None:
        return value
    read = value
    if isinstance(value, str) and wanted is not str:
        try:
            read = json.loads(value.strip().lower() if wanted is bool else value)
        except ValueError:
            raise _wrong_type(parameter, value) from None
    if wanted is float and isinstance(read, int) and not isinstance(read, bool):
        return float(read)
    if wanted is int and isinstance(read, float) and read.is_integer():
        return int(read)
    if isinstance(read, wanted) and (wanted is bool or not isinstance(read, bool)):
        return read
    raise _wrong_type(parameter, value)


def _wrong_type(parameter: Parameter, value: Any) -> ParameterError:
    return ParameterError(
        f"the parameter {parameter.name!r} got {value!r}; expected {parameter.kind}, as its "
        f"default {parameter.default!r}. Correct the value.",
        name=parameter.name,
    )


__all__ = ("NotebookError", "Parameter", "ParameterError", "read_parameters", "typed_values")
