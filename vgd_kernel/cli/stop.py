"""``vgd stop NAME``: stop a deployment."""

from __future__ import annotations

import argparse

from vgd_kernel.cli.remote import print_rows, server

NAME = "stop"
HELP = "stop a deployment; it stays known and can be started again"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", metavar="NAME", help="name of the deployment")
    parser.add_argument(
        "--remove", action="store_true", help="forget it too, with its revisions and its log"
    )


def run(arguments: argparse.Namespace) -> int:
    """Stop it and print what is left of it."""
    with server() as client:
        found = client.stop(arguments.name)
        if arguments.remove:
            client.remove(arguments.name)
            found = {**found, "state": "removed"}
    print_rows([found], ("name", "revision", "state"), as_json=arguments.json)
    return 0


__all__ = ("HELP", "NAME", "add_arguments", "run")
