"""The routes: every handler module says its own paths; here they become patterns."""

from __future__ import annotations

import importlib
import pkgutil
import re

from vgd_server import handlers


def templates() -> list[tuple[str, type]]:
    """Return each path template, as in ``openapi.yaml``, with its handler."""
    found: list[tuple[str, type]] = []
    for module in sorted(pkgutil.iter_modules(handlers.__path__), key=lambda m: m.name):
        loaded = importlib.import_module(f"{handlers.__name__}.{module.name}")
        found += getattr(loaded, "ROUTES", [])
    # a fixed path comes before one with a parameter in its place
    return sorted(found, key=lambda route: [(part.startswith("{"), part) for part in _parts(route)])


def routes() -> list[tuple[str, type]]:
    """Return patterns for tornado with their handlers; ``{path}`` takes slashes, others do not."""
    return [(_pattern(template), handler) for template, handler in templates()]


def _parts(route: tuple[str, type]) -> list[str]:
    return route[0].split("/")


def _pattern(template: str) -> str:
    return re.sub(r"{(\w+)}", lambda m: "(.+)" if m[1] == "path" else "([^/]+)", template)


__all__ = ("routes", "templates")
