"""Arguments and output of the commands that talk to a server."""

import json

import pytest

from vgd_kernel.cli.main import main
from vgd_kernel.cli.pairs import read_pairs
from vgd_kernel.cli.remote import print_rows
from vgd_kernel.model.errors import FlowError


def test_pairs_are_read_alone_and_together():
    assert read_pairs(["site=plant-1", "a=1,b=x=y"]) == {"site": "plant-1", "a": "1", "b": "x=y"}


@pytest.mark.parametrize("text", ["site", "=x"])
def test_what_is_no_pair_is_named(text):
    with pytest.raises(FlowError, match="expected KEY=VALUE"):
        read_pairs([text])


ROWS = [{"name": "plant", "worker": None, "labels": {"a": "1"}}, {"name": "x", "worker": "w"}]


def test_a_table_has_a_head_and_a_dash_for_nothing(capsys):
    print_rows(ROWS, ("name", "worker", "labels"), as_json=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["NAME", "WORKER", "LABELS"], ["plant", "-", "a=1"], ["x", "w", "-"]]


def test_json_has_one_whole_object_per_line(capsys):
    print_rows(ROWS, ("name",), as_json=True)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == ROWS


@pytest.mark.parametrize(
    "arguments",
    [["ps"], ["logs", "f"], ["stop", "f"], ["send", "f", "n", "1"]],
)
def test_without_a_server_a_command_says_how_to_name_one(arguments, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("VGD_SERVER_URL", raising=False)
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)
    assert main([*arguments, "--json"]) == 2
    error = json.loads(capsys.readouterr().err)
    assert error["reason"] == "ServerError"
    assert "VGD_SERVER_URL" in error["error"]


def test_a_worker_with_a_wrong_resource_does_not_start(capsys):
    arguments = ["worker", "--scheduler", "tcp://127.0.0.1:9", "--resources", "cpu=many"]
    assert main(arguments) == 2
    assert "the resource cpu is 'many'" in capsys.readouterr().err
