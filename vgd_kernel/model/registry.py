"""The catalogue of node types: found by entry point, listed nowhere.

Each entry point of the group ``vgd.nodes`` names a package; every module below it is imported
and every `Node` class defined there joins the catalogue. Built-in nodes come by the same door.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType, ModuleType

from vgd_kernel.model.errors import PlatformError
from vgd_kernel.model.node import Node

GROUP = "vgd.nodes"


class Registry:
    """Node classes by type name; immutable once made but for `add` (notebook-defined nodes)."""

    def __init__(self, classes: Mapping[str, type[Node]] | None = None) -> None:
        """Start from known classes, none by default."""
        self._classes: dict[str, type[Node]] = dict(classes or {})

    @property
    def classes(self) -> Mapping[str, type[Node]]:
        """Read-only view: type name to class, in palette order."""
        return MappingProxyType(self._classes)

    def get(self, type: str) -> type[Node] | None:
        """Return the class of a type, None when it is unknown here."""
        return self._classes.get(type)

    def add(self, cls: type[Node], *, replace: bool = False) -> None:
        """Add a class.

        Raises:
            PlatformError: Another class has the same type and ``replace`` is false.
        """
        type_name = cls.spec.type
        known = self._classes.get(type_name)
        if known is not None and known is not cls and not replace:
            raise PlatformError(
                f'node type "{type_name}" is defined by {known.__module__} and by '
                f"{cls.__module__}; expected one class per type. Rename or uninstall one of them."
            )
        self._classes[type_name] = cls

    def copy(self) -> Registry:
        """Return a registry that can grow on its own."""
        return Registry(self._classes)


def node_classes(package: ModuleType) -> Iterator[type[Node]]:
    """Yield the node classes that the modules of a package define, in order of module name."""
    modules = [package]
    if hasattr(package, "__path__"):
        walked = pkgutil.walk_packages(package.__path__, prefix=f"{package.__name__}.")
        names = sorted(module.name for module in walked)
        modules += [importlib.import_module(name) for name in names]
    for module in modules:
        for _, cls in inspect.getmembers(module, inspect.isclass):
            if issubclass(cls, Node) and cls.__module__ == module.__name__ and "spec" in vars(cls):
                yield cls


@cache
def installed() -> Registry:
    """Return the catalogue of all installed packages (read once per process).

    Raises:
        PlatformError: Two packages define one type, or a package cannot be imported.
    """
    registry = Registry()
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name != "builtin", point))
    if not points:
        raise PlatformError(
            f'no entry point in the group "{GROUP}"; expected at least the built-in nodes. '
            "Install the package visualgriddev (pip install -e . in a checkout)."
        )
    for point in points:
        try:
            package = point.load()
        except ImportError as error:
            raise PlatformError(
                f'the node package "{point.value}" cannot be imported: {error}. '
                "Install what it needs or uninstall it."
            ) from error
        for cls in node_classes(package):
            registry.add(cls)
    return registry


__all__ = ("GROUP", "Registry", "installed", "node_classes")
