"""The catalogue as data: what the canvas, the server and the docs know of node types."""

from __future__ import annotations

import inspect
from typing import Any

from vgd_kernel.model.node import Node, OutputsFrom
from vgd_kernel.model.port_types import describe_shape
from vgd_kernel.model.registry import Registry


def describe(cls: type[Node]) -> dict[str, Any]:
    """Return one node type as a JSON object.

    Keys: ``type``, ``category``, ``label``, ``color``, ``icon``, ``inputs``, ``outputs`` (a
    number or ``{"field", "by"}``), ``outputLabels``, ``button``, ``alignRight``, ``config``,
    ``hears``, ``tags``, ``ports`` (types of what goes in and out, see `port_types`), ``help``
    (Markdown), ``defaults`` (entry keys of a new node), ``schema`` (JSON Schema of the config;
    hints for the form under ``x-vgd``).
    """
    spec = cls.spec
    outputs = spec.outputs
    return {
        "type": spec.type,
        "category": spec.category,
        "label": spec.label or spec.type,
        "color": spec.color,
        "icon": spec.icon,
        "inputs": spec.inputs,
        "outputs": {"field": outputs.field, "by": outputs.by}
        if isinstance(outputs, OutputsFrom)
        else outputs,
        "outputLabels": list(spec.output_labels),
        "button": spec.button,
        "alignRight": spec.align_right,
        "config": spec.config,
        "hears": spec.hears,
        "tags": list(spec.tags),
        "ports": {
            "accepts": describe_shape(spec.accepts),
            "gives": describe_shape(spec.gives),
            "keeps": spec.keeps or spec.passes_through,
        },
        "help": inspect.cleandoc(cls.__doc__ or ""),
        "defaults": cls().model_dump(mode="json", by_alias=True),
        "schema": cls.model_json_schema(by_alias=True),
    }


def palette(registry: Registry) -> list[dict[str, Any]]:
    """Return all node types as JSON objects, in palette order."""
    return [describe(cls) for cls in registry.classes.values()]


__all__ = ("describe", "palette")
