"""The comparison with Node-RED: the flows in Python, the rows, the table."""

import json

import pytest
from nodered.flow_files import names, read, tabs, with_broker, with_change
from nodered.python_bodies import BODIES, in_python, with_python
from nodered.rows import Results, Row, put_table, row, table

from vgd_kernel.model import FlowDocument, installed
from vgd_kernel.model.graph import check

MACHINE = {"cpu": "C", "cores": 2, "python": "3.11", "node": "24", "node_red": "5.0.7"}


@pytest.mark.parametrize("name", names(""))
def test_every_flow_file_has_a_valid_version_in_python(name):
    flow = with_python(read(name))
    assert len(flow) == len(read(name))
    problems = check(FlowDocument(flow), installed())
    assert [problem for problem in problems if problem.severity == "error"] == []


def test_a_translation_keeps_the_numbers_of_the_body():
    body = read("burst-change-10")[2]["func"]
    assert body.startswith("const K=20000;")
    assert "range(20000)" in in_python(body)


def test_a_body_that_has_no_translation_is_refused():
    with pytest.raises(KeyError):
        in_python("return {payload: eval(msg.payload)};")


def test_the_table_of_translations_has_nothing_that_no_flow_uses():
    used = set()
    for name in names(""):
        for entry in read(name):
            if entry["type"] == "function":
                used |= {in_python(entry["func"]), in_python(entry["initialize"])}
    used.add(in_python(tabs(1, "function")[4]["func"]))
    assert len(BODIES) == len({key for key in BODIES if _is_used(key, used)})


def _is_used(key, used):
    beginning = BODIES[key].partition("{0}")[0].replace("{{", "{").replace("}}", "}")
    return any(text.startswith(beginning) for text in used)


def test_tabs_are_made_of_five_wired_nodes_each():
    flow = tabs(3, "template")
    assert len(flow) == 3 * 6
    assert [entry["wires"] for entry in flow[7:12]] == [
        [["t1b"]], [["t1c"]], [["t1d"]], [["t1e"]], [],
    ]  # fmt: skip


def test_a_change_is_made_to_one_node_only():
    before = tabs(3, "function")
    after = with_change(before, "new")
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert [entry["type"] for entry in changed] == ["change"]
    assert changed[0]["rules"][0]["to"] == "new"


def test_a_broker_of_ones_own_changes_port_and_topics():
    flow = with_broker(read("mqtt-q0"), 4711, "here")
    assert [entry["port"] for entry in flow if "port" in entry] == ["4711"]
    assert [entry["topic"] for entry in flow if "topic" in entry] == [
        "here/bench/in",
        "here/bench/out",
    ]


@pytest.mark.parametrize(("unit", "ratio"), [("hops/s", 4.0), ("ms", 0.25), ("KiB/tab", 0.25)])
def test_a_ratio_above_one_is_better_for_every_unit(unit, ratio):
    assert row("x", unit, 10.0, 40.0) == Row("x", unit, 10.0, 40.0, ratio)


def test_results_keep_rows_that_are_not_measured_again(tmp_path):
    path = tmp_path / "nodered.json"
    Results(path).add([row("a", "ms", 1, 2), row("b", "ms", 1, 2)], MACHINE)
    Results(path).add([row("b", "ms", 4, 2)], MACHINE)
    report = json.loads(path.read_text("utf-8"))
    assert set(report) == {"machine", "rows"}
    assert [(each["name"], each["ratio"]) for each in report["rows"]] == [("a", 0.5), ("b", 2.0)]


def test_the_table_shows_the_worst_and_the_best_row_of_a_goal():
    rows = [
        row("fanout-100", "messages/s", 1, 2.5),
        row("fanout-1000", "messages/s", 1, 30),
        row("fanout-100-python", "messages/s", 1, 4),
    ]
    assert "| 3x | 2.5 to 30, reached by 1 of 2 | 4, reached |" in table(rows, MACHINE)


def test_a_goal_in_absolute_figures_is_judged_by_them():
    rows = [row("lat3-p50", "us", 20, 25), row("lat3-p50-python", "us", 20, 5)]
    assert "| < 20 us | 25, missed | 5, reached |" in table(rows, MACHINE)


def test_python_functions_have_a_higher_goal():
    rows = [
        row("burst-function-10", "hops/s", 1, 2),
        row("burst-function-10-python", "hops/s", 1, 2),
    ]
    assert "| 1x, 3x | 2, reached | 2, missed |" in table(rows, MACHINE)


def test_the_table_goes_between_the_marks_and_leaves_the_rest(tmp_path):
    readme = tmp_path / "README.md"
    marks = "<!-- bench: make bench writes this -->\nold\n<!-- /bench -->\n"
    readme.write_text(f"# Title\n\n{marks}\nmore\n", "utf-8")
    put_table(readme, "new")
    text = readme.read_text("utf-8")
    assert text.startswith("# Title\n")
    assert text.endswith("\nmore\n")
    assert "old" not in text
    put_table(readme, "new")
    assert readme.read_text("utf-8") == text


def test_a_readme_without_marks_is_refused(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# Title\n", "utf-8")
    with pytest.raises(ValueError, match="saw no"):
        put_table(readme, "new")
