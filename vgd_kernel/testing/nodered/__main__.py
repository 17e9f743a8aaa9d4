"""The command ``python -m vgd_kernel.testing.nodered``."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from vgd_kernel.model.registry import Registry, installed
from vgd_kernel.testing.nodered.case import Case, load_cases, missing
from vgd_kernel.testing.nodered.judge import judge
from vgd_kernel.testing.nodered.player import play


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one case.

    Attributes:
        name: The case.
        outcome: ``not run`` when it needs what is not built here.
        why: Empty when it passed.
    """

    name: str
    outcome: Literal["passed", "failed", "not run"]
    why: str = ""

    def __str__(self) -> str:
        """Return the line that the command prints."""
        return f"{self.outcome:8} {self.name}" + (f": {self.why}" if self.why else "")


async def verdict(
    case: Case, registry: Registry, *, built_only: bool, raw: Path | None = None
) -> Verdict:
    """Play and judge one case."""
    name, lacks = str(case["name"]), missing(case, registry)
    if lacks:
        return Verdict(name, "not run" if built_only else "failed", lacks)
    try:
        record = await play(case, registry)
    except Exception as error:  # noqa: BLE001 - one case must not end the others: it is reported
        return Verdict(name, "failed", f"{type(error).__name__}: {error}")
    if raw is not None:
        text = json.dumps(record)
        (raw / f"{name}.json").write_text(text, encoding="utf-8")
    why = judge(case, record)
    return Verdict(name, "failed" if why else "passed", why)


async def run_cases(
    cases: Sequence[Case], *, built_only: bool, raw: Path | None, together: int
) -> list[Verdict]:
    """Run cases, some at a time: most of their time is waiting.

    Their clock is the real one, and some wait for a tenth of a second: a case that fails beside
    others on a busy machine is played once more, alone, and that counts.
    """
    registry, gate = installed(), asyncio.Semaphore(together)

    async def one(case: Case) -> Verdict:
        async with gate:
            return await verdict(case, registry, built_only=built_only, raw=raw)

    verdicts = list(await asyncio.gather(*(one(case) for case in cases)))
    for index, case in enumerate(cases):
        if together > 1 and verdicts[index].outcome == "failed":
            verdicts[index] = await verdict(case, registry, built_only=built_only, raw=raw)
    return verdicts


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases of a folder; return 1 when one failed, 2 when there is none."""
    parser = argparse.ArgumentParser(
        prog="python -m vgd_kernel.testing.nodered", description="Play Node-RED's recorded cases."
    )
    parser.add_argument("folder", type=Path, metavar="CASES_DIR")
    parser.add_argument("--raw", type=Path, metavar="RAW_DIR", help="write the raw records there")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--types-built-only", action="store_true", help="leave out cases that need other types"
    )
    parser.add_argument("--only", default="", metavar="A,B", help="names of the cases to run")
    parser.add_argument("--together", type=int, default=8, metavar="N", help="cases at a time")
    options = parser.parse_args(arguments)
    try:
        cases = load_cases(options.folder)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command line
        return 2
    if options.only:
        cases = [case for case in cases if case["name"] in options.only.split(",")]
    if options.raw is not None:
        options.raw.mkdir(parents=True, exist_ok=True)
    verdicts = asyncio.run(
        run_cases(
            cases,
            built_only=options.types_built_only,
            raw=options.raw,
            together=options.together,
        )
    )
    _print(verdicts, as_json=options.json)
    return 1 if any(item.outcome == "failed" for item in verdicts) else 0


def _print(verdicts: Sequence[Verdict], *, as_json: bool) -> None:
    counts = {
        outcome: sum(item.outcome == outcome for item in verdicts)
        for outcome in ("passed", "failed", "not run")
    }
    if as_json:
        print(json.dumps({"cases": [asdict(item) for item in verdicts], **counts}))  # noqa: T201
        return
    for item in verdicts:
        print(item)  # noqa: T201 - a command line
    rest = f", {counts['not run']} not run" if counts["not run"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{rest}")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
