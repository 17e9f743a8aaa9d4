"""``vgd logs NAME``: what the nodes of a deployment and the platform wrote."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from typing import Any

from vgd_kernel.cli.remote import server

NAME = "logs"
HELP = "print the log of a deployment"

FOLLOW_S = 20.0
"""Longest wait in one request while following."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", metavar="NAME", help="name of the deployment")
    parser.add_argument("--follow", action="store_true", help="go on until Ctrl+C")
    parser.add_argument(
        "--messages", action="store_true", help="what reached the debug nodes instead"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the lines there are, then those that come."""
    after, wait_s = 0, 0.0
    with server() as client:
        while True:
            if arguments.messages:
                found = client.messages(arguments.name, after=after, wait_s=wait_s)
                lines = found["messages"]
            else:
                found = client.logs(arguments.name, after=after, wait_s=wait_s)
                lines = found["logs"]
            for line in lines:
                text = json.dumps(line, ensure_ascii=False) if arguments.json else _format(line)
                print(text, flush=True)
            after, wait_s = found["next"], FOLLOW_S
            if not arguments.follow:
                return 0


def _format(line: dict[str, Any]) -> str:
    moment = datetime.fromtimestamp(line["time"]).astimezone().strftime("%H:%M:%S")
    node = f" [{line['node']}]" if line["node"] else ""
    if line["kind"] == "debug":
        return f"{moment}{node} {json.dumps(line['value'], ensure_ascii=False)}"
    return f"{moment} {line['level']}{node} {line['text']}"


__all__ = ("FOLLOW_S", "HELP", "NAME", "add_arguments", "run")
