"""``vgd worker``: host flows on this machine for a server."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
from pathlib import Path

from vgd_kernel.cli.pairs import read_pairs
from vgd_kernel.model.errors import FlowError

NAME = "worker"
HELP = "host flows here: one process with a Dask worker and a flow host"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--scheduler", required=True, metavar="ADDRESS", help="Dask scheduler, tcp://host:port"
    )
    parser.add_argument(
        "--name", default="", help="unique name; host name and process id if absent"
    )
    parser.add_argument(
        "--label", action="append", default=[], metavar="KEY=VALUE",
        help="what deployments can ask for; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--resources", action="append", default=[], metavar="NAME=AMOUNT",
        help="Dask resources; cpu is also the number of task threads",
    )  # fmt: skip
    parser.add_argument("--host", default="", help="address to listen on")
    parser.add_argument(
        "--orphan-timeout", type=float, metavar="SECONDS", help="end when no server speaks so long"
    )
    parser.add_argument("--scratch", type=Path, metavar="FOLDER", help="folder for Dask's files")
    parser.add_argument("--embedded", action="store_true", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Be a worker until a signal ends it."""
    from vgd_kernel.app import runtime_services
    from vgd_kernel.model.registry import installed
    from vgd_kernel.services.cluster.worker import WorkerOptions, serve
    from vgd_kernel.settings import process_environment

    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    sys.path.append(os.getcwd())  # noqa: PTH109 - flows may import what lies in the folder
    resources = {key: _amount(key, text) for key, text in read_pairs(arguments.resources).items()}
    options = WorkerOptions(
        scheduler=arguments.scheduler,
        name=arguments.name,
        labels=read_pairs(arguments.label),
        resources=resources,
        host=arguments.host,
        orphan_timeout_s=arguments.orphan_timeout,
        scratch=arguments.scratch,
        embedded=arguments.embedded,
    )
    if arguments.json:
        print(json.dumps({"scheduler": options.scheduler, "pid": os.getpid()}), flush=True)
    asyncio.run(serve(options, installed(), runtime_services(), process_environment()))
    return 0


def _amount(key: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise FlowError(f"the resource {key} is {text!r}; expected a number, as in 2.") from None


__all__ = ("HELP", "NAME", "add_arguments", "run")
