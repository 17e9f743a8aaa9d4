"""The node types as Node-RED lists them: modules of sets of types.

Node-RED's own types are the module ``node-red`` in the sets that its files make; the others are
the module of the package that defines them, each a set of its own.
"""

from __future__ import annotations

import html
import inspect
import json
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

from vgd_kernel.model.node import Node
from vgd_kernel.model.registry import GROUP, Registry

CORE = "node-red"

_CORE_SETS = {
    "junction": ("junction",),
    "inject": ("inject",),
    "debug": ("debug",),
    "complete": ("complete",),
    "catch": ("catch",),
    "status": ("status",),
    "link": ("link in", "link out", "link call"),
    "comment": ("comment",),
    "global-config": ("global-config",),
    "unknown": ("unknown",),
    "function": ("function",),
    "switch": ("switch",),
    "change": ("change",),
    "range": ("range",),
    "template": ("template",),
    "delay": ("delay",),
    "trigger": ("trigger",),
    "exec": ("exec",),
    "rbe": ("rbe",),
    "tls": ("tls-config",),
    "httpproxy": ("http proxy",),
    "mqtt": ("mqtt in", "mqtt out", "mqtt-broker"),
    "httpin": ("http in", "http response"),
    "httprequest": ("http request",),
    "websocket": ("websocket in", "websocket out", "websocket-listener", "websocket-client"),
    "tcpin": ("tcp in", "tcp out", "tcp request"),
    "udp": ("udp in", "udp out"),
    "CSV": ("csv",),
    "HTML": ("html",),
    "JSON": ("json",),
    "XML": ("xml",),
    "YAML": ("yaml",),
    "split": ("split", "join"),
    "sort": ("sort",),
    "batch": ("batch",),
    "file": ("file", "file in"),
    "watch": ("watch",),
}
"""Name of a set of Node-RED 5.0.7 to its types, in its order."""


@dataclass(frozen=True, slots=True)
class NodeSet:
    """Types that are switched on and off together.

    Attributes:
        module: Name of the package.
        version: Of the package.
        name: Of the set.
        types: In it.
        local: It was installed beside the core.
    """

    module: str
    version: str
    name: str
    types: tuple[str, ...]
    local: bool = False

    @property
    def id(self) -> str:
        """Module and name."""
        return f"{self.module}/{self.name}"

    def to_json(self) -> dict[str, Any]:
        """Return what the API shows."""
        return {
            "id": self.id,
            "name": self.name,
            "types": list(self.types),
            "enabled": True,
            "local": self.local,
            "user": False,
            "module": self.module,
            "version": self.version,
        }


def node_sets(registry: Registry, core_version: str) -> list[NodeSet]:
    """Return all sets: those of Node-RED first, then each further type."""
    core = {type_name for types in _CORE_SETS.values() for type_name in types}
    found = [NodeSet(CORE, core_version, name, types) for name, types in _CORE_SETS.items()]
    packages = _packages()
    for type_name, cls in registry.classes.items():
        if type_name not in core:
            module, number = _package_of(cls, packages)
            found.append(NodeSet(module, number, type_name, (type_name,), local=True))
    return found


def _packages() -> dict[str, tuple[str, str]]:
    """Return the packages that define nodes: name and version of what they were installed by."""
    found = {}
    for point in entry_points(group=GROUP):
        if point.dist is not None:
            found[point.value] = (point.dist.name, point.dist.version)
    return found


def _package_of(cls: type[Node], packages: dict[str, tuple[str, str]]) -> tuple[str, str]:
    for package, named in packages.items():
        if cls.__module__ == package or cls.__module__.startswith(f"{package}."):
            return named
    return cls.__module__.partition(".")[0], "0.0.0"


def set_page(node_set: NodeSet, registry: Registry) -> str:
    """Return a set as the page that Node-RED's editor loads: its types and their help."""
    parts = [f"<!-- --- [red-module:{node_set.id}] --- -->"]
    for type_name in node_set.types:
        cls = registry.get(type_name)
        if cls is not None:
            parts += [_registration(cls), _help(cls)]
    return "\n".join(parts) + "\n"


def _registration(cls: type[Node]) -> str:
    spec = cls.spec
    defaults = {
        field.alias or name: {"value": _plain(field.get_default(call_default_factory=True))}
        for name, field in cls.model_fields.items()
    }
    shown = {
        "category": "config" if spec.config else spec.category,
        "color": spec.color,
        "defaults": defaults,
        "inputs": spec.inputs,
        "outputs": spec.count_outputs({}),
        "icon": f"{spec.icon}.svg",
        "paletteLabel": spec.label or spec.type,
    }
    text = json.dumps(shown).replace("</", "<\\/")
    return (
        '<script type="text/javascript">\n'
        f"    RED.nodes.registerType({json.dumps(spec.type)}, {text});\n"
        "</script>"
    )


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=lambda item: item.model_dump(mode="json")))


def _help(cls: type[Node]) -> str:
    name = html.escape(cls.spec.type, quote=True)
    text = inspect.cleandoc(cls.__doc__ or "").replace("</script", "<\\/script")
    return f'<script type="text/markdown" data-help-name="{name}">\n{text}\n</script>'


__all__ = ("CORE", "NodeSet", "node_sets", "set_page")
