"""``vgd test FILE...``: play the test cases of flows."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from vgd_kernel.cli.files import read_flow
from vgd_kernel.testing import CaseResults, run_cases
from vgd_kernel.testing.run_case import CASE_TIMEOUT_S

NAME = "test"
HELP = "play the test cases of flow files: exit code 0 all passed, 1 some failed, 2 not played"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="flow file; - is standard input")
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="only cases with this text in their name"
    )
    parser.add_argument("--junit", metavar="FILE", help="write a report in JUnit's XML there too")
    parser.add_argument(
        "--timeout", type=float, default=CASE_TIMEOUT_S, metavar="S",
        help=f"longest real time of one case in seconds (default {CASE_TIMEOUT_S:g})",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Play the cases and print a line for each; 1 when one fails."""
    played: dict[str, CaseResults] = {}
    for file in arguments.files:
        results = asyncio.run(
            run_cases(read_flow(file), only=arguments.only, timeout_s=arguments.timeout)
        )
        played[file] = results
        for result in results:
            if arguments.json:
                print(json.dumps({"file": file, **result.to_json()}, ensure_ascii=False))
            else:
                print(f"{file}: {result}")
    if arguments.junit:
        Path(arguments.junit).write_bytes(junit(played))
    together = CaseResults(result for results in played.values() for result in results)
    if len(together) == 0 and not arguments.json:
        what = f'named like "{arguments.only}"' if arguments.only else "in these flows"
        print(f'saw no test case {what}; expected some under "vgd": {{"tests": [...]}} of a tab.')
    elif not arguments.json:
        print(together.summary)
    return 0 if together.passed else 1


def junit(played: Mapping[str, CaseResults]) -> bytes:
    """Return a report in JUnit's XML: a suite per file, a case per case."""
    root = ElementTree.Element("testsuites")
    for file, results in played.items():
        suite = ElementTree.SubElement(
            root, "testsuite", name=file, tests=str(len(results)),
            failures=str(len(results.failed)), errors="0",
            time=f"{sum(result.took_s for result in results):.3f}",
        )  # fmt: skip
        for result in results:
            case = ElementTree.SubElement(
                suite, "testcase", name=result.name, classname=file, time=f"{result.took_s:.3f}"
            )
            if not result.passed:
                failure = ElementTree.SubElement(case, "failure", message=result.failures[0])
                failure.text = "\n".join(result.failures)
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


__all__ = ("HELP", "NAME", "add_arguments", "junit", "run")
