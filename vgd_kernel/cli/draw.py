"""``vgd draw FILE``: a flow as SVG."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from vgd_kernel.cli.files import read_flow
from vgd_kernel.model import installed
from vgd_kernel.model.drawing import draw

NAME = "draw"
HELP = "draw a flow file as SVG"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="flow file; - reads standard input")
    parser.add_argument("-o", "--output", metavar="SVG", help="write here, not to standard output")
    parser.add_argument("--tab", default="", metavar="ID", help="draw only this tab (id or name)")


def run(arguments: argparse.Namespace) -> int:
    """Draw to a file or to standard output."""
    document = read_flow(arguments.file)
    tab = document.find(arguments.tab)["id"] if arguments.tab else ""
    svg = draw(document, installed(), tab=tab)
    if arguments.output:
        Path(arguments.output).write_text(svg, encoding="utf-8")
    if arguments.json:
        print(json.dumps({"svg": arguments.output or svg}))
    elif not arguments.output:
        print(svg)
    return 0


__all__ = ("HELP", "NAME", "add_arguments", "run")
