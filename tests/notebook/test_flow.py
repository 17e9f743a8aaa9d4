"""`Flow`: built in Python, saved and loaded, run live, results back as Python values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vgd_kernel import Flow
from vgd_kernel.model.cases import Expected, FlowCase, Given, add_case
from vgd_kernel.model.errors import (
    FlowInvalidError,
    FlowSyntaxError,
    NodeConfigError,
    UnknownNodeError,
)
from vgd_kernel.nodes.common.debug import Debug
from vgd_kernel.notebook.magics import flow_of_cell

OUTSIDE = 3


def double(msg):
    """Doubles the payload."""
    import math

    msg["payload"] = math.prod([msg["payload"], 2])
    return msg


def reads_outside(msg):
    return OUTSIDE


@pytest.fixture
def flow() -> Flow:
    made = Flow("first")
    made.add("inject", name="start") >> double >> Debug(name="out", complete="true")
    return made


def test_a_flow_is_built_of_type_names_functions_and_configs(flow: Flow) -> None:
    entries = flow.entries()
    assert [entry["type"] for entry in entries] == ["tab", "inject", "python", "debug"]
    assert [entry.get("wires") for entry in entries[1:]] == [[["double"]], [["out"]], []]
    assert {entry["z"] for entry in entries[1:]} == {entries[0]["id"]}
    assert flow.check() == ()


def test_nodes_stand_from_left_to_right_and_never_on_each_other(flow: Flow) -> None:
    flow["double"] >> flow.add("debug") >> flow.add("debug")
    places = [(entry["x"], entry["y"]) for entry in flow if "x" in entry]
    assert len(set(places)) == len(places)
    xs = [flow[id].entry["x"] for id in ("start", "double", "out")]
    assert xs == sorted(xs)
    assert len(set(xs)) == 3


def test_a_flow_that_was_saved_loads_as_the_same_flow(flow: Flow, tmp_path: Path) -> None:
    file = flow.save(tmp_path / "first.flow.json")
    loaded = Flow.load(file)
    assert (loaded.to_json(), loaded.name, loaded.path) == (flow.to_json(), "first", file)
    assert json.loads(file.read_text("utf-8")) == flow.canonical()
    assert [path.name for path in tmp_path.iterdir()] == ["first.flow.json"]


def test_loading_what_is_no_flow_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "bad.flow.json").write_text("{", "utf-8")
    with pytest.raises(FlowSyntaxError, match=r"bad\.flow\.json: not JSON"):
        Flow.load(tmp_path / "bad.flow.json")
    with pytest.raises(FlowSyntaxError, match=r"gone\.flow\.json"):
        Flow.load(tmp_path / "gone.flow.json")


def test_a_run_gives_messages_values_and_a_table(flow: Flow) -> None:
    with flow.run() as run:
        for number in range(3):
            run.send("double", number)
        assert run.wait()
        assert run.values("out") == [0, 2, 4]
        assert run.values() == [0, 2, 4]
        assert run.counters()["double"].received == 3
        run.send("double", {"payload": 8})
        assert run.wait()
        assert run.messages("out")[-1]["payload"] == 16
        assert flow.live is run
    assert flow.live is None
    assert "4 messages" not in repr(run)


def test_dict_payloads_become_the_rows_of_a_frame() -> None:
    flow = Flow()
    flow.add("debug", name="rows")
    with flow.run() as run:
        for number in range(2):
            run.send("rows", {"payload": {"n": number, "square": number**2}})
        run.send("rows", {"payload": [{"n": 2, "square": 4}]})
        assert run.wait()
        frame = run.frame("rows")
    assert frame.to_dict("list") == {"n": [0, 1, 2], "square": [0, 1, 4]}


def test_a_node_that_raises_is_in_the_log_with_its_name(flow: Flow) -> None:
    with flow.run() as run:
        run.send("double", {"payload": None})
        assert run.wait()
        errors = [line for line in run.logs() if line.level == "error"]
    assert [line.node for line in errors] == ["double"]
    assert "NoneType" in errors[0].text


def test_a_flow_with_a_wrong_field_does_not_start(flow: Flow) -> None:
    flow.update("out", {"active": "maybe"})
    with pytest.raises(FlowInvalidError, match=r'node "out" \(debug\), field "active"'):
        flow.run()
    assert flow.live is None


def test_a_wrong_value_is_refused_and_changes_nothing(flow: Flow) -> None:
    before = flow.to_json()
    with pytest.raises(NodeConfigError, match='field "active"'):
        flow["out"].set(active="maybe")
    with pytest.raises(NodeConfigError, match='field "active"'):
        flow.add("debug", active="maybe")
    with pytest.raises(UnknownNodeError, match='no node type "alien"; expected one of'):
        flow.add("alien")
    assert flow.to_json() == before


def test_a_function_that_reads_the_notebooks_variables_is_refused(flow: Flow) -> None:
    with pytest.raises(NodeConfigError, match="reads OUTSIDE from outside"):
        flow.add(reads_outside)
    with pytest.raises(NodeConfigError, match="is not a plain `def`"):
        flow.add(lambda msg: msg)


def test_a_name_that_stands_twice_gets_ids_of_its_own(flow: Flow) -> None:
    assert [flow.add("debug", name="out").id for _ in range(2)] == ["out-2", "out-3"]


def test_removing_a_node_takes_its_wires_with_it(flow: Flow) -> None:
    flow["double"].remove()
    assert flow["start"].entry["wires"] == [[]]


def test_a_flow_shows_as_svg_and_text_too(flow: Flow) -> None:
    shown, _ = flow._repr_mimebundle_()
    assert shown["image/svg+xml"].startswith("<svg ")
    assert shown["text/plain"] == '<Flow "first": 3 nodes>'


def test_a_cell_of_functions_becomes_a_flow() -> None:
    flow = flow_of_cell(
        "cleaning", "def one(msg):\n    return msg\n\ndef two(msg):\n    return msg\n"
    )
    assert [entry["type"] for entry in flow] == ["tab", "inject", "python", "python", "debug"]
    with flow.run() as run:
        run.send("one", 5)
        assert run.wait()
        assert run.values() == [5]


@pytest.mark.parametrize(
    ("name", "cell", "message"),
    [
        ("a", "x = 1\n", "line 1 of the cell is no function"),
        ("a", "def one(:\n", "line 1 of the cell is not Python"),
        ("a-b", "def one(msg): pass\n", "expected a Python name"),
    ],
)
def test_a_cell_that_is_no_flow_is_an_error_with_its_line(
    name: str, cell: str, message: str
) -> None:
    with pytest.raises(FlowSyntaxError, match=message):
        flow_of_cell(name, cell)


def test_the_test_cases_of_a_flow_are_played(flow: Flow) -> None:
    case = FlowCase(
        name="doubles",
        given=(Given(node="start", msg={"payload": 4}),),
        expect=(Expected(node="out", messages=({"payload": 8},)),),
    )
    add_case(flow, case)
    assert repr(flow.test()) == "✓ doubles\n1 passed, 0 failed"
    assert len(flow.test(only="other")) == 0
