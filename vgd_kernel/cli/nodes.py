"""``vgd nodes``: the palette."""

from __future__ import annotations

import argparse
import json

from vgd_kernel.model import UNDEFINED, installed
from vgd_kernel.model.errors import UnknownNodeError
from vgd_kernel.model.palette import describe

NAME = "nodes"
HELP = "list the node types of the palette, or show one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("type", nargs="?", metavar="TYPE", help="show this type with its help")


def run(arguments: argparse.Namespace) -> int:
    """Print the palette, or one type's help."""
    registry = installed()
    if arguments.type:
        return _show(arguments.type, as_json=arguments.json)
    for cls in registry.classes.values():
        facts = describe(cls)
        if arguments.json:
            print(json.dumps(facts, ensure_ascii=False))
        else:
            first = facts["help"].splitlines()[0] if facts["help"] else ""
            print(f"{facts['category']:<10} {facts['type']:<12} {first}")
    return 0


def _show(type_name: str, *, as_json: bool) -> int:
    cls = installed().get(type_name)
    if cls is None:
        known = ", ".join(installed().classes)
        raise UnknownNodeError(
            f'no node type "{type_name}"; expected one of {known}. '
            "Check the spelling or install the package that has it."
        )
    facts = describe(cls)
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
        return 0
    print(f"{facts['type']} ({facts['category']})\n\n{facts['help']}\n\nFields")
    for name, schema in facts["schema"].get("properties", {}).items():
        default = schema.get("default", UNDEFINED)
        shown = "" if default is UNDEFINED else f" (default {default!r})"
        print(f"  {name:<16} {schema.get('title', '')}{shown}")
    return 0


__all__ = ("HELP", "NAME", "add_arguments", "run")
