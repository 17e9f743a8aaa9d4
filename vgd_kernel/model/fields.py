"""Field types for node classes, as wide as what stands in real flow files.

Node-RED's editor writes numbers as texts, leaves fields empty and lets ``${NAME}`` stand for an
environment value anywhere; these types take all of that and say what else they saw.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SerializerFunctionWrapHandler,
    Strict,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_serializer,
    model_validator,
)

from vgd_kernel.model import paths
from vgd_kernel.model.context import Context
from vgd_kernel.model.errors import ExpressionError, explained
from vgd_kernel.model.javascript_values import number_text, to_number, truthy
from vgd_kernel.model.jsonata import compile_jsonata
from vgd_kernel.model.node import TOLERANT
from vgd_kernel.model.typed import config_error, constant_input, parse_json, split_store

ModelT = TypeVar("ModelT", bound=BaseModel)


def _text(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, (int, float)) else value


def _number_text(value: Any, info: ValidationInfo) -> Any:
    text = _text(value)
    if isinstance(text, str) and text.strip() and not (tolerant(info) or has_environment(text)):
        number = to_number(text)
        if number != number:  # NaN
            raise ValueError("a number, or empty")
    return text


def _path(value: Any, info: ValidationInfo) -> Any:
    text = _text(value)
    if isinstance(text, str) and text and not (tolerant(info) or has_environment(text)):
        try:
            paths.parse_message_path(split_store(text)[1])
        except ExpressionError as error:
            raise ValueError(explained(error)) from None
    return text


def _choice(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    return value if tolerant(info) else handler(value)


def _check_box(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    return truthy(value) if tolerant(info) else handler(value)


def tolerant(info: ValidationInfo) -> bool:
    """Tell whether a config is read to be run: what is wrong in it shows when it is used."""
    return bool(info.context and info.context.get(TOLERANT))


def checked(method: Callable[[ModelT], ModelT]) -> Any:
    """Declare a check of a whole config (as ``model_validator(mode="after")``), not made to run."""

    def check(self: ModelT, info: ValidationInfo) -> ModelT:
        return self if tolerant(info) else method(self)

    return model_validator(mode="after")(check)


CheckBox = Annotated[bool, Strict(), WrapValidator(_check_box)]
"""A check box: a check wants true or false, a run takes what JavaScript takes for true."""

AnyChoice = WrapValidator(_choice)
"""Annotation of a ``Literal``: to run, every value is taken, and the node deals with it."""


Text = Annotated[str, BeforeValidator(_text)]
"""A text; numbers, booleans and null of older files become texts."""

NumberText = Annotated[str, BeforeValidator(_number_text)]
"""A number as text, as Node-RED's editor writes it; may be empty."""

PathText = Annotated[str, BeforeValidator(_path)]
"""A property path; may be empty."""


Flag = Annotated[bool, BeforeValidator(truthy)]
"""A check box; older files hold texts and null there, which count as JavaScript counts them."""


def has_environment(text: str) -> bool:
    """Tell whether a text is filled from the environment at start, so cannot be checked yet."""
    return "${" in text or "$(" in text


def check_input(value: Any, type: str, *, what: str = "value") -> None:
    """Check a typed input without a run.

    Raises:
        ValueError: It is wrong for its type; pydantic turns it into a problem of the field.
    """
    text = _text(value)
    if not isinstance(text, str) or (has_environment(text) and type != "jsonata"):
        return
    try:
        if type in ("msg", "flow", "global"):
            paths.parse_message_path(split_store(text)[1])
        elif type == "jsonata":
            compile_jsonata(text)
        elif type == "json":
            parse_json(text)
        elif type in ("bin", "re"):
            constant_input(text, type)
    except ExpressionError as error:
        raise ValueError(f"{what}: {explained(error)}") from None


@contextlib.contextmanager
def field(ctx: Context, name: str) -> Iterator[None]:
    """Turn an expression error inside the block into a config error of one field of the node."""
    try:
        yield
    except ExpressionError as error:
        raise config_error(ctx, name, error) from None


def number(text: str, default: float = 0.0) -> float:
    """Return a number text as a float, the default when it is empty or no number."""
    value = float(to_number(text)) if text.strip() else default
    return default if value != value else value


class Item(BaseModel):
    """One entry of a list in a node's config (a rule, a property); unknown keys are kept."""

    model_config = ConfigDict(frozen=True, extra="allow")

    @model_serializer(mode="wrap")
    def _without_empty(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write only what is there: an absent key and null are different to Node-RED."""
        dumped = cast("dict[str, Any]", handler(self))
        return {key: value for key, value in dumped.items() if value is not None}


__all__ = (
    "AnyChoice",
    "CheckBox",
    "Flag",
    "Item",
    "NumberText",
    "PathText",
    "Text",
    "check_input",
    "checked",
    "field",
    "has_environment",
    "number",
    "tolerant",
)
