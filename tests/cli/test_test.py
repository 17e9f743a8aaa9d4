"""``vgd test``: the cases of flow files."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from vgd_kernel.cli.main import main

PASSES = {
    "name": "passes on",
    "given": [{"node": "pass", "msg": {"payload": 1}}],
    "expect": [{"node": "out", "messages": [{"payload": 1}]}],
}
FAILS = {"name": "waits", "expect": [{"node": "out", "count": 1}]}


def flow_file(folder: Path, name: str, *tests: object) -> str:
    entries = [
        {"id": "tab", "type": "tab", "label": "one", "vgd": {"tests": list(tests)}},
        {"id": "pass", "type": "junction", "z": "tab", "wires": [["out"]]},
        {"id": "out", "type": "debug", "z": "tab", "wires": []},
    ]
    file = folder / name
    file.write_text(json.dumps(entries), "utf-8")
    return str(file)


def test_a_line_per_case_and_the_counts_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = flow_file(tmp_path, "one", PASSES), flow_file(tmp_path, "two", PASSES, FAILS)
    assert main(["test", one, two]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{one}: ✓ passes on",
        f"{two}: ✓ passes on",
        f"{two}: ✗ waits",
        '    node "out": saw 0 messages, expected 1',
        "2 passed, 1 failed",
    ]


def test_only_cases_with_a_text_in_their_name_are_played(tmp_path: Path) -> None:
    file = flow_file(tmp_path, "one", PASSES, FAILS)
    assert main(["test", file, "--only", "passes"]) == 0
    assert main(["test", file, "--only", "waits"]) == 1


def test_json_is_an_object_per_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = flow_file(tmp_path, "one", PASSES, FAILS)
    assert main(["test", file, "--json"]) == 1
    passed, failed = map(json.loads, capsys.readouterr().out.splitlines())
    assert (passed["file"], passed["name"], passed["passed"]) == (file, "passes on", True)
    assert failed["failures"] == ['node "out": saw 0 messages, expected 1']


def test_a_report_for_junit_has_a_suite_per_file(tmp_path: Path) -> None:
    file = flow_file(tmp_path, "one", PASSES, FAILS)
    main(["test", file, "--junit", str(tmp_path / "report.xml")])
    (suite,) = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == (file, "2", "1")
    assert [case.get("name") for case in suite] == ["passes on", "waits"]
    assert suite[1][0].text == 'node "out": saw 0 messages, expected 1'


def test_a_case_that_is_not_well_formed_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = flow_file(tmp_path, "one", {"name": "x", "expect": [{"node": "out"}]})
    assert main(["test", file]) == 2
    assert "vgd.tests.0.expect.0" in capsys.readouterr().err


def test_flows_without_cases_say_where_cases_would_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test", flow_file(tmp_path, "one")]) == 0
    assert 'under "vgd": {"tests": [...]} of a tab' in capsys.readouterr().out
