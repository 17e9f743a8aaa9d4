"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vgd_kernel.cli.main import main, make_parser, subcommands

FLOW: list[dict[str, Any]] = [
    {"id": "t", "type": "tab", "label": "Tab"},
    {"id": "in", "type": "inject", "z": "t", "name": "press me", "x": 90, "y": 40,
     "props": [{"p": "payload"}], "payload": "7", "payloadType": "num", "wires": [["set"]]},
    {"id": "set", "type": "change", "z": "t", "x": 250, "y": 40, "wires": [["out"]],
     "rules": [{"t": "set", "p": "seen", "pt": "msg", "to": "true", "tot": "bool"}]},
    {"id": "out", "type": "debug", "z": "t", "x": 400, "y": 40, "complete": "true", "wires": []},
]  # fmt: skip
ALIEN = {"id": "al", "type": "alien", "z": "t", "x": 250, "y": 90, "wires": [["out"]], "keep": 1}


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    file = tmp_path / "flow.json"
    file.write_text(json.dumps(FLOW), "utf-8")
    return file


def changed(file: Path, id: str, **fields: Any) -> str:
    entries = json.loads(file.read_text("utf-8"))
    for entry in entries:
        if entry["id"] == id:
            entry.update(fields)
    file.write_text(json.dumps(entries), "utf-8")
    return str(file)


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_run_prints_a_json_object_per_message_that_reaches_a_debug_node(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(
        ["run", str(flow), "--inject", 'set={"payload": 5}', "--inject", "set=6",
         "--inject", "press me", "--until-idle", "--json"]
    )  # fmt: skip
    printed = lines(capsys.readouterr().out)
    assert code == 0
    assert [line["node"] for line in printed] == ["out"] * 3
    assert [(line["msg"]["payload"], line["msg"]["seen"]) for line in printed] == [
        (5, True), (6, True), (7, True)
    ]  # fmt: skip
    assert all(line["msg"]["_msgid"] for line in printed)


def test_a_message_for_an_inject_node_takes_the_place_of_its_own_properties(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(flow, "in", props=[{"p": "payload"}, {"p": "topic", "vt": "str", "v": "kept"}])
    code = main(["run", str(flow), "--inject", 'in={"payload": 21}', "--until-idle", "--json"])
    (line,) = lines(capsys.readouterr().out)
    assert (code, line["msg"]["payload"], line["msg"]["topic"]) == (0, 21, "kept")


def test_a_syntax_error_in_javascript_is_bad_config_too(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = {"id": "js", "type": "function", "z": "t", "func": "return {{", "wires": [["out"]]}
    flow.write_text(json.dumps([*FLOW, broken]), "utf-8")
    assert main(["run", str(flow), "--inject", "set=1", "--until-idle", "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert 'node "js" (function), field "func"' in captured.err.replace('\\"', '"')
    assert main(["check", str(flow), "--json"]) == 1
    (problem,) = lines(capsys.readouterr().out)
    assert (problem["node"], problem["field"], problem["code"]) == ("js", "func", "config")


def test_run_prints_text_for_people(flow: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(flow, "out", complete="payload", name="shown")
    assert main(["run", str(flow), "--inject", "set=6", "--until-idle"]) == 0
    assert capsys.readouterr().out == "[shown] payload: 6\n"


def test_an_unknown_type_is_named_and_left_out_while_the_rest_runs(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps([*FLOW, ALIEN])
    flow.write_text(text, "utf-8")
    assert main(["run", str(flow), "--inject", "set=1", "--until-idle", "--json"]) == 0
    captured = capsys.readouterr()
    assert len(lines(captured.out)) == 1
    assert 'node "al" (alien), field "type": unknown node type "alien"' in captured.err
    assert flow.read_text("utf-8") == text


def test_strict_starts_nothing_on_an_unknown_type(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow.write_text(json.dumps([*FLOW, ALIEN]), "utf-8")
    assert main(["run", str(flow), "--inject", "set=1", "--until-idle", "--strict"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "alien" in captured.err


@pytest.mark.parametrize(
    ("id", "fields", "field"),
    [
        ("set", {"rules": "none"}, "rules"),
        ("in", {"crontab": "99 99 * * *"}, "crontab"),
        ("out", {"active": "maybe"}, "active"),
    ],
)
def test_bad_config_is_an_error_that_names_node_and_field_and_starts_nothing(
    flow: Path, capsys: pytest.CaptureFixture[str], id: str, fields: dict[str, Any], field: str
) -> None:
    changed(flow, id, **fields)
    code = main(["run", str(flow), "--inject", "set=1", "--until-idle", "--json"])
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    problems = json.loads(captured.err)["problems"]
    assert [(p["node"], p["field"].split(".")[0]) for p in problems] == [(id, field)]


@pytest.mark.parametrize("command", ["run", "check", "draw"])
def test_what_is_no_flow_is_an_error_that_names_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    broken = tmp_path / "broken.flow.json"
    broken.write_text('[{"id": "a",', "utf-8")
    binary = tmp_path / "binary.flow.json"
    binary.write_bytes(b"\xff\xfe\x00")
    for file in (broken, binary, tmp_path / "gone.flow.json"):
        assert main([command, str(file)]) == 2
        assert str(file) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("injection", "message"),
    [("gone=1", 'no node "gone"'), ("set={oops", "not JSON"), ("set=", "not JSON")],
)
def test_a_bad_injection_is_refused_before_anything_starts(
    flow: Path, capsys: pytest.CaptureFixture[str], injection: str, message: str
) -> None:
    assert main(["run", str(flow), "--inject", injection, "--until-idle"]) == 2
    assert message in capsys.readouterr().err


def test_a_node_that_raises_is_reported_and_the_run_goes_on(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = [*FLOW, {"id": "py", "type": "python", "z": "t", "wires": [["out"]],
                       "code": "def handle(msg):\n    return 1 / msg['payload']\n"}]  # fmt: skip
    flow.write_text(json.dumps(entries), "utf-8")
    code = main(
        ["run", str(flow), "--inject", "py=0", "--inject", "set=1", "--until-idle", "--json"]
    )
    captured = capsys.readouterr()
    assert code == 0
    assert [line["msg"]["payload"] for line in lines(captured.out)] == [1]
    assert 'error: node "py"' in captured.err
    assert "division by zero" in captured.err


def test_a_node_that_never_returns_is_interrupted_and_named(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = [*FLOW, {"id": "py", "type": "python", "z": "t", "wires": [["out"]],
                       "code": "def handle(msg):\n    while True:\n        pass\n"}]  # fmt: skip
    flow.write_text(json.dumps(entries), "utf-8")
    code = main(
        ["run", str(flow), "--inject", "py=0", "--inject", "set=1", "--until-idle", "--json",
         "--node-timeout", "0.3"]
    )  # fmt: skip
    captured = capsys.readouterr()
    assert code == 0
    assert len(lines(captured.out)) == 1
    assert 'node "py"' in captured.err


def test_a_message_that_cannot_be_serialised_is_an_error_that_names_node_and_path(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = "import threading\nmsg['payload'] = threading.Lock()\nreturn msg\n"
    entries = [*FLOW, {"id": "py", "type": "python", "z": "t", "wires": [["out"]], "code": source}]
    flow.write_text(json.dumps(entries), "utf-8")
    assert main(["run", str(flow), "--inject", "py=0", "--until-idle", "--json"]) == 1
    captured = capsys.readouterr()
    assert "msg.payload is a _thread.lock; expected text, number" in captured.err
    assert lines(captured.out)[0]["msg"]["payload"]["type"] == "lock"


def test_check_finds_nothing_wrong_with_a_clean_flow(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(flow)]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out


def test_check_exits_with_1_on_errors_and_names_them(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow.write_text(json.dumps([*FLOW, ALIEN]), "utf-8")
    changed(flow, "set", wires=[["gone"]])
    assert main(["check", str(flow), "--json"]) == 1
    codes = [(line["node"], line["code"]) for line in lines(capsys.readouterr().out)]
    assert codes == [("set", "missing-target"), ("al", "unknown-type")]


def test_draw_writes_an_svg(flow: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", str(flow), "-o", str(tmp_path / "flow.svg")]) == 0
    assert (tmp_path / "flow.svg").read_text("utf-8").startswith("<svg ")
    assert main(["draw", str(flow)]) == 0
    assert capsys.readouterr().out.startswith("<svg ")


def test_nodes_lists_the_palette_and_shows_a_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nodes", "--json"]) == 0
    types = {line["type"] for line in lines(capsys.readouterr().out)}
    core = "inject debug function change switch template delay split join catch"
    assert types >= {*core.split(), "python", "dataframe", "plot", "notebook"}
    assert main(["nodes", "change"]) == 0
    assert "rules" in capsys.readouterr().out
    assert main(["nodes", "alien"]) == 2
    assert 'no node type "alien"' in capsys.readouterr().err


def test_every_subcommand_takes_json_and_has_a_help_line() -> None:
    names = {module.NAME for module in subcommands()}
    wanted = "check deploy draw logs nodes ps run send stop test worker"
    assert names >= {*wanted.split()}
    assert all(module.HELP for module in subcommands())
    assert make_parser().parse_args(["nodes", "--json"]).json is True


def test_check_takes_warnings_for_failures_when_it_is_strict(
    flow: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lonely = {"id": "lonely", "type": "debug", "z": "t", "name": "Lonely", "wires": []}
    assert main(["check", str(flow), "--strict"]) == 0
    flow.write_text(json.dumps([*FLOW, lonely]), "utf-8")
    assert main(["check", str(flow)]) == 0
    assert main(["check", str(flow), "--strict", "--json"]) == 1
    problem = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert problem["code"] == "unreachable"
    assert (problem["node"], problem["name"], problem["tab"]) == ("lonely", "Lonely", "Tab")
    assert problem["text"].endswith('["Lonely", tab "Tab"]')
