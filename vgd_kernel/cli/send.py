"""``vgd send NAME NODE JSON``: hand a message to a node of a running deployment."""

from __future__ import annotations

import argparse
import json

from vgd_kernel.cli.remote import print_rows, server
from vgd_kernel.model.errors import FlowSyntaxError

NAME = "send"
HELP = "hand a message to a node of a deployment"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", metavar="NAME", help="name of the deployment")
    parser.add_argument("node", metavar="NODE", help="id or name of the node")
    parser.add_argument(
        "msg", metavar="JSON", nargs="?", default="{}",
        help="an object is the message, any other JSON its payload; absent: press the button",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Send it; the node has it when this returns."""
    try:
        value = json.loads(arguments.msg)
    except json.JSONDecodeError as error:
        raise FlowSyntaxError(
            f"saw {arguments.msg!r}, not JSON ({error.msg} at column {error.colno}); expected a "
            "message. Write for example '{\"payload\": 1}'."
        ) from None
    msg = value if isinstance(value, dict) else {"payload": value}
    with server() as client:
        node = client.send(arguments.name, arguments.node, msg)
    print_rows([{"node": node, "msg": msg}], ("node",), as_json=arguments.json)
    return 0


__all__ = ("HELP", "NAME", "add_arguments", "run")
