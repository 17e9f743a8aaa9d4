"""YAML 1.2 read as Node-RED's library reads it: ``yes`` and ``on`` are texts, ``0o17`` a number."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any, cast

from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.javascript_values import to_text

_INTEGER = re.compile(r"[-+]?(0b[01]+|0o[0-7]+|0x[0-9a-fA-F]+|[0-9]+)\Z")
_FLOAT = re.compile(
    r"[-+]?([0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?|\.[0-9]+([eE][-+]?[0-9]+)?)\Z"
    r"|[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z"
)
_BOOLEAN = re.compile(r"(true|True|TRUE|false|False|FALSE)\Z")
_NULL = re.compile(r"(~|null|Null|NULL|)\Z")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)"
    r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?([ \t]*(Z|[-+][0-9]{1,2}(:[0-9]{2})?))?\Z"
)


def parse_yaml(text: str) -> Any:
    """Return the value of a YAML text with one document.

    Raises:
        ExpressionError: Not YAML; says where.
    """
    import yaml  # only templates and yaml nodes need it

    try:
        return _plain(yaml.load(text, Loader=_loader()))  # noqa: S506 - derived from SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise ExpressionError(
            f"not YAML: {problem}{where}; expected a YAML document. Mend the text."
        ) from None


def reads_as_text(text: str) -> bool:
    """Tell whether a plain scalar is a text: no number, boolean, null, date or merge key."""
    patterns = (_INTEGER, _FLOAT, _BOOLEAN, _NULL, _DATE)
    return text != "<<" and not any(pattern.match(text) for pattern in patterns)


def _loader() -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """SafeLoader with the scalars of YAML 1.2, that refuses a key that stands twice."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            if len(keys) != len(set(keys)):
                raise yaml.constructor.ConstructorError(
                    problem="duplicated mapping key", problem_mark=node.start_mark
                )
            return cast("dict[Any, Any]", super().construct_mapping(node, deep=deep))

    Loader.yaml_implicit_resolvers = {}
    for tag, pattern, first in (
        ("bool", _BOOLEAN, "tTfF"),
        ("null", _NULL, ["~", "n", "N", ""]),
        ("int", _INTEGER, "-+0123456789"),
        ("float", _FLOAT, "-+.0123456789"),
        ("timestamp", _DATE, "0123456789"),
        ("merge", re.compile(r"<<\Z"), "<"),
    ):
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", pattern, list(first))
    Loader.add_constructor("tag:yaml.org,2002:int", _integer)
    Loader.add_constructor("tag:yaml.org,2002:float", _float)
    return Loader


def _integer(loader: Any, node: Any) -> int:
    text = loader.construct_scalar(node)
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-")
    base = {"0b": 2, "0o": 8, "0x": 16}.get(digits[:2], 10)
    return sign * int(digits[2:] if base != 10 else digits, base)


def _float(loader: Any, node: Any) -> float:
    text = loader.construct_scalar(node).lower()
    if text.endswith("inf"):
        return -math.inf if text.startswith("-") else math.inf
    return math.nan if text == ".nan" else float(text)


def _plain(value: Any) -> Any:
    """Give keys JavaScript's form (texts) and dates a zone."""
    if isinstance(value, dict):
        return {to_text(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
    return value


__all__ = ("parse_yaml", "reads_as_text")
