"""JSON Schema: compiling one, and its findings in the form that flows of Node-RED expect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vgd_kernel.model.errors import ExpressionError
from vgd_kernel.model.javascript_values import to_json_text, to_text

Finding = dict[str, Any]
"""``instancePath``, ``schemaPath``, ``keyword``, ``params`` and ``message``."""

_LIMITS = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}
_COUNTED = {
    "minLength": ("fewer", "characters"), "maxLength": ("more", "characters"),
    "minItems": ("fewer", "items"), "maxItems": ("more", "items"),
    "minProperties": ("fewer", "properties"), "maxProperties": ("more", "properties"),
}  # fmt: skip


def compile_schema(schema: Any) -> Callable[[Any], list[Finding]]:
    """Return what gives all findings about a value.

    Schemas on other machines are not fetched.

    Raises:
        ExpressionError: The schema is wrong or refers to one that is not in it.
    """
    import jsonschema  # type: ignore[import-untyped]  # heavy, so only here; it has no stubs
    import referencing
    from referencing.exceptions import Unresolvable

    failed = ExpressionError("JSON Schema error: failed to compile schema")
    cls = jsonschema.validators.validator_for(schema, default=jsonschema.Draft7Validator)
    try:
        cls.check_schema(schema)
    except (jsonschema.SchemaError, RecursionError):
        raise failed from None
    validator = cls(schema, registry=referencing.Registry())

    def validate(value: Any) -> list[Finding]:
        try:
            errors = sorted(validator.iter_errors(value), key=lambda error: len(error.path))
            return [finding for error in errors for finding in _findings(error)]
        except Unresolvable:
            raise failed from None

    return validate


def findings_text(findings: list[Finding]) -> str:
    """Return findings as one line."""
    return ", ".join(f"data{item['instancePath']} {item['message']}" for item in findings)


def _pointer(path: Any) -> str:
    return "".join("/" + to_text(key).replace("~", "~0").replace("/", "~1") for key in path)


def _findings(error: Any) -> list[Finding]:
    keyword, limit = str(error.validator), error.validator_value
    base = {
        "instancePath": _pointer(error.absolute_path),
        "schemaPath": "#" + _pointer(error.absolute_schema_path),
        "keyword": keyword,
    }
    if keyword == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema.get("properties", {})
        extra = [key for key in error.instance if key not in known]
        message = "must NOT have additional properties"
        return [{**base, "params": {"additionalProperty": k}, "message": message} for k in extra]
    inner = [finding for cause in error.context or () for finding in _findings(cause)]
    params, message = _described(keyword, limit, error)
    return [*inner, {**base, "params": params, "message": message}]


def _described(keyword: str, limit: Any, error: Any) -> tuple[dict[str, Any], str]:
    """Return the parameters and the text of one finding."""
    if keyword == "type":
        kind = ",".join(limit) if isinstance(limit, list) else limit
        return {"type": limit}, f"must be {kind}"
    if keyword == "required":
        missing = next((key for key in limit if f"{key!r} is" in error.message), "")
        return {"missingProperty": missing}, f"must have required property '{missing}'"
    if keyword in _LIMITS:
        sign = _LIMITS[keyword]
        return {"comparison": sign, "limit": limit}, f"must be {sign} {to_text(limit)}"
    if keyword in _COUNTED:
        less, what = _COUNTED[keyword]
        return {"limit": limit}, f"must NOT have {less} than {to_text(limit)} {what}"
    if keyword == "uniqueItems":
        one, two = _equal_items(error.instance)
        text = f"must NOT have duplicate items (items ## {two} and {one} are identical)"
        return {"i": one, "j": two}, text
    simple = {
        "enum": ({"allowedValues": limit}, "must be equal to one of the allowed values"),
        "const": ({"allowedValue": limit}, "must be equal to constant"),
        "pattern": ({"pattern": limit}, f'must match pattern "{limit}"'),
        "multipleOf": ({"multipleOf": limit}, f"must be multiple of {to_text(limit)}"),
        "format": ({"format": limit}, f'must match format "{limit}"'),
        "anyOf": ({}, "must match a schema in anyOf"),
        "oneOf": ({}, "must match exactly one schema in oneOf"),
        "not": ({}, "must NOT be valid"),
    }
    return simple.get(keyword, ({keyword: limit}, f"must pass {keyword} {to_json_text(limit)}"))


def _equal_items(items: list[Any]) -> tuple[int, int]:
    """Return the indices of two equal items, the last ones."""
    for later in range(len(items) - 1, 0, -1):
        for earlier in range(later - 1, -1, -1):
            if items[later] == items[earlier]:
                return earlier, later
    raise AssertionError("a list whose items are unique was refused")


__all__ = ("Finding", "compile_schema", "findings_text")
