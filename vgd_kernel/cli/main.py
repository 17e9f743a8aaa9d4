"""``vgd``: finds the subcommands of this package and runs one.

Every module of the package that defines ``NAME`` is a subcommand: ``HELP`` is its one line,
``add_arguments(parser)`` declares its arguments and ``run(arguments) -> int`` does the work.
Exit codes: 0 done, 1 done with findings, 2 refused (nothing was started or changed).
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Sequence
from importlib.metadata import version
from types import ModuleType
from typing import Any

from vgd_kernel import cli
from vgd_kernel.model.errors import FlowInvalidError, NodeConfigError, VgdError


def subcommands(wanted: str = "") -> list[ModuleType]:
    """Return the modules of the subcommands, in order of name.

    Args:
        wanted: Name of the one that will run, so that the others need not be imported; all of
            them when the module of that name is none.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(cli.__path__))
    for chosen in ([wanted] if wanted in names else [], names):
        modules = [importlib.import_module(f"{cli.__name__}.{name}") for name in chosen]
        found = [module for module in modules if hasattr(module, "NAME")]
        if found:
            break
    return found


def make_parser(wanted: str = "") -> argparse.ArgumentParser:
    """Return the parser of the whole command line, or of one subcommand (see `subcommands`)."""
    parser = argparse.ArgumentParser(
        prog="vgd", description="VisualGridDev: check, run, deploy and schedule flows."
    )
    parser.add_argument("--version", action="version", version=f"vgd {version('visualgriddev')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in subcommands(wanted):
        command = commands.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        command.add_argument("--json", action="store_true", help="print JSON, an object per line")
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def report(error: VgdError, *, as_json: bool) -> None:
    """Print an error to standard error, as text or as one JSON object."""
    if as_json:
        problems: list[dict[str, Any]] = []
        if isinstance(error, (FlowInvalidError, NodeConfigError)):
            problems = [problem.to_json() for problem in error.problems]
        found = {"error": str(error), "reason": type(error).__name__, "problems": problems}
        print(json.dumps(found, ensure_ascii=False), file=sys.stderr)
    else:
        print(f"vgd: {error}", file=sys.stderr)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    arguments = make_parser(given[0] if given else "").parse_args(given)
    try:
        code: int = arguments.run(arguments)
    except VgdError as error:
        report(error, as_json=arguments.json)
        return 2
    except BrokenPipeError:
        return 0  # the reader of our output went away, as in `vgd nodes | head -1`
    except KeyboardInterrupt:
        return 130
    return code


__all__ = ("main", "make_parser", "report", "subcommands")

if __name__ == "__main__":
    sys.exit(main())
