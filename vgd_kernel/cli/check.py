"""``vgd check FILE``: validate a flow without starting it."""

from __future__ import annotations

import argparse
import json

from vgd_kernel.app import check_flow
from vgd_kernel.cli.files import read_flow
from vgd_kernel.model import installed

NAME = "check"
HELP = "validate a flow file: exit code 0 clean or warnings, 1 errors, 2 not a flow"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="flow file; - reads standard input")
    parser.add_argument("--strict", action="store_true", help="exit code 1 for warnings too")


def run(arguments: argparse.Namespace) -> int:
    """Print every finding; 1 when one of them is an error (with ``--strict``: or a warning)."""
    document = read_flow(arguments.file)
    problems = check_flow(document, installed())
    errors = sum(problem.severity == "error" for problem in problems)
    for problem in problems:
        if arguments.json:
            print(json.dumps(problem.to_json(), ensure_ascii=False))
        else:
            print(f"{arguments.file}: {problem.severity}: {problem}")
    if not arguments.json:
        print(f"{arguments.file}: {len(document)} entries, {errors} errors, "
              f"{len(problems) - errors} warnings")  # fmt: skip
    return 1 if errors or (arguments.strict and problems) else 0


__all__ = ("HELP", "NAME", "add_arguments", "run")
