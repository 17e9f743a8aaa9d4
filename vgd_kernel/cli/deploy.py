"""``vgd deploy FILE``: keep a flow running on a server's workers."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vgd_kernel.app import check_flow
from vgd_kernel.cli.files import read_flow
from vgd_kernel.cli.pairs import read_pairs
from vgd_kernel.cli.remote import print_rows, server
from vgd_kernel.model.graph import refuse
from vgd_kernel.model.registry import installed

NAME = "deploy"
HELP = "deploy a flow file: a new revision, kept running on a worker"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="flow file; - reads standard input")
    parser.add_argument("--name", default="", help="name of the deployment; the file's if absent")
    parser.add_argument(
        "--label", action="append", default=[], metavar="KEY=VALUE",
        help="what its worker must have; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--wait", type=float, default=10.0, metavar="S", help="wait until it runs (default 10)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Deploy, wait, print the deployment; 1 when it does not run in time."""
    document = read_flow(arguments.file)
    problems = check_flow(document, installed())
    refuse(problems)
    for problem in problems:
        print(f"vgd: {problem.severity}: {problem}", file=sys.stderr)
    name = arguments.name or Path(arguments.file).name.partition(".")[0]
    with server() as client:
        client.deploy(name, document.canonical(), read_pairs(arguments.label))
        found = client.settle(name, timeout_s=arguments.wait)
    columns = ("name", "revision", "state", "worker", "reason")
    print_rows([found], columns, as_json=arguments.json)
    return 0 if found["state"] == "running" else 1


__all__ = ("HELP", "NAME", "add_arguments", "run")
