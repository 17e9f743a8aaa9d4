"""``vgd ps``: the deployments of a server."""

from __future__ import annotations

import argparse

from vgd_kernel.cli.remote import print_rows, server

NAME = "ps"
HELP = "list the deployments, or with --workers the workers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--workers", action="store_true", help="list the workers instead")


def run(arguments: argparse.Namespace) -> int:
    """Print the list."""
    with server() as client:
        if arguments.workers:
            rows, columns = client.workers(), ("name", "address", "labels", "version", "pid")
        else:
            rows = client.deployments()
            columns = ("name", "revision", "state", "worker", "labels")
    print_rows(rows, columns, as_json=arguments.json)
    return 0


__all__ = ("HELP", "NAME", "add_arguments", "run")
