"""Cases recorded from Node-RED 5.0.7, played on the engine in real time, many at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from vgd_kernel.testing.nodered import load_cases
from vgd_kernel.testing.nodered.__main__ import Verdict, main, run_cases

CASES = Path(__file__).parent / "cases"
"""Given with the project."""
RECORDED = Path(__file__).parent / "recorded"
"""Recorded for the project, one node type after the other."""
FOLDERS = (CASES, RECORDED)
NAMES = sorted(file.stem for folder in FOLDERS for file in folder.glob("*.json"))


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    cases = [case for folder in FOLDERS for case in load_cases(folder)]
    found = asyncio.run(run_cases(cases, built_only=False, raw=None, together=8))
    return {item.name: item for item in found}


@pytest.mark.parametrize("name", NAMES)
def test_the_engine_sends_what_node_red_sent(name: str, verdicts: dict[str, Verdict]) -> None:
    verdict = verdicts[name]
    assert verdict.outcome == "passed", verdict.why


def test_the_command_prints_a_line_per_case_and_the_sum(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(CASES), "--only", "change-move,split-text-lines", "--raw", str(tmp_path)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == "2 passed, 0 failed"
    assert out[0].split() == ["passed", "change-move"]
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "change-move.json",
        "split-text-lines.json",
    ]


def test_a_case_that_differs_makes_the_command_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (CASES / "split-fixed-length.json").read_text(encoding="utf-8")
    changed = text.replace('"sink": "out"', '"sink": "elsewhere"', 1)
    (tmp_path / "split-fixed-length.json").write_text(changed, encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert "0 passed, 1 failed" in capsys.readouterr().out


def test_a_case_of_a_type_that_is_not_built_is_not_run_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (CASES / "split-fixed-length.json").read_text(encoding="utf-8")
    (tmp_path / "other.json").write_text(
        text.replace('"type": "split"', '"type": "not-built"'), encoding="utf-8"
    )
    assert main([str(tmp_path), "--types-built-only"]) == 0
    assert "type not-built is not built" in capsys.readouterr().out
    assert main([str(tmp_path)]) == 1


def test_an_empty_folder_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "expected a folder of case files" in capsys.readouterr().err
